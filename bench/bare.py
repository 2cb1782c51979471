"""The bare floor: Flask, one pooled psycopg connection, `SELECT 1`, and nothing else.

It stands for what the server, the framework and one round trip to the database cost anyway. It runs
under gunicorn with the options of `saas serve`, on the same database, as the same role.
"""

import functools
import os

from flask import Flask
from psycopg_pool import ConnectionPool

app = Flask(__name__)


@functools.cache
def pool() -> ConnectionPool:
    """Open the pool on first use, which is after gunicorn has forked."""
    return ConnectionPool(
        os.environ["BARE_URL"], min_size=8, max_size=8, kwargs={"autocommit": True}, open=True
    )


@app.get("/")
def bare() -> dict[str, bool]:
    with pool().connection() as connection:
        row = connection.execute("SELECT 1").fetchone()
    return {"ok": row == (1,)}
