"""Whether a visit's patient was examined before, where the treatment asks for it.

That an examination is missing refuses no booking. It is told with the visit and on the practitioner's day, and it
refuses check-in, unless the visit begins with the examination: then the patient may come, and the treatment itself
waits (`require`) for its result.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.booking import deciding, reschedule
from saas.catalogue import composing, examining, offerings, varying
from saas.catalogue.contents import Offering
from saas.catalogue.examining import EXAMINER
from saas.credentials import attesting
from saas.credentials.pack_schema import Pack
from saas.credentials.vocabulary import PROFESSIONS
from saas.intake import clearances, needing, rules
from saas.intake.rules import Clearance, Code, Need, Standing
from saas.kernel.errors import Conflict, Reason
from saas.kernel.text import N_, Phrase
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practice
from saas.scheduling import insides
from saas.scheduling.models import Appointment
from saas.scheduling.reading import AppointmentRow

SENTENCES = {
    Code.MISSING: N_(
        "Before %(act)s an examination is needed, and none is noted. It can be made by %(who)s."
    ),
    Code.NOT_CLEARED: N_("The last examination found that %(act)s is not to be done."),
    Code.ENDED: N_("The clearance for %(act)s was ended early. A new examination by %(who)s is needed."),
    Code.EXPIRED: N_("The clearance for %(act)s ended on %(day)s. A new examination by %(who)s is needed."),
    Code.NOT_YET: N_("The examination for %(act)s is noted for a later day than this visit."),
    Code.BY_OTHERS: N_(
        "Before %(act)s an examination by %(who)s is needed; the one that is noted was by others."
    ),
    Code.BY_TELEHEALTH: N_("Before %(act)s an examination in person is needed, by %(who)s."),
}
NOBODY = N_("nobody whom both the rule and the clinic would let")


class ClearanceMissing(Conflict):
    """The treatment asks for an examination before, and none counts; the reasons say which and why."""

    code = "clearance_missing"
    sentence = N_("An examination is needed first.")


def require(row: Appointment, config_version: int) -> None:
    """Raise ClearanceMissing before treatment unless the patient is cleared for all that it asks for."""
    _refuse(one for one in standings(row, config_version) if not one.is_cleared)


def require_arrival(row: Appointment, config_version: int) -> None:
    """Raise ClearanceMissing unless the patient may come: cleared for all, or to be examined as the first part.

    The examination in the visit counts as far as that of whoever makes it does, as things stand now.
    """
    missing = [one for one in standings(row, config_version) if not one.is_cleared]
    exam = examining.read_exam(row.exam) if missing else None
    within, by = (exam.procedures, _examining(row, config_version)) if exam else ((), frozenset[str]())
    _refuse(one for one in missing if one.need.procedure not in within or not by & one.need.by)


def _examining(row: Appointment, config_version: int) -> frozenset[str]:
    """Return the professions of whoever examines in the visit; none where they left."""
    people = snapshot.read(config_version).practitioners
    person = people.get(deciding.people_of(row).get(EXAMINER, row.id))
    return frozenset(person.professions) if person else frozenset()


def _refuse(missing: Iterable[Standing]) -> None:
    reasons = [told(one) for one in missing]
    if reasons:
        raise ClearanceMissing(reasons=reasons)


def standings(row: Appointment, config_version: int) -> tuple[Standing, ...]:
    """Return how the visit's patient stands before each procedure of it that asks for an examination."""
    if row.patient_id is None or row.offering_version_id is None:
        return ()
    place, on = snapshot.read(config_version).places.get(row.location_id), _day(row.wall_start)
    if place is None:  # out of use: nothing takes place there
        return ()
    needs = _needs(
        reschedule.offering_of(row), reschedule.add_ons_of(row), place, on, attesting.pack(config_version)
    )
    known = clearances.known_of([row.patient_id], place.time_zone) if needs else {}
    return _judged(needs, known.get(row.patient_id, ()), on)


def of_all(
    rows: Sequence[AppointmentRow], known: Mapping[UUID, Offering], practice: Practice, pack: Pack
) -> dict[UUID, tuple[Standing, ...]]:
    """Return the same for several visits; *known* are the versions they were booked with. Three statements."""
    visits = [
        row for row in rows
        if row.patient_id and row.offering_version_id in known and row.location_id in practice.places
    ]  # fmt: skip
    added = insides.add_ons_of_all([row.id for row in visits])
    versions = offerings.get_versions({one for ids in added.values() for one in ids})
    needed = {row.id: _needs_of(row, known, [versions[one] for one in added.get(row.id, ())], practice, pack)
              for row in visits}  # fmt: skip
    asked = {row.patient_id for row in visits if row.patient_id and needed[row.id]}
    held = {
        zone: clearances.known_of(asked, zone) for zone in {row.time_zone for row in visits if needed[row.id]}
    }
    return {
        row.id: _judged(needed[row.id], held[row.time_zone].get(row.patient_id, ()), _local_day(row))
        for row in visits if row.patient_id and needed[row.id]
    }  # fmt: skip


def told(standing: Standing) -> Reason:
    """Return why somebody is not cleared, in words."""
    return Reason(standing.code.value, SENTENCES[standing.code], _words(standing))


def _words(standing: Standing) -> dict[str, Any]:
    who = sorted(standing.need.by)
    named = Phrase(PROFESSIONS[who[0]]) if len(who) == 1 else ", ".join(who)
    act = Phrase(clearances.NAMES.get(standing.need.procedure, standing.need.procedure))
    words: dict[str, Any] = {"act": act, "who": named if who else Phrase(NOBODY)}
    return {**words, "day": standing.until} if standing.until else words


def _needs_of(
    row: AppointmentRow,
    known: Mapping[UUID, Offering],
    added: Sequence[Offering],
    practice: Practice,
    pack: Pack,
) -> tuple[Need, ...]:
    assert row.offering_version_id is not None
    offering = varying.as_known(known[row.offering_version_id], row.variant)
    return _needs(offering, added, practice.places[row.location_id], _local_day(row), pack)


def _needs(
    offering: Offering, added: Sequence[Offering], place: Place, on: date, pack: Pack
) -> tuple[Need, ...]:
    placed = composing.of_offering(offering, added).placed
    return needing.of_visit(placed, (offering, *added), place.jurisdiction, on, pack)


def _judged(needs: Sequence[Need], known: Sequence[Clearance], on: date) -> tuple[Standing, ...]:
    return tuple(rules.judge(need, known, on) for need in needs)


def _day(wall: str) -> date:
    return date.fromisoformat(wall[:10])


def _local_day(row: AppointmentRow) -> date:
    return row.starts_at.astimezone(ZoneInfo(row.time_zone)).date()
