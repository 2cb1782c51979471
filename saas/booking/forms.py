"""Forms of booking: what a visitor says of themselves, and the time that is asked for."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, HiddenField, StringField, TelField
from wtforms.validators import InputRequired, Optional

from saas.booking.suitable import NotForPatient
from saas.kernel.errors import Reason
from saas.patients import records
from saas.patients.records import Details, DetailsRefused
from saas.web import errors
from saas.web.forms import Form

FIRST_YEAR, LAST_YEAR = 1970, 2200


class Marked:
    """Marks a field as one that must be filled in; the room of patients says what is wrong with it."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Accept anything."""


class AboutForm(Form):
    """Who the visit is for, and the terms."""

    given_name = StringField(_l("Given name"), [Marked()])
    family_name = StringField(_l("Family name"), [Marked()])
    email = EmailField(_l("E-mail"), [Marked()], description=_l("Your confirmation goes here."))
    phone = TelField(_l("Phone"), [Marked()])
    birth_date = DateField(_l("Date of birth (if you like)"), [Optional()])
    terms = BooleanField(
        _l("I have read this and agree."), [InputRequired(_l("Please read and accept how we book."))]
    )

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed yet."""
        typed = (self.given_name, self.family_name, self.email, self.phone)
        return not any((field.data or "").strip() for field in typed)

    def blame_patient(self, error: NotForPatient) -> None:
        """Say why the treatment is not for whom was named: beside the birth date, where that is why."""
        is_age = error.reasons[0].code in ("birth_date_needed", "too_young", "too_old")
        self.refuse(error, "birth_date" if is_age else None)

    def read(self, today: date, region: str, *, terms_needed: bool = True) -> Details | None:
        """Return what was said, or None with every fault beside its field."""
        is_fine = bool(self.validate()) or (not terms_needed and set(self.errors) == {"terms"})
        if self.birth_date.errors:
            self.birth_date.errors = [_l("Please write the date as year, month and day.")]
        said = Details(
            self.given_name.data or "", self.family_name.data or "", self.email.data or "", self.phone.data or "",
            self.birth_date.data, region,
        )  # fmt: skip
        try:
            details = records.checked(said, today)
        except DetailsRefused as error:
            self._blame(error)
            return None
        return details if is_fine else None

    def _blame(self, error: DetailsRefused) -> None:
        for reason in error.reasons:
            name = next(name for name in self._fields if reason.code.startswith(name))
            self[name].errors = [*self[name].errors, _sentence(reason)]


class SlotForm(Form):
    """A time that someone wants: `slot` is the practitioner's slug and the start."""

    offering = HiddenField()
    location = HiddenField()
    slot = HiddenField()
    lapsed = HiddenField()
    altcha = HiddenField()
    add_ons = HiddenField()
    variant = HiddenField()
    exam = HiddenField()

    def added(self) -> tuple[str, ...]:
        """Return the slugs of the add-ons, which the field separates by blanks."""
        return tuple((self.add_ons.data or "").split())

    def wanted(self) -> tuple[str | None, datetime] | None:
        """Return practitioner and start, or None where it is neither."""
        return read_slot(self.slot.data or "")


class ActForm(Form):
    """A button that moves a visit or calls it off; `version` is what its page showed."""

    slot = HiddenField()
    version = HiddenField()


def read_slot(text: str) -> tuple[str | None, datetime] | None:
    """Return the practitioner's slug, if any, and the instant that a slot's value spells."""
    practitioner, _, start = text.rpartition(" ")
    try:
        starts_at = datetime.fromisoformat(start)
    except ValueError:
        return None
    is_instant = starts_at.tzinfo is not None and FIRST_YEAR < starts_at.year < LAST_YEAR
    return (practitioner or None, starts_at) if is_instant else None


def _sentence(reason: Reason) -> str:
    params: dict[str, Any] = dict(reason.params)
    return errors.sentence_of(DetailsRefused(reason.sentence, **params))
