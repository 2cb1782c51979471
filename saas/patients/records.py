"""Patients' records: made from a visitor's word, found, proved.

A visitor who has not proved an address is a new, provisional patient: nothing of an existing record is
read, shown, reserved or refused by.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, or_, select

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import Invalid, NotFound, Reason
from saas.kernel.text import N_
from saas.patients import rules
from saas.patients.models import Patient


@dataclass(frozen=True)
class Details:
    """What someone says of themselves; `region` is how their phone number is read (ISO 3166)."""

    given_name: str
    family_name: str
    email: str
    phone: str
    birth_date: date | None = None
    region: str = "US"


class DetailsRefused(Invalid):
    """Something in the details cannot be; a reason for each."""

    code = "details_refused"
    sentence = N_("Please check your details.")


def checked(details: Details, today: date) -> Details:
    """Return the details in their normal form. DetailsRefused with a reason for each fault."""
    given, family = rules.clean_name(details.given_name), rules.clean_name(details.family_name)
    email, phone = rules.read_email(details.email), rules.read_phone(details.phone, details.region)
    found = [
        rules.check_name("given_name", given),
        rules.check_name("family_name", family),
        None if email else Reason("email_invalid", N_("This does not look like an e-mail address.")),
        None if phone else Reason("phone_invalid", N_("This does not look like a phone number.")),
        rules.check_birth_date(details.birth_date, today),
    ]
    reasons = [reason for reason in found if reason is not None]
    if reasons or email is None or phone is None:
        raise DetailsRefused(reasons=reasons)
    return Details(given, family, email, phone, details.birth_date, details.region)


def add(details: Details, actor: Actor, today: date, *, provisional: bool) -> Patient:
    """Add a record from *details*. DetailsRefused."""
    good = checked(details, today)
    row = Patient(
        id=ids.new(), status="provisional" if provisional else "active", given_name=good.given_name,
        family_name=good.family_name, family_name_key=rules.name_key(good.family_name), email=good.email,
        phone=good.phone, birth_date=good.birth_date,
    )  # fmt: skip
    session.current().add(row)
    session.current().flush()
    if not provisional:
        book.tell(EventKind.PATIENT_ADDED, row.id, actor)
    return row


def correct(row: Patient, details: Details, today: date) -> None:
    """Let a visitor correct their own provisional record. DetailsRefused."""
    good = checked(details, today)
    row.given_name, row.family_name = good.given_name, good.family_name
    row.family_name_key = rules.name_key(good.family_name)
    row.email, row.phone, row.birth_date = good.email, good.phone, good.birth_date


def note_birth_date(row: Patient, born: date | None, today: date) -> None:
    """Note a birth date that was told and not known before. DetailsRefused."""
    if born is None or row.birth_date is not None:
        return
    reason = rules.check_birth_date(born, today)
    if reason is not None:
        raise DetailsRefused(reasons=[reason])
    row.birth_date = born


def prove(row: Patient, now: datetime) -> None:
    """Note that the person holds the address: they came by a link that was mailed there."""
    row.proved_at = row.proved_at or now


def get(patient_id: UUID) -> Patient:
    """Return the record; NotFound."""
    row = session.current().scalar(select(Patient).where(Patient.id == patient_id))
    if row is None:
        raise NotFound
    return row


def names(patient_ids: list[UUID]) -> dict[UUID, Patient]:
    """Return the records by id."""
    if not patient_ids:
        return {}
    rows = session.current().scalars(select(Patient).where(Patient.id.in_(patient_ids)))
    return {row.id: row for row in rows}


def page(after: UUID | None, limit: int) -> list[Patient]:
    """Return up to *limit* records in the order they were made, after the one named."""
    query = select(Patient).order_by(Patient.id).limit(limit)
    if after is not None:
        query = query.where(Patient.id > after)
    return list(session.current().scalars(query))


def search(words: str, limit: int = 20) -> list[Patient]:
    """Return the patients whose family name, e-mail or phone is *words*.

    By equality, so that an index answers.
    """
    key, email, phone = rules.name_key(words), rules.read_email(words), rules.read_phone(words, "US")
    last_word = rules.name_key(words.split()[-1]) if words.split() else key
    matches = [Patient.family_name_key == key, Patient.family_name_key == last_word]
    if email:
        matches.append(Patient.email == email)
    if phone:
        matches.append(Patient.phone == phone)
    query = (
        select(Patient).where(or_(*matches)).order_by(Patient.family_name, Patient.given_name).limit(limit)
    )
    return list(session.current().scalars(query))


def list_provisional(before: datetime, limit: int) -> list[UUID]:
    """Return the provisional records made before an instant, oldest first."""
    query = select(Patient.id).where(Patient.status == "provisional", Patient.created_at < before)
    return list(session.current().scalars(query.order_by(Patient.created_at).limit(limit)))


def forget(patient_ids: list[UUID]) -> None:
    """Delete records to which nothing refers any more."""
    session.current().execute(delete(Patient).where(Patient.id.in_(patient_ids)))
