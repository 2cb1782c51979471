"""Whether a visit suits its patient: whom the treatment is for, and how soon it may follow another.

Asked when a patient is named, once more before the visit is certain, and when it is moved. What is read is the
record that stands in the visit: who has not proved an address is a record of their own without a history, so
nothing of anybody else's is told. What the versions say that were booked counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from saas.booking import ages
from saas.booking.ages import Tools
from saas.booking.asking import Wish
from saas.catalogue import audience, naming, offerings, spacing, suiting
from saas.catalogue.audience import Patients
from saas.catalogue.spacing import Away, Part, Stay
from saas.catalogue.suiting import Person
from saas.db import session
from saas.kernel.errors import Invalid, Reason
from saas.kernel.text import N_
from saas.practice import snapshot
from saas.scheduling.models import Appointment
from saas.tenancy import tenants

TOO_SOON = N_("%(days)s days have to lie between %(one)s and %(other)s. The first possible day is %(first)s.")
# What was answered when the visit was booked, and a new day asks no more.
SETTLED = frozenset({"new_only", "returning_only", "birth_date_needed"})
_STANDS = "(a.state = 'confirmed' OR a.held_until > now())"
_SAID = f"{naming.OWN} AS slug, v.content, {naming.NOW}"
_OF_PATIENT = f"""
SELECT a.id, a.state, a.wall_start, p.birth_date, booked.*
FROM appointments a JOIN patients p ON p.tenant_id = a.tenant_id AND p.id = a.patient_id
CROSS JOIN LATERAL (
  SELECT {_SAID} FROM offering_versions v
  JOIN offerings o ON o.tenant_id = v.tenant_id AND o.id = v.offering_id
  WHERE v.tenant_id = a.tenant_id AND v.id = a.offering_version_id
  UNION ALL
  SELECT {_SAID} FROM appointment_add_ons x
  JOIN offering_versions v ON v.tenant_id = x.tenant_id AND v.id = x.offering_version_id
  JOIN offerings o ON o.tenant_id = v.tenant_id AND o.id = v.offering_id
  WHERE x.tenant_id = a.tenant_id AND x.appointment_id = a.id
) AS booked
WHERE a.tenant_id = %(tenant)s AND a.patient_id = %(patient)s AND a.kind = 'visit' AND {_STANDS}
ORDER BY a.starts_at, a.id
"""


class NotForPatient(Invalid):
    """The treatment is not for this patient, or not yet; the reasons say why."""

    code = "not_for_patient"
    sentence = N_("This is not for this patient.")


@dataclass(frozen=True)
class Booked:
    """A visit of a patient that stands: its start on the clock of its place, and what it consists of.

    `meant` says of each part whom it is for, `tools` what it uses; `born` is the
    patient's birth date, where it is known.
    """

    id: UUID
    is_certain: bool
    wall_start: str
    born: date | None
    parts: tuple[Part, ...]
    meant: tuple[tuple[str, Patients], ...]
    tools: tuple[Tools, ...] = ()

    @property
    def stay(self) -> Stay:
        """The visit as intervals count it."""
        return Stay(date.fromisoformat(self.wall_start[:10]), self.parts)


def require(row: Appointment, *, is_moved: bool = False) -> None:
    """Raise NotForPatient unless the visit suits the patient in it; one statement.

    One that is moved was booked for them: it is asked only for what a new day changes, and not for a birth date.
    """
    if row.patient_id is None or row.offering_version_id is None:
        return
    visits = of_patient(row.patient_id)
    own = next((one for one in visits if one.id == row.id), None)
    if own is None:
        return
    others = [one for one in visits if one.id != row.id]
    person = Person(own.born, any(one.is_certain and one.wall_start < own.wall_start for one in others))
    found = [
        reason for name, meant in own.meant
        if (reason := suiting.refusal(meant, name, person, own.stay.on))
        and not (is_moved and reason.code in SETTLED)
    ]  # fmt: skip
    near = too_soon(spacing.away(own.parts, (one.stay for one in others)), own.stay.on)
    young = _label_refusal(row, own) if own.born else None
    if reasons := [*found, *(one for one in (young, near) if one)]:
        raise NotForPatient(reasons[0].sentence, reasons, **dict(reasons[0].params))


def require_label(row: Appointment, config_version: int) -> None:
    """Raise NotForPatient where the patient, whose age is known, is younger than a device's label says."""
    if row.patient_id is None or row.offering_version_id is None:
        return
    if not any(unit.label_min_age for unit in snapshot.read(config_version).devices):
        return
    own = next((one for one in of_patient(row.patient_id) if one.id == row.id), None)
    young = _label_refusal(row, own, config_version) if own and own.born else None
    if young:
        raise NotForPatient(young.sentence, [young], **dict(young.params))


