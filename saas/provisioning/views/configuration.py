"""The configuration as a whole: what was applied when and by whom, as files to take away, from files, and back."""

import io
import zipfile
from typing import Any

from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.practice import snapshot
from saas.provisioning import canonical, exporting, reading, recording, standing, uploads
from saas.provisioning.drafts import Draft
from saas.provisioning.problems import ConfigurationInvalid
from saas.provisioning.recording import Entry, Kind
from saas.provisioning.views import editing, plans
from saas.provisioning.views.door import blueprint, may
from saas.web import edge, render
from saas.web.access import permit

KINDS = {Kind.FILES: N_("from files"), Kind.PAGE: N_("on a page"), Kind.ROLLBACK: N_("gone back")}


@blueprint.get("/practice/configuration", endpoint="configuration")
@permit(Permission.PRACTICE_READ)
def show() -> str:
    """Show what was applied, newest first."""
    entries = recording.history()
    zones = [place.time_zone for place in snapshot.read(edge.tenant().config_version).places.values()]
    current = entries[0].record.version if entries else 0
    return render.page(
        "provisioning/configuration.html", entries=[_line(one, current) for one in entries],
        zone=zones[0] if zones else "UTC", may_edit=may(Permission.PRACTICE_WRITE), alone=editing.others_alone(),
    )  # fmt: skip


@blueprint.get("/practice/configuration.zip", endpoint="export")
@permit(Permission.PRACTICE_READ)
def export() -> Response:
    """Give the configuration as it stands, as the files that would make it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in exporting.texts(standing.read().files).items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    response = make_response(packed.getvalue())
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{edge.tenant().slug}-configuration.zip"'
    return response


@blueprint.post("/practice/configuration", endpoint="upload")
@permit(Permission.PRACTICE_WRITE)
def upload() -> Response:
    """Plan what the uploaded files say: all of the configuration, or some files of it."""
    back = url_for("provisioning.configuration")
    contents = uploads.contents(
        (one.filename or "", one.read(uploads.MOST_BYTES + 1)) for one in request.files.getlist("files")
    )
    is_whole = request.form.get("is_whole") == "yes"
    try:
        found = canonical.form(reading.read_files(contents)) if is_whole else _some(contents)
    except ConfigurationInvalid as error:
        return plans.refused(error, back)
    return plans.lay_out(Draft(found, is_whole=is_whole), back)


@blueprint.post("/practice/configuration/<int:version>", endpoint="roll_back")
@permit(Permission.PRACTICE_WRITE)
def roll_back(version: int) -> Response:
    """Plan the way back to an earlier version."""
    files = recording.require(version)
    return plans.lay_out(Draft(files, is_whole=True, back_to=version), url_for("provisioning.configuration"))


def _some(contents: dict[str, bytes]) -> dict[str, Any]:
    """Return some files over those that stand, all of them read and checked together; None: says nothing, and goes."""
    before = {name: text.encode() for name, text in exporting.texts(standing.read().files).items()}
    whole = canonical.form(reading.read_files(before | contents))
    return {name: whole.get(name) for name in contents}


def _line(entry: Entry, current: int) -> dict[str, Any]:
    record = entry.record
    return {
        "version": record.version, "at": entry.recorded_at, "by": entry.by, "files": entry.files,
        "how": _(KINDS[record.kind]), "reason": record.reason or "", "is_current": record.version == current,
        "back_to": record.back_to,
    }  # fmt: skip
