"""Forms of the desk. What may be chosen is said by the verbs, which know why not."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TelField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from saas.web.forms import Form

NAME = 200


class MoveForm(Form):
    """Take a visit to another time or colleague."""

    on = DateField(_l("Day"), [InputRequired(_l("Choose a day."))])
    at = TimeField(_l("Time"), [InputRequired(_l("Choose a time."))])
    practitioner = SelectField(_l("With"), validate_choice=False)
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("Open the visit anew."))])


class CancelForm(Form):
    """Call a visit off."""

    reason = StringField(_l("Reason, for the record"), [Length(max=200)])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("Open the visit anew."))])


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
