"""Papers of credentials and protocols: kept with their digest, opened by who may, refused where they show nothing."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select

from saas.db import session
from saas.files.storing import LARGEST_BYTES
from saas.identity.roles import Role
from saas.journal.models import Event
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying, reading, standing
from tests.booking.patients import Page
from tests.files.test_storing import JPEG, PDF, PNG, WEBP
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.provisioning.drafting_pages import PRACTICE, Editor, editor

REFUSED: list[tuple[bytes | None, str, str, int, str]] = [
    (b"", "a.pdf", "application/pdf", 422, "This file is empty."),
    (None, "", "", 422, "This file is empty."),
    (WEBP, "a.webp", "image/webp", 415, "Evidence is a PDF document or a JPEG or PNG picture."),
    (b"PK\3\4 a ZIP", "a.pdf", "application/pdf", 415, "Only PDF documents and PNG, JPEG or WebP pictures"),
    (JPEG, "a.pdf", "application/pdf", 422, "This file is not what its type says: it is image/jpeg"),
    (
        PDF + b"\0" * (LARGEST_BYTES - len(PDF) + 1),
        "a.pdf",
        "application/pdf",
        413,
        "A file may have 20 MB at most.",
    ),
]
RAFAEL, NURSE = "rafael-quintanilla", "marcus-whitehorse"


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAAS_FILES_DIR", str(tmp_path))


def send(at: Editor, content: bytes | None, name: str, kind: str, who: str = RAFAEL, **about: str) -> Page:
    """Send a file as the form of the first credential on the page would, or of another thing."""
    fields = about or {"credential": at.look(f"/people/{who}").value("credential")}
    fields = {**fields, "csrf_token": at.browser.form_token()}
    parts = [(f'name="{key}"', "text/plain", value.encode()) for key, value in fields.items()]
    parts += [(f'name="file"; filename="{name}"', kind, content)] if content is not None else []
    body = b"".join(
        f"--part\r\nContent-Disposition: form-data; {head}\r\nContent-Type: {kind}\r\n\r\n".encode()
        + said
        + b"\r\n"
        for head, kind, said in parts
    )
    path, how = f"{PRACTICE}/people/{who}/evidence", "multipart/form-data; boundary=part"
    found = at.browser.open(
        "POST", path, data=body + b"--part--\r\n", content_type=how, follow_redirects=True
    )
    return Page(found)


def links(page: Page) -> list[str]:
    return [one.get("href") for one in page.tree.xpath("//a[contains(@href, '/evidence/')]")]


def test_a_paper_is_kept_shown_with_its_digest_and_opened_as_a_file(practice: Clinic) -> None:
    owner = editor(practice)
    page = send(owner, PDF, "Licence Ñ.pdf", "application/pdf")
    assert f"SHA-256 {hashlib.sha256(PDF).hexdigest()[:12]}" in page.text
    assert "added by" in page.text
    [link, *_] = links(page)
    opened = owner.browser.get(link)
    assert opened.data == PDF
    assert opened.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Licence%20%C3%91.pdf"
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert opened.headers["Cache-Control"] == "no-store"
    with within(practice.id):
        kinds = session.current().scalars(select(Event.kind).order_by(Event.id.desc()).limit(5)).all()
        assert "evidence.added" in kinds
    assert editor(practice, Role.PRACTITIONER).browser.get(link).status_code == 403
    assert editor(practice, Role.FRONT_DESK).look(f"/people/{RAFAEL}").status == 403
    assert owner.browser.get(link.replace(RAFAEL, "ingrid-halvorsen")).status_code == 404


def test_a_plan_does_not_lose_it_nor_does_a_credential_that_comes_back(practice: Clinic) -> None:
    owner = editor(practice)
    send(owner, PNG, "seal.png", "image/png")
    before = links(owner.look(f"/people/{RAFAEL}"))
    with within(practice.id):
        files = standing.read().files
        person = {key: value for key, value in files[f"people/{RAFAEL}.yaml"].items() if key != "credentials"}
        applying.apply(reading.read_form({**files, f"people/{RAFAEL}.yaml": person}), SYSTEM)
    assert links(owner.look(f"/people/{RAFAEL}")) == []
    with within(practice.id):
        applying.apply(practice.configuration, SYSTEM)
    assert links(owner.look(f"/people/{RAFAEL}")) == before


def test_what_shows_nothing_is_refused_with_its_sentence(practice: Clinic) -> None:
    owner = editor(practice)
    before = links(owner.look(f"/people/{RAFAEL}"))
    for content, name, kind, status, said in REFUSED:
        page = send(owner, content, name, kind)
        assert (page.status, said in page.text) == (status, True), said
    assert links(owner.look(f"/people/{RAFAEL}")) == before


def test_a_protocol_has_its_paper_and_one_that_nobody_named_has_none(practice: Clinic) -> None:
    owner = editor(practice)
    title = owner.look(f"/people/{NURSE}").value("protocol")
    page = send(owner, JPEG, "order.jpg", "image/jpeg", NURSE, protocol=title)
    assert "order.jpg" in page.text
    assert send(owner, JPEG, "order.jpg", "image/jpeg", NURSE, protocol="Another").status == 404
    assert send(owner, JPEG, "order.jpg", "image/jpeg", NURSE, credential="nonsense").status == 404
