"""Papers that show what people hold and under which protocols they work: uploaded, and opened as files."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from uuid import UUID

from babel.numbers import format_decimal
from flask import flash, make_response, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.credentials import evidence, supervising
from saas.credentials.evidence import Evidence, EvidenceEmpty, Upload
from saas.files import storing
from saas.kernel import ids
from saas.kernel.errors import NotFound
from saas.kernel.permissions import Permission
from saas.practice import people
from saas.provisioning.views import wording
from saas.provisioning.views.door import blueprint
from saas.web import access, edge, headers
from saas.web.access import permit

# A file of the largest size, and the form around it; so one that is a little larger is told how large it may be.
LARGEST_FORM = storing.LARGEST_BYTES + 4 * storing.MEGABYTE


@blueprint.post("/practice/people/<slug>/evidence", endpoint="add_evidence")
@access.takes(LARGEST_FORM)
@permit(Permission.EVIDENCE_MANAGE)
def add(slug: str) -> Response:
    """Keep a paper of a credential or of a protocol."""
    person, sent = people.get(slug), request.files.get("file")
    if sent is None:
        raise EvidenceEmpty
    upload = Upload(sent.read(storing.LARGEST_BYTES + 1), sent.filename or "", sent.mimetype)
    about, actor = request.form.get("credential", ""), edge.actor()
    if about:
        evidence.of_credential(_id(about), person.id, upload, actor)
    else:
        version = edge.tenant().config_version
        evidence.of_protocol(request.form.get("protocol", ""), person.id, version, upload, actor)
    flash(_("Kept."), "ok")
    return redirect(url_for("provisioning.person", slug=slug, _anchor="papers"))


@blueprint.get("/practice/people/<slug>/evidence/<uuid:evidence_id>", endpoint="open_evidence")
@permit(Permission.EVIDENCE_MANAGE)
def open_one(slug: str, evidence_id: UUID) -> Response:
    """Hand out a paper as a file that no page shows."""
    found = evidence.read(evidence_id, people.get(slug).id, edge.actor())
    response = make_response(found.content)
    response.headers["Content-Type"] = found.media_type
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return headers.never_store(response)


def shown(papers: list[Evidence], names: dict[UUID, str]) -> list[Any]:
    """Return papers in words."""
    return [
        SimpleNamespace(
            id=one.id, name=one.name, size=_size(one.size_bytes), digest=one.sha256,
            day=wording.day(one.added_at.date()), by=names.get(one.added_by, "") if one.added_by else "",
        )
        for one in papers
    ]  # fmt: skip


def protocols(person_id: UUID, papers: list[Evidence], names: dict[UUID, str]) -> list[Any]:
    """Return the protocols under which a person works, each with its papers."""
    named = supervising.everybody(edge.tenant().config_version).get(person_id, ())
    return [
        SimpleNamespace(title=title, papers=shown([one for one in papers if one.protocol == title], names))
        for title in sorted({one.protocol for one in named if one.protocol})
    ]


def _size(size_bytes: int) -> str:
    kilobytes = max(1, round(size_bytes / 1000))
    return str(_("%(size)s kB", size=format_decimal(kilobytes, locale=get_locale())))


def _id(text: str) -> UUID:
    found = ids.parse(text)
    if found is None:
        raise NotFound
    return found
