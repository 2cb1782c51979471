"""Languages. The clinic names the ones it offers; the visitor's browser chooses among them."""

from babel.support import NullTranslations
from flask import Flask, g, request
from flask_babel import Babel, Domain

PSEUDO_OPEN, PSEUDO_CLOSE = "⟦", "⟧"


def init_app(app: Flask) -> None:
    """Install translation for *app*; with PSEUDO_LOCALE every translated text shows in ⟦brackets⟧."""
    babel = Babel(app, locale_selector=locale)
    if app.config.get("PSEUDO_LOCALE"):
        babel.domain_instance = PseudoDomain()


def locale() -> str:
    """Return the language of this request, as Babel writes it (`pt_BR`)."""
    tenant = g.get("tenant")
    offered = list(tenant.profile.get("languages") or ["en"]) if tenant else ["en"]
    return (request.accept_languages.best_match(offered) or offered[0]).replace("-", "_")


class PseudoTranslations(NullTranslations):
    """Marks what passes through translation, so that a test finds what does not."""

    def ugettext(self, message: str) -> str:
        """Return *message* in brackets."""
        return f"{PSEUDO_OPEN}{message}{PSEUDO_CLOSE}"

    gettext = ugettext

    def ungettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for *n* in brackets."""
        return self.ugettext(msgid1 if n == 1 else msgid2)

    ngettext = ungettext

    def upgettext(self, context: str, message: str) -> str:
        """Return *message* in brackets."""
        return self.ugettext(message)

    pgettext = upgettext


class PseudoDomain(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """A domain whose every translation is pseudo."""

    def get_translations(self) -> PseudoTranslations:
        """Return the marking translations."""
        return PseudoTranslations()
