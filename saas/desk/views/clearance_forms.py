"""Forms to note an examination of a patient and to end a clearance early."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are older
from wtforms.validators import InputRequired, Length, Optional

from saas.intake.rules import EndReason, Result
from saas.web.forms import Form

RESULTS = [
    (Result.CLEARED.value, _l("Cleared")),
    (Result.CONDITIONAL.value, _l("Cleared, with conditions")),
    (Result.NOT_CLEARED.value, _l("Not cleared")),
]
END_REASONS = [
    (EndReason.NEW_DIAGNOSIS.value, _l("A new diagnosis")),
    (EndReason.NEW_MEDICATION.value, _l("A new medication")),
    (EndReason.ADVERSE_EVENT.value, _l("An adverse event")),
    (EndReason.MISTAKE.value, _l("Noted by mistake")),
]


class ClearanceForm(Form):
    """Note an examination."""

    procedures = SelectMultipleField(_l("For"), validators=[InputRequired(_l("Choose what it was for."))])
    examiner = SelectField(_l("Examined by"), validators=[InputRequired(_l("Choose who examined."))])
    location = SelectField(_l("At"))
    examined_on = DateField(_l("On"), [InputRequired(_l("On which day?"))])
    telehealth = BooleanField(_l("By telehealth"))
    result = RadioField(
        _l("Result"),
        choices=[SelectChoice(*one) for one in RESULTS],
        validators=[InputRequired(_l("Choose the result."))],
    )
    conditions = StringField(_l("Conditions"), [Length(max=500)])
    until = DateField(_l("Until"), [Optional()])


class EndClearanceForm(Form):
    """End a clearance before its time."""

    reason = SelectField(_l("Why it ends"), choices=[SelectChoice(*one) for one in END_REASONS])
    note = StringField(_l("Note"), [Length(max=500)])
