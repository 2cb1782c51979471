"""`/healthz`: whether this process and its database answer."""

from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from saas.db import session
from saas.kernel.errors import Unavailable
from saas.web.access import without_tenant


def init_app(app: Flask) -> None:
    """Give *app* the route `/healthz`."""
    app.add_url_rule("/healthz", "healthz", healthz)


@without_tenant
def healthz() -> dict[str, Any]:
    """Answer {"ok": true}, or 503 while the database is away."""
    try:
        with session.engine().connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError as error:
        raise Unavailable from error
    return {"ok": True}
