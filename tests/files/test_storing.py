"""Documents: of an honest kind, within the clinic's room, whole on disk before a row names them."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.exc import ProgrammingError

from saas.db import session
from saas.db.settings import Urls
from saas.files import blobs, storing, types
from saas.files.storing import Damaged, QuotaExceeded, TooLarge
from saas.files.types import MediaType, TypeMismatch, TypeRefused
from saas.kernel import ids
from saas.kernel.actors import SYSTEM, Actor, ActorKind
from saas.kernel.errors import NotFound
from tests.ground import make_tenant, within

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9"
WEBP = b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0"
KINDS = {MediaType.PDF: PDF, MediaType.PNG: PNG, MediaType.JPEG: JPEG, MediaType.WEBP: WEBP}
SOMEONE = Actor(ActorKind.USER, ids.new(), "Robin Hire")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all files, empty."""
    monkeypatch.setenv("SAAS_FILES_DIR", str(tmp_path))
    return tmp_path


def on_disk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", MediaType)
def test_what_is_stored_reads_back_the_same(tenant: UUID, folder: Path, kind: MediaType) -> None:
    file_id = storing.store(KINDS[kind], "a name", kind, SOMEONE)
    found = storing.read(file_id)
    assert (found.name, found.media_type, found.content) == ("a name", kind, KINDS[kind])
    sha256 = blobs.digest(KINDS[kind])
    assert on_disk(folder) == [folder / str(tenant) / sha256[:2] / sha256]


def test_the_audit_knows_who_stored_what(tenant: UUID) -> None:
    file_id = storing.store(PDF, "x.pdf", "application/pdf", SOMEONE)
    query = "SELECT actor_id, subject_ids FROM audit_entries WHERE action = 'file.store'"
    session.current().flush()
    row = session.current().connection().exec_driver_sql(query).one()
    assert (row.actor_id, row.subject_ids) == (SOMEONE.id, [str(file_id)])


