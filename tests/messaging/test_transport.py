"""Mail leaves by SMTP in production; what goes wrong is said without a name."""

import base64
from email.message import EmailMessage

import pytest

from saas.messaging import settings as messaging_settings
from saas.messaging import transport
from saas.messaging.settings import Settings
from saas.messaging.transport import TransportFailed
from tests.messaging import server
from tests.messaging.kit import read


def mail(to: str = "ann@mail.example") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "desk@clinic.example", to, "Your appointment"
    made.set_content("Grüße\n")
    return made


def test_a_mail_arrives_as_it_was_written() -> None:
    with server.running() as smtp:
        transport.deliver(mail(), Settings(smtp_url=smtp.url))
        (taken,) = (read(content) for content in smtp.mails)
        assert (taken["To"], taken.get_content().strip()) == ("ann@mail.example", "Grüße")
        assert base64.b64decode(smtp.log_ins[0].split()[-1]) == b"\0desk@clinic\0s3cret"


def test_a_refused_recipient_is_permanent_and_not_named() -> None:
    with server.running() as smtp, pytest.raises(TransportFailed) as refusal:
        transport.deliver(mail(server.REFUSED), Settings(smtp_url=smtp.url))
    assert refusal.value.permanent
    assert str(refusal.value) == "recipient refused: 550"


@pytest.mark.parametrize(
    ("settings", "cause"),
    [
        (Settings(), "SAAS_SMTP_URL is not set"),
        (Settings(smtp_url="smtp://127.0.0.1:1"), "ConnectionRefusedError"),
    ],
)
def test_a_server_that_is_not_there_is_worth_another_try(settings: Settings, cause: str) -> None:
    with pytest.raises(TransportFailed, match=cause) as failure:
        transport.deliver(mail(), settings)
    assert not failure.value.permanent


def test_the_demos_folder_counts_in_development_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAAS_DEMO_DIR", "/somewhere")
    monkeypatch.setenv("SAAS_PUBLIC_PORT", "8000")
    monkeypatch.delenv("SAAS_DEV", raising=False)
    production = messaging_settings.from_environment()
    assert (production.folder, production.url("elm.example")) == ("", "https://elm.example:8000/")
    monkeypatch.setenv("SAAS_DEV", "1")
    development = messaging_settings.from_environment()
    assert (development.folder, development.url("elm.test", "/m/x")) == (
        "/somewhere",
        "http://elm.test:8000/m/x",
    )