def _label_refusal(row: Appointment, own: Booked, config_version: int | None = None) -> Reason | None:
    version = config_version or tenants.config_version(session.current().tenant_id)
    label = ages.label(row.location_id, own.tools, version)
    return label.refusal(own.born, own.stay.on) if label and own.born else None


def too_soon(found: Sequence[Away], on: date) -> Reason | None:
    """Return why a day is too near to another visit, with the first that is not; None where it is near to none."""
    near = spacing.too_near(found, on)
    if near is None:
        return None
    if near.why:
        return near.why
    first = spacing.first_possible(found, on)
    return Reason(
        "too_soon", TOO_SOON, {"days": near.days, "one": near.one, "other": near.other, "first": first}
    )


def for_patient(asked: Wish, patient_id: UUID, but_for: UUID | None = None) -> Wish:
    """Return the wish with the days away: too near to the patient's other visits, or too young for a device's label.

    A statement for each, and none where no offering in use asks for an interval and no label for an age.
    """
    asked = _old_enough(asked, patient_id)
    version = asked.config_version
    known = (*offerings.list_current(version).values(), *offerings.list_add_ons(version).values())
    parts = [spacing.part(one) for one in (asked.offering, *asked.add_ons)]
    if not any(one.intervals for one in known) and not any(one.intervals for one in parts):
        return asked
    others = (one.stay for one in of_patient(patient_id) if one.id != but_for)
    return replace(asked, away=(*asked.away, *spacing.away(parts, others)))


def _old_enough(asked: Wish, patient_id: UUID) -> Wish:
    label = ages.of_wish(asked)
    born = ages.born(patient_id) if label else None
    if label is None or born is None:
        return asked
    last = label.first_day(born) - spacing.DAY
    return replace(asked, away=(Away(born, last, why=label.refusal(born, last)),))


def of_patient(patient_id: UUID) -> list[Booked]:
    """Return the patient's visits that are certain or held, by time; what was called off is not among them."""
    session.current().flush()
    current, found = session.current(), dict[UUID, Booked]()
    values = {"tenant": current.tenant_id, "patient": patient_id}
    for visit, state, wall, born, *said in current.connection().exec_driver_sql(_OF_PATIENT, values):
        part, meant, tools = _read(*said)
        before = found.get(visit) or Booked(visit, state == "confirmed", wall, born, (), ())
        found[visit] = replace(
            before, parts=(*before.parts, part), meant=(*before.meant, (part.name, meant)),
            tools=(*before.tools, tools),
        )  # fmt: skip
    return list(found.values())


def _read(slug: str, content: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Part, Patients, Tools]:
    said = naming.renamed(content, now)
    name = next(iter((said.get("name") or {}).values()), slug)
    intervals = audience.read_intervals(said.get("intervals"))
    part = Part(slug, name, frozenset(said.get("procedures") or ()), intervals)
    kinds = frozenset(kind for one in said.get("segments") or () for kind in one.get("devices") or ())
    tools = Tools(kinds, tuple(one["use"] for one in said.get("off_label") or ()))
    return part, audience.read_patients(said.get("patients")), tools
