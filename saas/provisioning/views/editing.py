"""Anything of the configuration on a page: its answers, and from there the plan of what they would change.

One form serves all kinds, made from the schema. Adding a part, taking one out and moving it are posts like any
other, so that nothing needs a script and what was typed comes back.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.kernel.errors import NotFound
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.provisioning import (
    answers,
    canonical,
    drafts,
    explaining,
    fields,
    reading,
    schema,
    standing,
    starting,
)
from saas.provisioning.answers import Data
from saas.provisioning.canonical import Form
from saas.provisioning.documents import Document
from saas.provisioning.drafts import Draft
from saas.provisioning.problems import Problem
from saas.provisioning.views import asking, plans, wording
from saas.provisioning.views.asking import Paper
from saas.provisioning.views.door import blueprint
from saas.web import render
from saas.web.access import permit

UNPROCESSABLE = 422
NEW = {"locations": N_("A new location"), "people": N_("A new person"), "offerings": N_("A new offering")}
ALONE = {
    "clinic.yaml": N_("The clinic"), "taxes.yaml": N_("Tax rates"), "policies.yaml": N_("Policies"),
    "attestations.yaml": N_("Rules of practice you attest"),
}  # fmt: skip
LISTED = ("clinic.yaml", "taxes.yaml")


@blueprint.route("/practice/new/<folder>", methods=["GET", "POST"], endpoint="new_document")
@permit(Permission.PRACTICE_WRITE)
def new(folder: str) -> Response:
    """Ask for something new, and plan it."""
    if folder not in NEW:
        raise NotFound
    return _page(Sheet(f"{folder}/.yaml", standing.read().files, is_new=True))


@blueprint.route("/practice/edit/<folder>/<slug>", methods=["GET", "POST"], endpoint="edit_document")
@permit(Permission.PRACTICE_WRITE)
def edit(folder: str, slug: str) -> Response:
    """Ask for everything about one thing, and plan what is changed."""
    return _page(Sheet(f"{folder}/{slug}.yaml", standing.read().files))


@blueprint.route("/practice/edit/<name>", methods=["GET", "POST"], endpoint="edit_alone")
@permit(Permission.PRACTICE_WRITE)
def edit_alone(name: str) -> Response:
    """Ask for what a file of its own says: the clinic, the tax rates, the policies."""
    return _page(Sheet(f"{name}.yaml", standing.read().files))


def others_alone() -> list[tuple[str, str]]:
    """Return the other files of their own: how an address names each, and what it is called."""
    names = [name for name in schema.FILES if name not in LISTED]
    return [(name.removesuffix(".yaml"), _alone(name)) for name in names]


class Sheet:
    """One file on the page: what it says now, which keys it may have, and the files it stands among."""

    def __init__(self, file: str, files: Form, *, is_new: bool = False) -> None:
        """Find the file; NotFound where no configuration has such a one."""
        is_alone = file in schema.FILES
        if not (is_alone or is_new or file in files):
            raise NotFound
        self.file, self.files, self.is_new, self.is_alone = file, files, is_new, is_alone
        self.model = canonical.model_of(file)
        self.asked: Sequence[fields.Field] = fields.of(self.model)
        self.data: Data = _begun(self.folder) if is_new else dict(files.get(file, {}))
        self.languages: Sequence[str] = files["clinic.yaml"].get("languages", ["en"])

    @property
    def folder(self) -> str:
        """The folder it stands in; empty for a file of its own."""
        return "" if self.is_alone else self.file.partition("/")[0]

    def answered(self) -> Data:
        """Return what was posted, with what the form carries and does not ask."""
        given = {name: values for name, values in request.form.lists() if name not in ("csrf_token", "act")}
        data = answers.read(self.asked, given, self.languages)
        return {**({"id": self.data["id"]} if "id" in self.data else {}), **data}

    def drafted(self, packed: str) -> Data:
        """Return what the draft that a plan carries says of this file."""
        found = [data for data in drafts.unpack(packed).files.values() if data is not None]
        return found[0] if found else self.data

    def named(self, data: Data) -> Data:
        """Return *data* with a short name for everything that was given none, made from its name."""
        return answers.named(self.asked, data)

    def draft(self, data: Data) -> Draft:
        """Return the files that *data* changes; another short name is another file."""
        if self.is_alone:
            return Draft({self.file: data})
        file = f"{self.folder}/{data['slug']}.yaml"
        gone = {self.file: None} if not self.is_new and file != self.file else {}
        return Draft({**gone, file: data})

    def known(self) -> dict[str, dict[str, str]]:
        """Return what a slug may name, by kind: the slugs there are, with their names."""
        found: dict[str, dict[str, str]] = {"locations": {}, "people": {}, "offerings": {}, "add_ons": {}}
        for file, data in self.files.items():
            folder = PurePosixPath(file).parent.name
            if folder in found:
                found[folder][data["slug"]] = _name(data)
            if data.get("kind") == "add_on":
                found["add_ons"][data["slug"]] = _name(data)
        entities = self.files["clinic.yaml"].get("legal_entities", [])
        return found | {"legal_entities": {one["slug"]: one["name"] for one in entities}}


def _begun(folder: str) -> Data:
    """Return what something new begins with: a usual offering, where the address names one."""
    like = request.args.get("like", "")
    return dict(starting.starters().get(like, {})) if folder == "offerings" else {}


def _models(sheet: Sheet) -> list[tuple[str, str]]:
    """Return the usual offerings that a new one can begin as: an address and a name each."""
    if not sheet.is_new or sheet.folder != "offerings":
        return []
    here = "provisioning.new_document"
    return [
        (url_for(here, folder="offerings", like=slug), wording.local(data["name"]))
        for slug, data in starting.starters().items()
    ]


def _page(sheet: Sheet) -> Response:
    if request.method == "GET":
        return _ask(sheet, sheet.data)
    act = request.form.get("act", "plan")
    if act == "again":
        return _ask(sheet, sheet.drafted(request.form.get("draft", "")))
    data = sheet.answered()
    if act == "archive" and sheet.folder and not sheet.is_new:
        return plans.lay_out(Draft({sheet.file: None}), _back(sheet))
    if act != "plan":
        return _ask(sheet, answers.arranged(data, act))
    data = sheet.named(answers.pruned(data))
    problems = faults(sheet, data)
    return _ask(sheet, data, problems) if problems else plans.lay_out(sheet.draft(data), request.path)


def faults(sheet: Sheet, data: Data) -> list[Problem]:
    """Return what is wrong with *data*, and with the configuration in which it stands; what was so before is not."""
    blank = [*_blank(sheet.asked, data, sheet.file)]
    typed, found = explaining.validate(sheet.model, Document(sheet.file, data))
    said = tuple(problem.path for problem in blank)
    found = [one for one in found if not (said and (one.path in said or one.message.startswith("the key ")))]
    if typed is None or blank:
        return sorted({*blank, *found})
    if sheet.is_new and sheet.draft(data).files.keys() & sheet.files.keys():
        taken = str(_("something else here already has this short name"))
        return [Problem(sheet.file, 1, 1, "slug", taken)]
    before = set(reading.between(canonical.sources(sheet.files)))
    after = reading.between(canonical.sources(sheet.draft(data).over(sheet.files)))
    return sorted({_here(one, sheet, data) for one in set(after) - before})


def _here(problem: Problem, sheet: Sheet, data: Data) -> Problem:
    """Return the problem under the file's name on this page, whatever short name it is to have."""
    new = next(file for file, said in sheet.draft(data).files.items() if said is not None)
    if problem.file != new:
        return problem
    return Problem(sheet.file, problem.line, problem.column, problem.path, problem.message, problem.expected)


