"""How Alembic reaches the database: one connection, as the owner, with a short lock timeout."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from saas.db.base import Base

config = context.config
# A change gives up rather than queue behind a lock, with everybody else behind it.
LOCK_TIMEOUT = "SET lock_timeout = '5s'"
OPTIONS = {"target_metadata": Base.metadata, "transaction_per_migration": True}


def run_offline() -> None:
    """Print the SQL instead of running it; the linter reads it."""
    context.configure(dialect_name="postgresql", literal_binds=True, **OPTIONS)
    context.execute(LOCK_TIMEOUT)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run the migrations, each in a transaction of its own."""
    engine = create_engine(config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text(LOCK_TIMEOUT))
        connection.commit()
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
