"""`saas serve` and `saas worker`: the two processes of production."""

import multiprocessing
import os
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from saas import app as factory
from saas.api import jobs as api_jobs
from saas.booking import jobs as booking_jobs
from saas.cli import connecting
from saas.credentials import jobs as credentials_jobs
from saas.db import session
from saas.db import settings as db_settings
from saas.demo import door
from saas.demo import jobs as demo_jobs
from saas.demo import views as demo_views
from saas.jobs import queue
from saas.journal import jobs as journal_jobs
from saas.kernel.errors import NotFound
from saas.messaging import jobs as messaging_jobs
from saas.payments import jobs as payments_jobs
from saas.tenancy import jobs as tenancy_jobs
from saas.web import jobs as web_jobs
from saas.web import logs
from saas.web import settings as web_settings

JOB_MODULES = (
    api_jobs,
    booking_jobs,
    credentials_jobs,
    demo_jobs,
    journal_jobs,
    messaging_jobs,
    payments_jobs,
    tenancy_jobs,
    web_jobs,
)


class Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with its options from code; the application is built once, before workers fork."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Set the options."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application."""
        return wsgi()


def wsgi() -> Any:
    """Build the WSGI application of this environment; its pool connects on first use, after forking."""
    found = db_settings.from_environment()
    if found is None:
        raise NotFound("SAAS_DATABASE_URL is not set; `saas demo` brings its own database.")
    session.connect(found.app, pooler=found.pooler)
    logs.init()
    settings = web_settings.from_environment()
    clinics = factory.create_app(settings)
    if not settings.demo_dir:
        return clinics
    return door.by_host(clinics, factory.create_plain_app(settings, demo_views.blueprint))


def options(host: str, port: int, workers: int, threads: int) -> dict[str, Any]:
    """Return gunicorn's options; the benchmarks run their floor with the same."""
    return {
        "bind": f"{host}:{port}", "workers": workers, "threads": threads, "worker_class": "gthread",
        "preload_app": True, "keepalive": 30, "graceful_timeout": 20, "proc_name": "needlepoint-web",
        "loglevel": "warning", "forwarded_allow_ips": "127.0.0.1",
        # it would lie in the home directory, one for every server of this user
        "control_socket_disable": True,
    }  # fmt: skip


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=min(4, multiprocessing.cpu_count()), show_default=True)
@click.option("--threads", default=8, show_default=True)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the web application (gunicorn, threads)."""
    web_settings.require_safe_address(host, os.environ.get("SAAS_DEV") == "1")
    Gunicorn(options(host, port, workers, threads)).run()


@click.command()
@click.option("--concurrency", default=4, show_default=True)
def worker(concurrency: int) -> None:
    """Run jobs until told to stop."""
    logs.init()
    with connecting.urls() as urls:
        session.connect(urls.app, pooler=urls.pooler, pool_size=concurrency)
        queue.run_worker(urls.direct, concurrency)
