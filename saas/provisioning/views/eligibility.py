"""Who may perform what at a location: the matrix, why a cell says what it says, and what if.

All of it is read and worked out, nothing is written. What is supposed travels in the address.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_babel import gettext as _

from saas.catalogue import varying
from saas.catalogue.contents import Offering
from saas.credentials.vocabulary import PROFESSIONS
from saas.kernel import clock
from saas.kernel.errors import Invalid, NotFound
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.practice.snapshot import Place, Practitioner
from saas.provisioning import scoping, supposing
from saas.provisioning.scoping import Ground, Judge, Work
from saas.provisioning.supposing import NEW_PERSON, Assumption
from saas.provisioning.views import scope_words, wording
from saas.provisioning.views.door import blueprint
from saas.web import edge, render
from saas.web.access import permit

PAGE = 20
DEEPEST_MM = 10


class NotSupposable(Invalid):
    """What is supposed cannot be: an unknown state or profession, a day or depth that is none."""

    code = "not_supposable"
    sentence = N_("That cannot be supposed: choose a state, a profession, a day and a depth of up to 10 mm.")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a place on a day, under an assumption."""

    ground: Ground
    place: Place
    on: date
    it: Assumption

    @property
    def judge(self) -> Judge:
        """Whoever answers."""
        return Judge(self.ground, self.on)

    def people(self) -> list[Practitioner]:
        """Return who works at the place, whoever is hired first."""
        return [one for one in self.ground.practice.practitioners.values() if self.place.id in one.hours]


@blueprint.get("/practice/eligibility", endpoint="eligibility")
@permit(Permission.PRACTICE_READ)
def matrix() -> str:
    """Show who may perform what at one location, with a search."""
    return render.page("provisioning/eligibility.html", block="results", **_shown(_asked(suppose=False)))


@blueprint.get("/practice/eligibility/what-if", endpoint="what_if")
@permit(Permission.PRACTICE_READ)
def what_if() -> str:
    """Show the same under an assumption, before it is real."""
    asked = _asked()
    shown = _shown(asked) if asked.it.is_any else {"lines": [], "works": [], **_frame(asked)}
    return render.page("provisioning/what_if.html", form=_form(asked), **shown)


@blueprint.get("/practice/eligibility/why", endpoint="why")
@permit(Permission.PRACTICE_READ)
def why() -> str:
    """Show one cell: each role's answer, its reasons, the rules and until when it is the same."""
    asked = _asked()
    who, chosen = _one_of(asked)
    cell = asked.judge.cell(scoping.work_of(chosen), asked.place, who)
    return render.page(
        "provisioning/why.html", who=who, offering=wording.local(chosen.name), place=asked.place,
        state=scope_words.place(asked.place.jurisdiction), works=cell.works, on=wording.day(asked.on),
        answers=[scope_words.answer(one) for one in cell.answers], is_supposed=asked.it.is_any,
        notice=scope_words.pack().notice,
        back=_address("provisioning.what_if" if asked.it.is_any else "provisioning.eligibility",
                      person=None, offering=None, variant=None),
    )  # fmt: skip