def _blank(asked: Sequence[fields.Field], data: Any, file: str, path: str = "") -> list[Problem]:
    """Return a problem for each key that has to be there and is not, below what is there."""
    found: list[Problem] = []
    for field in asked:
        value, here = data.get(field.name) if isinstance(data, dict) else None, f"{path}{field.name}"
        if field.required and value in (None, "", {}, []):
            found.append(Problem(file, 1, 1, here, str(_("please fill this in"))))
        elif field.way is fields.Way.GROUP and value:
            found += _blank(field.children, value, file, f"{here}.")
        elif field.way is fields.Way.GROUPS and isinstance(value, list):
            for at, item in enumerate(value):
                found += _blank(field.children, item, file, f"{here}[{at}].")
    return found


def _ask(sheet: Sheet, data: Data, problems: Sequence[Problem] = ()) -> Response:
    beside, general = asking.faults(problems, sheet.file)
    paper = Paper(sheet.languages, sheet.known(), beside, request.form.get("act", "").partition(":")[2])
    context = {
        "title": _title(sheet), "crumbs": _crumbs(sheet), "action": request.path, "back": _back(sheet),
        "sections": asking.sections(sheet.model.__name__, sheet.asked, data, paper), "general": general,
        "beside": [(name, said) for name, listed in beside.items() for said in listed], "counted": len(problems),
        "archive": bool(sheet.folder) and not sheet.is_new, "models": _models(sheet),
    }  # fmt: skip
    page = render.page("provisioning/document.html", block="form", **context)
    return make_response(page, UNPROCESSABLE if problems else 200)


def _title(sheet: Sheet) -> str:
    if sheet.is_new:
        return str(_(NEW[sheet.folder]))
    return _alone(sheet.file) if sheet.is_alone else _name(sheet.data)


def _alone(file: str) -> str:
    stem = file.removesuffix(".yaml")
    return str(_(ALONE[file])) if file in ALONE else stem.capitalize()


def _name(data: Mapping[str, Any]) -> str:
    if "given_name" in data:
        return f"{data['given_name']} {data['family_name']}"
    name = data.get("name", data.get("slug", ""))
    return wording.local(name) if isinstance(name, Mapping) else str(name)


def _crumbs(sheet: Sheet) -> list[tuple[str, str]]:
    found = [(str(_("Practice")), url_for("provisioning.practice"))]
    if sheet.folder == "offerings":
        found.append((str(_("Offerings")), url_for("provisioning.offerings")))
    return found


def _back(sheet: Sheet) -> str:
    if sheet.folder == "offerings":
        known = {} if sheet.is_new else {"slug": sheet.data["slug"]}
        return url_for("provisioning.offering", **known) if known else url_for("provisioning.offerings")
    return url_for("provisioning.practice")
