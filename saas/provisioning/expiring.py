"""What ends in the next ninety days: credentials and privileges, and rules to look at again. Read only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from saas.credentials import attesting, privileges, records, supervising
from saas.credentials.circumstances import Credential, Status
from saas.practice import snapshot
from saas.practice.snapshot import Practitioner

AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class Ending:
    """Something whose last day is `on`: a credential or a privilege (`procedure`) of a person, or else a rule.

    A `rule` does not end then, but somebody should look at it again; its attestation is the clinic's.
    """

    on: date
    person: Practitioner | None = None
    credential: Credential | None = None
    procedure: str = ""
    rule: str = ""


def ahead(config_version: int, today: date) -> list[Ending]:
    """Return what ends from *today* on within ninety days, the soonest first."""
    found = [*_credentials(config_version), *_privileges(config_version), *_rules(config_version)]
    return sorted((one for one in found if today <= one.on <= today + AHEAD), key=_rank)


def people_losing(config_version: int, today: date) -> set[UUID]:
    """Return whose papers end within ninety days, or do not count any more already, and whom they supervise."""
    soon = {one.person.id for one in ahead(config_version, today) if one.person}
    held = records.everybody(config_version)
    over = {
        person_id for person_id, papers in held.items()
        if any(one.status is not Status.ACTIVE or (one.expires_on and one.expires_on < today) for one in papers)
    }  # fmt: skip
    losing = soon | over
    return losing | {
        person_id for person_id, named in supervising.everybody(config_version).items()
        if any(one.supervisor_id in losing for one in named)
    }  # fmt: skip


def _credentials(config_version: int) -> Iterator[Ending]:
    known = snapshot.read(config_version).practitioners
    for person_id, papers in records.everybody(config_version).items():
        for one in papers:
            if one.expires_on and one.status is Status.ACTIVE and person_id in known:
                yield Ending(one.expires_on, known[person_id], one)


def _privileges(config_version: int) -> Iterator[Ending]:
    known = snapshot.read(config_version).practitioners
    for person_id, held in privileges.everybody(config_version).items():
        for procedure, periods in held.items():
            last = max(period.ends_on for period in periods)
            if last < date.max and person_id in known:
                yield Ending(last, known[person_id], procedure=procedure)


def _rules(config_version: int) -> Iterator[Ending]:
    known = attesting.pack(config_version).by_id
    for attested in attesting.list_attested():
        if attested.rule in known:
            yield Ending(known[attested.rule].recheck_by, rule=attested.rule)


def _rank(one: Ending) -> tuple[date, str]:
    return one.on, one.person.name if one.person else ""
