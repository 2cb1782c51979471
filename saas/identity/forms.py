"""Forms of identity."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from saas.identity import passwords
from saas.web.forms import Form


class LogInForm(Form):
    """Sign in with e-mail and password."""

    email = EmailField(_l("E-mail"), [InputRequired(_l("Enter your e-mail address.")), Length(max=254)])
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Enter your password.")), Length(max=passwords.LONGEST)]
    )
    next = HiddenField()


class PasswordForm(Form):
    """Change one's own password."""

    current_password = PasswordField(
        _l("Present password"), [InputRequired(_l("Enter your present password."))]
    )
    new_password = PasswordField(_l("New password"), [InputRequired(_l("Enter a new password."))])
