"""The questions of the first run, a form a page."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are older
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from saas.kernel.text import N_
from saas.practice.professions import Profession
from saas.provisioning import explaining, starting
from saas.provisioning.documents import Document
from saas.provisioning.schema import Clinic
from saas.provisioning.schema_practice import Person
from saas.provisioning.schema_prices import Price
from saas.provisioning.starting import Place, Practitioner
from saas.provisioning.views import asking, labels, wording
from saas.web.forms import Form

COLLEAGUES = 2
HOURS = {
    "office": N_("Monday to Friday, 9 to 5"), "long": N_("Monday to Friday, 8 to 6"),
    "six": N_("Monday to Saturday, 9 to 5"),
}  # fmt: skip
MISSING = _l("Please fill this in.")


class TicksField(SelectMultipleField):
    """Some of several, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ClinicForm(Form):
    """Who the clinic is."""

    clinic_name = StringField(_l("Name of the clinic"), [InputRequired(MISSING), Length(max=120)])
    phone = StringField(_l("Phone"), [InputRequired(MISSING)], description=_l("Such as +1 602 555 0123."))
    email = StringField(_l("E-mail for patients"), [InputRequired(MISSING), Length(max=200)])

    def validate_phone(self, field: Field) -> None:
        """Hold the number against the schema of a clinic."""
        _hold(Clinic, "phone", field)

    def validate_email(self, field: Field) -> None:
        """Hold the address against the schema of a clinic."""
        _hold(Clinic, "email", field)


class PlaceForm(Form):
    """Where it is and when it is open."""

    street = StringField(_l("Street"), [InputRequired(MISSING), Length(max=120)])
    city = StringField(_l("City"), [InputRequired(MISSING), Length(max=100)])
    state = SelectField(_l("State"), [InputRequired(MISSING)])
    postal_code = StringField(
        _l("ZIP code"),
        [InputRequired(MISSING), Regexp(r"^\d{5}(-\d{4})?$", message=_l("A ZIP code has five digits."))],
    )
    hours = RadioField(_l("Open"), default="office")

    def read(self) -> Place:
        """Return the answers."""
        said = {
            name: str(self[name].data).strip() for name in ("street", "city", "state", "postal_code", "hours")
        }
        return Place(**said)


class OffersForm(Form):
    """What is offered, and for how much; a price for each starter is added by `form`."""

    offered = TicksField(_l("What you offer"), [InputRequired(_l("Please choose at least one."))])

    def chosen(self) -> dict[str, str]:
        """Return the price of each chosen offering, empty where it is free of charge."""
        return {slug: (self[f"price_{slug}"].data or "").strip() for slug in self.offered.data or ()}

    def validate_offered(self, field: Field) -> None:
        """Refuse add-ons that there is nothing to add to."""
        add_ons = {slug for slug, data in starting.starters().items() if data.get("kind") == "add_on"}
        if add_ons & set(field.data or ()) and not starting.JOINS.keys() & set(field.data):
            raise ValidationError(_("Plasma and peels are added to micro-needling; please choose it too."))


class PeopleForm(Form):
    """Who treats: the owner first, then colleagues; their fields are added by number by `form`."""

    def people(self) -> Iterator[Practitioner]:
        """Yield whoever was named."""
        for at in range(COLLEAGUES + 1):
            said = {
                part: (self[f"{part}_{at}"].data or "").strip()
                for part in ("given_name", "family_name", "email")
            }
            if said["given_name"] or said["family_name"]:
                profession = self[f"profession_{at}"].data
                may = self[f"may_{at}"].data or []
                yield Practitioner(
                    **said, professions=[profession] if profession else [], procedures=may, is_owner=not at
                )


FORMS: Mapping[str, type[Form]] = {
    "clinic": ClinicForm, "place": PlaceForm, "offers": OffersForm, "people": PeopleForm,
}  # fmt: skip


def form(step: str, given: Any, known: Mapping[str, Any]) -> Any:
    """Return the form of *step* with what was *given*, or where it was not asked yet with what is *known*."""
    offered = given.getlist("offered") if given else []
    made: Any = _MAKE[step](offered) if step in _MAKE else FORMS[step]
    shown = (
        made(formdata=given) if given and f"seen_{step}" in given else made(formdata=None, data=dict(known))
    )
    if step == "place":
        shown.state.choices = [("", _("Please choose")), *((code, code) for code in sorted(starting.ZONES))]
        shown.hours.choices = [(code, _(said)) for code, said in HOURS.items()]
    if step == "offers":
        shown.offered.choices = [
            (slug, wording.local(one["name"])) for slug, one in starting.starters().items()
        ]
    return shown


def _offers(_offered: list[str]) -> type[Form]:
    prices = {
        f"price_{slug}": StringField(_l("Price in dollars"), [Optional(), _held(Price, "amount")])
        for slug in starting.starters()
    }
    return type("OffersForm", (OffersForm,), prices)


def _people(offered: list[str]) -> type[Form]:
    acts = starting.procedures_of([slug for slug in offered if slug in starting.starters()])
    ticks = [SelectChoice(act, _(labels.VALUES.get(act, act))) for act in acts]
    known = [SelectChoice(code.value, _(labels.VALUES[code.value])) for code in Profession]
    professions = [SelectChoice("", _("none")), *known]
    fields: dict[str, Any] = {}
    for at in range(COLLEAGUES + 1):
        must = [Optional()] if at else [InputRequired(MISSING)]
        fields |= {
            f"given_name_{at}": StringField(_l("Given name"), [*must, Length(max=120)]),
            f"family_name_{at}": StringField(_l("Family name"), [*must, Length(max=120)]),
            f"email_{at}": StringField(_l("E-mail"), [*must, _held(Person, "email")]),
            f"profession_{at}": SelectField(_l("Profession"), choices=professions),
            f"may_{at}": TicksField(_l("Performs"), choices=ticks),
        }
    return type("PeopleForm", (PeopleForm,), fields)


def _held(model: Any, key: str) -> Any:
    """Return a validator that holds an answer against *key* of the schema."""
    return lambda _form, field: _hold(model, key, field)


def _hold(model: Any, key: str, field: Field) -> None:
    """Refuse what the schema refuses, with its own sentence."""
    _typed, problems = explaining.validate(model, Document("answer", {key: (field.data or "").strip()}))
    found = [one for one in problems if one.path == key]
    if found:
        raise ValidationError(asking.sentence(found[0]))


_MAKE = {"offers": _offers, "people": _people}
