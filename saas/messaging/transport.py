"""Hand a mail over: to an SMTP server, or into the demo's Maildir.

SAAS_SMTP_URL is `smtp://user:password@host:port`, with `?starttls=1`, or `smtps://…`.
"""

import mailbox
import smtplib
import ssl
from email import policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from saas.messaging.settings import Settings

TIMEOUT_SECONDS = 20
PORTS = {"smtp": 587, "smtps": 465}
PERMANENT = range(500, 600)


class TransportFailed(Exception):
    """The mail was not taken; `permanent` where trying again would not help."""

    def __init__(self, what: str, *, permanent: bool = False) -> None:
        self.permanent = permanent
        super().__init__(what)


def deliver(message: EmailMessage, settings: Settings) -> None:
    """Hand *message* over. TransportFailed, in words that name no address."""
    if settings.smtp_url:
        _by_smtp(message, urlsplit(settings.smtp_url))
    elif settings.folder:
        box = mailbox.Maildir(Path(settings.folder) / "mail", create=True)
        box.add(message.as_bytes(policy=policy.SMTP))
    else:
        raise TransportFailed("SAAS_SMTP_URL is not set")


def _by_smtp(message: EmailMessage, url: SplitResult) -> None:
    try:
        with _connected(url) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise TransportFailed(f"recipient refused: {codes[0]}", permanent=codes[0] in PERMANENT) from error
    except smtplib.SMTPResponseException as error:
        raise TransportFailed(f"{type(error).__name__}: {error.smtp_code}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise TransportFailed(type(error).__name__) from error


def _connected(url: SplitResult) -> smtplib.SMTP:
    port = url.port or PORTS[url.scheme]
    if url.scheme == "smtps":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            url.hostname or "", port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(url.hostname or "", port, timeout=TIMEOUT_SECONDS)
    if parse_qs(url.query).get("starttls") == ["1"]:
        server.starttls(context=ssl.create_default_context())
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server
