"""What a transaction reads of a version of the configuration that it made is its own until it is committed."""

from uuid import UUID

from saas.db import session, versioned
from saas.tenancy import tenants


def read(version: int, says: str) -> str:
    return versioned.read("what is said", version, lambda: says)


def test_what_was_read_of_a_change_that_is_undone_is_shown_to_nobody_else(tenant: UUID) -> None:
    before = read(tenants.config_version(tenant), "as it stood")
    version = tenants.raise_config_version(tenant)
    assert (read(version, "undone"), read(version, "read again")) == ("undone", "undone")
    assert read(version - 1, "changed already") == "changed already"
    with session.using(session.make(tenant)):
        assert read(version, "what another made") == "what another made"
        assert read(version - 1, "as it stood") == before
    assert read(tenants.raise_config_version(tenant), "the next") == "the next"
