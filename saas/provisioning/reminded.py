"""Which reminders of what ends went when, and to how many. Read only, in two statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from saas.credentials import reminding
from saas.messaging import notices
from saas.messaging.notices import Told
from saas.provisioning.expiring import Ending

Given = Mapping[tuple[UUID, tuple[str, ...], date], Sequence[reminding.Given]]


@dataclass(frozen=True)
class Reminded:
    """A reminder: how many days before the last day at most, when the last mail of it went, and what became of them."""

    threshold: int
    at: datetime
    sent: int
    failed: int


def of(endings: Sequence[Ending]) -> list[list[Reminded]]:
    """Return the reminders of each of *endings*, in their order; a privilege and a rule have none."""
    given = reminding.of_people({one.person.id for one in endings if one.person and one.credential})
    told = notices.told([one.id for each in given.values() for one in each])
    return [[_reminded(one, told.get(one.id, Told())) for one in _of(each, given)] for each in endings]


def _of(one: Ending, given: Given) -> Sequence[reminding.Given]:
    if one.person is None or one.credential is None:
        return ()
    return given.get((one.person.id, reminding.key(one.credential), one.on), ())


def _reminded(given: reminding.Given, told: Told) -> Reminded:
    return Reminded(given.threshold, told.last_at or given.given_at, told.sent, told.failed)
