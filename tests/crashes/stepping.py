"""`saas` that can be stopped at a step: `python -m tests.crashes.stepping demo` for `saas demo`.

The demo's children come through here too. Where a test has armed a step for a process of that role, the
first that gets there says so by a file and stays until the test lets it go on, or kills it. What is asked
for again only after a while is asked for sooner, so that a test needs not wait as long as a clinic may.
"""

import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attr
import procrastinate
from flask import request

from saas import cli
from saas.booking import pay
from saas.cli import supervising
from saas.demo import clinics, history
from saas.jobs import queue
from saas.ledger import posting
from saas.messaging import outbox
from saas.payments import inbox, jobs, stripe_gateway
from saas.payments.stripe_gateway import Unanswered
from saas.web import edge

WEB, WORKER = "web", "worker"
# What the web has committed when it has answered, and not yet sent the answer.
ANSWERED = {"booking.hold_time": "hold_committed", "booking.go_to_payment": "reply_recorded"}
LONGEST_SECONDS = 60
FOLDER = "steps"
DEAF = "deaf"
Function = Callable[..., Any]


def role() -> str:
    """Return which of the demo's processes this is."""
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    return {"serve": WEB, "worker": WORKER}.get(verb, verb)


def folder() -> Path:
    """Return where tests and processes leave word for each other."""
    return Path(os.environ["SAAS_DATA_DIR"]) / FOLDER


def at(step: str) -> None:
    """Stop here, if a test wants that of this process and no other was faster."""
    armed = folder() / f"armed-{role()}-{step}"
    with contextlib.suppress(OSError):
        token = armed.read_text()
        armed.rename(folder() / f"reached-{token}")
        deadline = time.monotonic() + LONGEST_SECONDS
        while not (folder() / f"go-{token}").exists() and time.monotonic() < deadline:
            time.sleep(0.005)


def before(step: str, real: Function) -> Function:
    """Return *real* with the step in front of it."""

    def stepping(*given: Any, **named: Any) -> Any:
        at(step)
        return real(*given, **named)

    return stepping


def around(first: str, then: str, real: Function) -> Function:
    """Return *real* with a step in front of it and one behind."""

    def stepping(*given: Any, **named: Any) -> Any:
        at(first)
        done = real(*given, **named)
        at(then)
        return done

    return stepping


def answered(real: Function) -> Function:
    """Return the edge's `run` with a step behind the commit of what a visitor asked for."""

    def run(view: Function) -> Any:
        answer = real(view)
        if step := ANSWERED.get(request.endpoint or ""):
            at(step)
        return answer

    return run


def posted(real: Function) -> Function:
    """Return `posting.post` with a step behind the entry of a payment, which is not committed yet."""

    def post(heading: Any, *given: Any, **named: Any) -> Any:
        done = real(heading, *given, **named)
        if heading.cause == "payment.paid":
            at("ledger_posted")
        return done

    return post


def unheard(real: Function) -> Function:
    """Return `get_session`, which the worker cannot ask while a test wants the web to hear first."""

    def get_session(*given: Any) -> Any:
        if role() == WORKER and (folder() / DEAF).exists():
            raise Unanswered
        return real(*given)

    return get_session


def put_steps() -> None:
    """Put the steps where they belong."""
    edge.run = answered(edge.run)
    stripe_gateway.open_session = around("intent_committed", "stripe_executed", stripe_gateway.open_session)
    stripe_gateway.get_session = unheard(stripe_gateway.get_session)
    inbox.look = before("webhook_stored", inbox.look)
    posting.post = posted(posting.post)
    pay.conclude = before("ledger_committed", pay.conclude)
    outbox.send = around("receipt_enqueued", "receipt_sent", outbox.send)


def hurry() -> None:
    """Let nobody wait for a minute: one clinic without a past, and everything asked again at once."""
    vars(supervising)["PAUSES"] = (0.1,)
    supervising.saas_command = lambda *given: [sys.executable, "-m", "tests.crashes.stepping", *given]
    vars(clinics)["SLUGS"] = ("riverstone",)
    history.write = lambda *_: 0
    jobs.SOON, jobs.SLOWEST = 1, 2
    queue.STALLED_AFTER_SECONDS = 2
    sooner = {"update_heartbeat_interval": 0.5, "fetch_job_polling_interval": 0.2}
    run_worker = queue.app.run_worker
    vars(queue.app)["run_worker"] = lambda **named: run_worker(**{**named, **sooner})
    for task in queue.app.tasks.values():
        if task.retry_strategy is queue.RETRY:
            task.retry_strategy = procrastinate.RetryStrategy(max_attempts=queue.MOST_ATTEMPTS, wait=1)
    tasks = queue.app.periodic_registry.periodic_tasks
    for key in [key for key in tasks if key[0] == "jobs.retry_stalled"]:
        tasks[key] = attr.evolve(tasks[key], cron="* * * * * *")


if __name__ == "__main__":
    put_steps()
    hurry()
    cli.main()
