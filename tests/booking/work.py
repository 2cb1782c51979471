"""What a worker would do for a clinic, done here and now, whenever it was to run."""

from uuid import UUID

from saas.cli import serving
from saas.db import session
from saas.jobs import queue
from tests.ground import within

_TAKE = """
DELETE FROM procrastinate_jobs WHERE args->>'tenant_id' = :tenant AND status = 'todo'
  AND split_part(task_name, '.', 1) = ANY(:rooms) RETURNING id, task_name, args
"""


def run_jobs(tenant_id: UUID, *rooms: str) -> list[str]:
    """Run the jobs of these rooms that wait for the tenant, once; return their names."""
    assert serving.JOB_MODULES  # whose import lets every job hear what it hears of
    with within(tenant_id):
        taken = session.statement(_TAKE, tenant=str(tenant_id), rooms=list(rooms)).all()
    for job in sorted(taken):
        queue.registered()[job.task_name].func(**job.args)
    return [job.task_name for job in taken]
