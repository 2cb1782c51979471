"""Papers that show what somebody holds, or under which protocol they are supervised: added, listed, opened.

An act, and no configuration: no file of YAML has it, and no plan takes it away. What belongs to a credential is found
by what tells that credential from others, so that one that was archived and came back has it still. Insert only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from saas.credentials import records, supervising
from saas.credentials.models import CredentialRow, EvidenceRow
from saas.db import session
from saas.files import storing, types
from saas.files.models import StoredFile
from saas.files.storing import Document
from saas.files.types import MediaType
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import Invalid, NotFound
from saas.kernel.text import N_

KINDS = frozenset({MediaType.PDF, MediaType.JPEG, MediaType.PNG})


class EvidenceEmpty(Invalid):
    """There is nothing in the file."""

    code = "evidence_empty"
    sentence = N_("This file is empty. Please choose a PDF document or a JPEG or PNG picture.")


class EvidenceRefused(Invalid):
    """The content is of no kind that shows anything."""

    status = 415
    code = "evidence_refused"
    sentence = N_("Evidence is a PDF document or a JPEG or PNG picture.")


@dataclass(frozen=True)
class Upload:
    """What a browser sends: the bytes, the name of the file, and the type that it claims."""

    content: bytes
    name: str
    claimed_type: str


@dataclass(frozen=True)
class Evidence:
    """A paper: of a credential, by its key, or of a protocol, by its title; its file, who added it and when."""

    id: UUID
    credential: tuple[object, ...] | None
    protocol: str
    file_id: UUID
    name: str
    size_bytes: int
    sha256: str
    added_at: datetime
    added_by: UUID | None


def of_credential(credential_id: UUID, person_id: UUID, upload: Upload, actor: Actor) -> UUID:
    """Add a paper to something that the person holds. NotFound; the refusals of `add`."""
    if credential_id not in {row.id for row in records.list_held(person_id)}:
        raise NotFound
    return _add(EvidenceRow(person_id=person_id, credential_id=credential_id), upload, actor)


def of_protocol(protocol: str, person_id: UUID, config_version: int, upload: Upload, actor: Actor) -> UUID:
    """Add the paper of a protocol under which the person is supervised. NotFound; the refusals of `add`."""
    named = supervising.everybody(config_version).get(person_id, ())
    if not protocol or protocol not in {one.protocol for one in named}:
        raise NotFound
    return _add(EvidenceRow(person_id=person_id, protocol=protocol), upload, actor)


def list_of(person_id: UUID) -> list[Evidence]:
    """Return the papers of a person, the newest first; one statement."""
    query = (
        select(EvidenceRow, StoredFile, CredentialRow)
        .join(StoredFile, StoredFile.id == EvidenceRow.file_id)
        .outerjoin(CredentialRow, CredentialRow.id == EvidenceRow.credential_id)
        .where(EvidenceRow.person_id == person_id)
        .order_by(EvidenceRow.added_at.desc(), EvidenceRow.id.desc())
    )
    return [_said(*row) for row in session.current().execute(query)]


def key_of(row: CredentialRow) -> tuple[object, ...]:
    """Return what tells a credential of a person from their others."""
    return tuple(getattr(row, name) for name in records.KEY)


def read(evidence_id: UUID, person_id: UUID, actor: Actor) -> Document:
    """Return a paper of the person's, and note who opened it. NotFound; Damaged where its bytes are not the same."""
    query = select(EvidenceRow).where(EvidenceRow.id == evidence_id, EvidenceRow.person_id == person_id)
    row = session.current().scalar(query)
    if row is None:
        raise NotFound
    found = storing.read(row.file_id)
    book.audit("evidence.open", "evidence", [row.id], actor)
    return found


def _add(row: EvidenceRow, upload: Upload, actor: Actor) -> UUID:
    """Keep a paper. EvidenceEmpty, EvidenceRefused, TooLarge, TypeRefused, TypeMismatch, QuotaExceeded."""
    if not upload.content:
        raise EvidenceEmpty
    if len(upload.content) <= storing.LARGEST_BYTES and types.of(upload.content) not in KINDS:
        raise EvidenceRefused
    row.id, row.added_by = ids.new(), actor.id
    row.file_id = storing.store(upload.content, upload.name, upload.claimed_type, actor)
    session.current().add(row)
    session.current().flush()
    told = {"person": str(row.person_id), "file": str(row.file_id)}
    book.tell(EventKind.EVIDENCE_ADDED, row.id, actor, **told)
    return row.id


def _said(row: EvidenceRow, file: StoredFile, credential: CredentialRow | None) -> Evidence:
    return Evidence(
        row.id, key_of(credential) if credential else None, row.protocol, file.id, file.name, file.size_bytes,
        file.sha256, row.added_at, row.added_by,
    )  # fmt: skip


def about(papers: Sequence[Evidence], row: CredentialRow) -> list[Evidence]:
    """Return those of *papers* that show the credential."""
    return [one for one in papers if one.credential == key_of(row)]
