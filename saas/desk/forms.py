"""Forms of the desk. What may be chosen is said by the verbs, which know why not."""

from babel import Locale
from babel.numbers import NumberFormatError, parse_decimal
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are older
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from saas.billing.rules import Tender
from saas.kernel.money import AmountRefused, Money
from saas.web.forms import Form

NAME = 200
# On whose part a visit is called off.
PATIENT, CLINIC, WAIVED = "patient", "clinic", "waived"


class MoveForm(Form):
    """Take a visit to another time or colleague."""

    on = DateField(_l("Day"), [InputRequired(_l("Choose a day."))])
    at = TimeField(_l("Time"), [InputRequired(_l("Choose a time."))])
    practitioner = SelectField(_l("With"), validate_choice=False)
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("Open the visit anew."))])


class CancelForm(Form):
    """Call a visit off: on whose part, which decides what is kept, and why."""

    who = RadioField(_l("Who cancels"), default=PATIENT)
    waiver = StringField(_l("Why the fee is waived"), [Length(max=200)])
    reason = StringField(_l("Reason, for the record"), [Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("Open the visit anew."))])

    def validate_waiver(self, field: Field) -> None:
        """Ask why where the fee is waived."""
        if self.who.data == WAIVED and not (field.data or "").strip():
            raise ValidationError(_l("Please say why the fee is waived."))


class RulingForm(Form):
    """Decide about a visit that was asked for, and say why."""

    reason = StringField(_l("Reason, for the record"), [DataRequired(_l("Say why.")), Length(max=500)])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("Open the list anew."))])


class MissForm(Form):
    """Note that nobody came, and whether the fee for it is waived, which has a reason."""

    waive = BooleanField(_l("The fee is waived"))
    waiver = StringField(_l("Why the fee is waived"), [Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("Open the visit anew."))])

    def validate_waiver(self, field: Field) -> None:
        """Ask for the reason of a waiver."""
        if self.waive.data and not (field.data or "").strip():
            raise ValidationError(_l("Please say why the fee is waived."))


class AmountForm(Form):
    """Say an amount of money."""

    amount = StringField(_l("Amount"), [InputRequired(_l("Please say how much.")), Length(max=40)])

    def read(self, currency: str) -> Money:
        """Return the amount, typed as the request's language writes numbers. AmountRefused."""
        text, locale = (self.amount.data or "").strip(), get_locale() or Locale("en")
        try:
            return Money.from_major(parse_decimal(text, locale=locale, strict=True), currency)
        except NumberFormatError as error:
            raise AmountRefused(currency=currency) from error


class EndForm(Form):
    """Press a button, and nothing else."""


class AgreementForm(AmountForm):
    """Agree a price of the patient's own, or that they pay no deposit."""

    offering = SelectField(_l("What"))
    amount = StringField(_l("Amount"), [Length(max=40)])
    currency = SelectField(_l("Currency"))
    since = DateField(_l("From"), [InputRequired(_l("From which day on?"))])
    until = DateField(_l("Until"), [Optional()])
    reason = StringField(_l("Reason"), [DataRequired(_l("Please say why this is agreed.")), Length(max=500)])

    def validate_amount(self, field: Field) -> None:
        """Ask for the amount of a price."""
        if self.offering.data and not (field.data or "").strip():
            raise ValidationError(_l("Please say how much."))


class TaxForm(Form):
    """Settle the tax of a bill: by the stated rates, or with none, for a reason."""

    none_due = BooleanField(_l("No tax is due"))
    reason = StringField(_l("Why no tax is due"), [Length(max=500)])


class RefundForm(AmountForm):
    """Give something of a payment back; `left` is what its page showed, in minor units."""

    reason = StringField(
        _l("Reason"), [DataRequired(_l("Please say why it goes back.")), Length(max=500)],
        description=_l("For the record; it stands on no receipt."),
    )  # fmt: skip
    left = HiddenField()


class TakeForm(AmountForm):
    """Note what was paid at the desk; `act` is the payment's own id, so that it is noted once."""

    tender = RadioField(
        _l("Paid by"), [InputRequired(_l("Please say how it was paid."))],
        choices=[
            SelectChoice(Tender.CASH.value, _l("Cash")),
            SelectChoice(Tender.CARD_TERMINAL.value, _l("Card, on the terminal")),
        ],
        default=Tender.CARD_TERMINAL.value,
    )  # fmt: skip
    act = HiddenField()


class BlockForm(Form):
    """Keep time free."""

    resource = SelectField(_l("Who or what"), validate_choice=False)
    on = DateField(_l("Day"), [InputRequired(_l("Choose a day."))])
    starts = TimeField(_l("From"), [InputRequired(_l("Choose a time."))])
    ends = TimeField(_l("To"), [InputRequired(_l("Choose a time."))])
    label = StringField(_l("What for"), [Length(max=120)])


class TimeOffForm(Form):
    """Say when someone is away; without times, for whole days."""

    person = SelectField(_l("Who"), validate_choice=False)
    first = DateField(_l("First day"), [InputRequired(_l("Choose a day."))])
    last = DateField(_l("Last day"), [Optional()], description=_l("Empty if it is one day."))
    starts = TimeField(_l("From"), [Optional()], description=_l("Empty for the whole day."))
    ends = TimeField(_l("To"), [Optional()])
    reason = StringField(
        _l("Reason"), [Length(max=200)], description=_l("For the team; patients never see it.")
    )


class PatientForm(Form):
    """Whom a visit is for: words to search by, someone known, or someone new."""

    words = StringField(_l("Family name, e-mail or phone"), [Length(max=NAME)])
    patient = HiddenField()
    given_name = StringField(_l("Given name"), [Length(max=NAME)])
    family_name = StringField(_l("Family name"), [Length(max=NAME)])
    phone = TelField(_l("Phone"), [Length(max=NAME)])
    email = EmailField(_l("E-mail"), [Length(max=NAME)])
    birth_date = DateField(
        _l("Date of birth"), [Optional()], description=_l("This treatment has an age limit.")
    )