def _shown(asked: Asked) -> dict[str, Any]:
    """Return the lines of a page of people, a column for each kind of work, and how many people there are."""
    q, offering = request.args.get("q", "").strip()[:100], request.args.get("offering", "")
    here = [one for one in scoping.works(asked.ground.offerings) if one.at(asked.place)]
    some = [one for one in here if not offering or any(sold.slug == offering for sold in one.offerings)]
    people = [one for one in asked.people() if _matches(one, q)]
    pages = max(1, -(-len(people) // PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    judge = asked.judge
    lines = [_line(judge, one, some, asked) for one in people[(page - 1) * PAGE : page * PAGE]]
    return {
        **_frame(asked), "works": [_heading(one, asked.place) for one in some], "lines": lines, "q": q,
        "offering": offering, "counted": len(people), "pages": _turning(page, pages),
        "offerings": [(sold.slug, wording.local(sold.name)) for sold in asked.ground.offerings
                      if asked.place.slug in sold.locations],
    }  # fmt: skip


def _turning(page: int, pages: int) -> Any:
    """Return where one turns from the page that is shown, in the same list."""
    here = str(request.endpoint)
    return SimpleNamespace(
        page=page, pages=pages, before=_address(here, page=page - 1) if page > 1 else "",
        after=_address(here, page=page + 1) if page < pages else "",
    )  # fmt: skip


def _frame(asked: Asked) -> dict[str, Any]:
    places = [one for one in asked.ground.practice.places.values() if one.slug]
    return {
        "location": request.args.get("location") or asked.place.slug, "place": asked.place,
        "state": scope_words.place(asked.place.jurisdiction), "places": places, "day": asked.on.isoformat(),
        "notice": scope_words.pack().notice,
    }  # fmt: skip


def _line(judge: Judge, who: Practitioner, some: list[Work], asked: Asked) -> Any:
    said = ", ".join(scope_words.profession(one) for one in who.professions)
    cells = []
    for work in some:
        label, kind = scope_words.verdict(judge.cell(work, asked.place, who))
        first = work.at(asked.place)[0]
        variant = first.variant.slug if first.variant else None
        href = _address(
            "provisioning.why", person=who.slug, offering=first.slug, variant=variant, page=None, q=None
        )
        cells.append(SimpleNamespace(label=label, kind=kind, why=href))
    return SimpleNamespace(
        name=who.name, slug=who.slug, professions=said, cells=cells, is_hired=who.id == NEW_PERSON
    )


def _heading(work: Work, place: Place) -> Any:
    names = scope_words.named(work.at(place))
    return SimpleNamespace(name=", ".join(names[:2]), more=len(names) - 2, all=", ".join(names))


def _matches(who: Practitioner, q: str) -> bool:
    text = f"{who.name} {who.titles} {' '.join(who.professions)}".casefold()
    return all(word in text for word in q.casefold().split())


def _one_of(asked: Asked) -> tuple[Practitioner, Offering]:
    """Return the person and the offering, as its variant, that the address names; NotFound."""
    given = request.args
    people = asked.ground.practice.practitioners.values()
    who = next((one for one in people if one.slug == given.get("person", "")), None)
    sold = next((one for one in asked.ground.offerings if one.slug == given.get("offering")), None)
    if who is None or sold is None:
        raise NotFound
    wanted = given.get("variant")
    if wanted and not varying.has(sold, wanted):
        raise NotFound
    return who, varying.of(sold, wanted)


def _address(endpoint: str, **changes: Any) -> str:
    """Return an address that asks for the same but for *changes*; None leaves something out."""
    kept: dict[str, Any] = {name: values for name, values in request.args.lists() if any(values)}
    return url_for(
        endpoint, **{name: value for name, value in {**kept, **changes}.items() if value is not None}
    )


def _asked(*, suppose: bool = True) -> Asked:
    ground = scoping.standing(edge.tenant().config_version)
    places = ground.practice.places
    wanted = request.args.get("location") or next((one.slug for one in places.values()), "")
    place, it = ground.practice.place(wanted), _assumption() if suppose else Assumption()
    today = clock.now().astimezone(ZoneInfo(place.time_zone)).date()
    on = _day(request.args.get("on", "")) or today
    names = str(_("A new location")), str(_("Somebody new"))
    return Asked(*supposing.suppose(ground, place, it, *names), on, it)


def _assumption() -> Assumption:
    """Return what the address supposes; NotSupposable."""
    given, known = request.args, scope_words.pack().jurisdictions
    it = Assumption(
        given.get("state", ""), given.get("profession", ""), _day(given.get("since", "")),
        tuple(given.getlist("trained")), tuple(given.getlist("registered")), _depth(given.get("depth", "")),
    )  # fmt: skip
    about = {*it.trained, *it.registered}
    if (
        it.jurisdiction not in ("", *known)
        or it.profession not in ("", *PROFESSIONS)
        or about - {*supposing.procedures()}
    ):
        raise NotSupposable
    return it


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotSupposable from error


def _depth(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise NotSupposable from error
    if not found.is_finite() or not 0 < found <= DEEPEST_MM:
        raise NotSupposable
    return found


def _form(asked: Asked) -> Any:
    """Return what the form of assumptions offers, and what is chosen."""
    pack, given = scope_words.pack(), request.args
    states = [(code, name) for code, name in pack.jurisdictions.items() if code != pack.country]
    return SimpleNamespace(
        states=sorted(states, key=lambda one: one[1]), state=asked.it.jurisdiction, profession=asked.it.profession,
        professions=[(code, scope_words.profession(code).capitalize()) for code in PROFESSIONS],
        procedures=[(code, scope_words.act(code).capitalize()) for code in supposing.procedures()],
        trained=asked.it.trained, registered=asked.it.registered, since=given.get("since", ""),
        depth=given.get("depth", ""), on=given.get("on", ""), is_any=asked.it.is_any,
    )  # fmt: skip