REFUSED = {
    "a page": b"<!doctype html><script>alert(1)</script>", "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "nothing": b"", "text": b"hello", "an animation": b"GIF89a\1\0\1\0", "a program": b"\x7fELF\2\1\1\0" + b"\0" * 60,
    "an archive": b"PK\3\4\x14\0\0\0", "sound": b"RIFF\x24\0\0\0WAVEfmt ", "late": b"x" * 20 + PDF,
    "a page that begins like a document": b"%PDF<script>alert(1)</script>",
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("claimed", ["application/pdf", "image/png"])
def test_other_kinds_are_refused_whatever_they_claim(
    tenant: UUID, folder: Path, what: str, claimed: str
) -> None:
    with pytest.raises(TypeRefused) as refused:
        storing.store(REFUSED[what], "x.pdf", claimed, SYSTEM)
    assert (refused.value.status, refused.value.code) == (415, "file_type_refused")
    assert (on_disk(folder), storing.used_bytes()) == ([], 0)


@pytest.mark.parametrize("claimed", ["image/png", "text/html", "", "application/pdf2", "pdf"])
def test_a_lie_about_the_kind_is_refused(tenant: UUID, folder: Path, claimed: str) -> None:
    with pytest.raises(TypeMismatch, match="it is application/pdf, not") as refused:
        storing.store(PDF, "x.png", claimed, SYSTEM)
    assert (refused.value.status, refused.value.code) == (422, "file_type_mismatch")
    assert on_disk(folder) == []


def test_the_kind_may_be_claimed_as_browsers_write_it() -> None:
    assert types.require_honest(PDF, "Application/PDF; charset=binary") is MediaType.PDF


def test_a_file_may_have_twenty_megabytes_and_not_one_byte_more(tenant: UUID) -> None:
    largest = PDF + b"\0" * (20 * 1024 * 1024 - len(PDF))
    storing.store(largest, "x", "application/pdf", SYSTEM)
    with pytest.raises(TooLarge, match="20 MB") as refused:
        storing.store(largest + b"\0", "x", "application/pdf", SYSTEM)
    assert (refused.value.status, refused.value.code) == (413, "file_too_large")


def test_the_clinic_s_room_is_the_sum_of_its_files(tenant: UUID, folder: Path) -> None:
    room = len(PDF) * 2 + len(PNG) - 1
    storing.store(PDF, "one", "application/pdf", SYSTEM, room)
    storing.store(PDF, "the same", "application/pdf", SYSTEM, room)
    assert (storing.used_bytes(), len(on_disk(folder))) == (len(PDF) * 2, 1)
    with pytest.raises(QuotaExceeded) as refused:
        storing.store(PNG, "too much", "image/png", SYSTEM, room)
    assert (refused.value.status, refused.value.code) == (413, "file_quota_exceeded")
    assert len(on_disk(folder)) == 1
    storing.store(PNG, "fits", "image/png", SYSTEM, room + 1)


def test_five_gigabytes_unless_told_otherwise() -> None:
    assert storing.QUOTA_BYTES == 5 * 1024**3


def test_another_clinic_s_file_is_not_there_and_takes_no_room(database: Urls) -> None:
    one, other = make_tenant(), make_tenant()
    with within(one):
        file_id = storing.store(PDF, "x", "application/pdf", SYSTEM)
    with within(other):
        assert storing.used_bytes() == 0
        storing.store(PNG, "their own", "image/png", SYSTEM)
        for unknown in (file_id, ids.new()):
            with pytest.raises(NotFound, match=r"There is nothing here\."):
                storing.read(unknown)
    with within(one):
        assert storing.read(file_id).content == PDF


@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_bytes_that_are_not_the_same_any_more_are_never_handed_out(
    tenant: UUID, folder: Path, harm: str
) -> None:
    file_id = storing.store(PDF, "x", "application/pdf", SYSTEM)
    path = on_disk(folder)[0]
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(PDF[:-1] if harm == "cut" else PDF.replace(b"obj", b"job"))
    with pytest.raises(Damaged) as damaged:
        storing.read(file_id)
    assert damaged.value.code == "file_damaged"
    storing.store(PDF, "again", "application/pdf", SYSTEM)
    assert storing.read(file_id).content == PDF


def test_the_bytes_are_synced_and_private_before_the_row(
    tenant: UUID, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append("folder" if is_folder else "file")
        assert storing.used_bytes() == 0
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    storing.store(PDF, "x", "application/pdf", SYSTEM)
    assert synced == ["file", "folder", "folder", "folder"]
    assert stat.S_IMODE(on_disk(folder)[0].stat().st_mode) == 0o600


def test_a_full_disk_leaves_neither_bytes_nor_row(
    tenant: UUID, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        storing.store(PDF, "x", "application/pdf", SYSTEM)
    assert (on_disk(folder), storing.used_bytes()) == ([], 0)


def age(folder: Path, hours: float) -> None:
    for path in on_disk(folder):
        then = path.stat().st_mtime - hours * 3600
        os.utime(path, (then, then))


def test_orphans_are_swept_after_a_day_and_nothing_else(database: Urls, folder: Path) -> None:
    tenant_id, other, now = make_tenant(), make_tenant(), datetime.now(UTC)
    with pytest.raises(ZeroDivisionError), within(tenant_id):
        storing.store(PNG, "rolled back", "image/png", SYSTEM)
        _ = 1 / 0
    with within(tenant_id):
        file_id = storing.store(PDF, "kept", "application/pdf", SYSTEM)
    blobs.put(other, JPEG)
    unfinished = folder / str(tenant_id) / "ab" / f"{'ab' * 32}.x.part"
    unfinished.parent.mkdir()
    unfinished.write_bytes(b"half")
    age(folder, 23)
    with within(tenant_id):
        assert storing.sweep(now) == 0
    age(folder, 2)
    with within(tenant_id):
        assert (storing.sweep(now), storing.sweep(now)) == (2, 0)
        assert storing.read(file_id).content == PDF
    assert {path.name for path in on_disk(folder)} == {blobs.digest(PDF), blobs.digest(JPEG)}


def test_an_orphan_that_is_stored_again_is_young_again(database: Urls, folder: Path) -> None:
    tenant_id, now = make_tenant(), datetime.now(UTC)
    blobs.put(tenant_id, PDF)
    age(folder, 48)
    blobs.put(tenant_id, PDF)
    with within(tenant_id):
        assert storing.sweep(now + timedelta(hours=1)) == 0


@pytest.mark.parametrize("statement", ["UPDATE files SET name = 'x'", "DELETE FROM files"])
def test_a_row_is_neither_changed_nor_deleted(database: Urls, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), within(make_tenant()) as current:
        current.connection().exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"), ("C:\\scans\\report.pdf", "report.pdf"), ("../../etc/passwd", "passwd"),
        ("a\0b\r\n\u202ec", "abc"), ("", "document"), ("/", "document"), ("x" * 300, "x" * 200), ("Bericht ä.pdf",) * 2,
    ],
)  # fmt: skip
def test_a_name_is_one_printable_line_without_a_path(tenant: UUID, given: str, kept: str) -> None:
    assert storing.read(storing.store(PDF, given, "application/pdf", SYSTEM)).name == kept


def test_without_a_folder_of_their_own_files_lie_in_the_data_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAAS_FILES_DIR")
    monkeypatch.setenv("SAAS_DATA_DIR", str(tmp_path / "data"))
    assert blobs.root() == tmp_path / "data" / "files"
