"""The base of every form, and a domain error's way back to the field that caused it."""

from flask_wtf import FlaskForm

from saas.kernel.errors import DomainError
from saas.web import errors


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form guarded against forgery; `refuse` shows a domain error in its summary."""

    def refuse(self, error: DomainError, field: str | None = None) -> None:
        """Add the error's sentence to *field*, or to the form as a whole."""
        sentence = errors.sentence_of(error)
        if field is None:
            self.form_errors.append(sentence)
        else:
            self[field].errors = [*self[field].errors, sentence]
