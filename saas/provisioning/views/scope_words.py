"""What the pages of scope say: answers, reasons and rules in words, credentials and how they stand."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from flask_babel import gettext as _

from saas.booking.deciding import Answer
from saas.catalogue.contents import PRACTITIONER, Offering
from saas.credentials import attesting, naming
from saas.credentials.circumstances import Credential, Kind
from saas.credentials.models import CredentialRow
from saas.credentials.pack_schema import Pack
from saas.credentials.rules import Cited
from saas.credentials.vocabulary import Verdict
from saas.kernel.errors import Reason
from saas.kernel.text import N_
from saas.provisioning.scoping import Cell
from saas.provisioning.views import wording
from saas.web import edge, errors

SOON = timedelta(days=90)
VERDICTS = {
    Verdict.ALLOW: (N_("may"), "ok"), Verdict.REVIEW: (N_("to look at"), "warn"),
    Verdict.PROHIBIT: (N_("may not"), "stop"),
}  # fmt: skip
# Three years of a credential's life are drawn before today and five after it.
BEFORE, AFTER = timedelta(days=3 * 365), timedelta(days=5 * 365)


def verdict(cell: Cell) -> tuple[str, str]:
    """Return a cell in words, and the kind of its tag; a role that is not the practitioner's is named."""
    best = cell.best
    label, kind = VERDICTS[best.verdict]
    word = str(_(label))
    if best.verdict is not Verdict.PROHIBIT and best.role not in (PRACTITIONER, cell.answers[0].role):
        word = str(_("%(may)s, as %(role)s", may=word, role=wording.role(best.role)))
    return word, kind


def answer(one: Answer) -> Any:
    """Return the answer about one role: the words of its tag, reasons, rules, and until when it is the same."""
    label, kind = VERDICTS[one.verdict]
    return SimpleNamespace(
        role=wording.role(one.role), label=str(_(label)), kind=kind, reasons=[said(r) for r in one.reasons],
        rules=[rule(cited) for cited in one.rules],
        until=wording.day(one.valid_until) if one.valid_until else "",
    )  # fmt: skip


def pack() -> Pack:
    """Return the rules on which the clinic relies."""
    return attesting.pack(edge.tenant().config_version)


def said(reason: Reason) -> str:
    """Return a reason as a sentence."""
    return errors.said(reason.sentence, reason.params)


def rule(cited: Cited) -> Any:
    """Return a rule with its version, its sources, and until when somebody should look at it again."""
    found = next(
        (one for one in pack().rules if (one.rule, one.version) == (cited.rule, cited.version)),
        None,
    )
    sources = [(source.section or source.url, source.url) for source in found.sources] if found else []
    return SimpleNamespace(
        name=cited.rule, version=cited.version, sources=sources,
        recheck=wording.day(found.recheck_by) if found else "", confidence=str(found.confidence) if found else "",
    )  # fmt: skip


def named(some: Sequence[Offering]) -> list[str]:
    """Return offerings by name; one that is there as each of its variants is named once, without them."""
    counted = Counter(one.slug for one in some)
    told: dict[str, None] = {}
    for one in some:
        name = wording.local(one.name)
        if one.variant and counted[one.slug] == len(one.variants):
            name = name.removesuffix(f" · {wording.local(one.variant.name)}")
        told[name] = None
    return list(told)


def profession(code: str) -> str:
    """Return a profession in words, without its article."""
    return naming.profession(code, _)


def act(code: str) -> str:
    """Return an act or procedure in words."""
    return naming.act(code, _)


def place(jurisdiction: str) -> str:
    """Return a jurisdiction as people call it."""
    return naming.jurisdiction(jurisdiction)


def credential(row: CredentialRow, people: dict[str, str], today: date) -> Any:
    """Return something that is held: what, where, since and until when, how it stands, who verified it and how."""
    label, kind = standing(row, today)
    return SimpleNamespace(
        what=held(row), number=row.number, where=place(row.jurisdiction) if row.jurisdiction else "",
        since=wording.day(row.issued_on) if row.issued_on else "",
        until=wording.day(row.expires_on) if row.expires_on else "", label=label, kind=kind,
        verified=_verified(row, people), learnt=_learnt(row), bar=_bar(row, today),
    )  # fmt: skip


def standing(row: CredentialRow, today: date) -> tuple[str, str]:
    """Return how a credential stands today, and the kind of its tag."""
    if row.status != "active":
        return str(_("revoked") if row.status == "revoked" else _("suspended")), "stop"
    if row.expires_on and row.expires_on < today:
        return str(_("ended")), "stop"
    if row.issued_on and row.issued_on > today:
        return str(_("not begun")), "warn"
    if row.verified_on is None:
        return str(_("not verified")), "warn"
    if row.expires_on and row.expires_on <= today + SOON:
        return str(_("ends soon")), "warn"
    return str(_("good")), "ok"


def held(row: CredentialRow | Credential) -> str:
    """Return what a credential is, and of what."""
    return naming.credential(row, _)


def _verified(row: CredentialRow, people: dict[str, str]) -> str:
    if row.verified_on is None:
        return ""
    who = people.get(row.verified_by, row.verified_by)
    if row.verified_how:
        return str(_("verified by %(who)s on %(day)s: %(how)s", who=who, day=wording.day(row.verified_on),
                     how=row.verified_how))  # fmt: skip
    return str(_("verified by %(who)s on %(day)s", who=who, day=wording.day(row.verified_on)))


def _learnt(row: CredentialRow) -> str:
    hours = sum(row.hours.values()) if "total" not in row.hours else row.hours["total"]
    return str(_("%(hours)s hours", hours=hours)) if row.kind == Kind.TRAINING and hours else ""


def _bar(row: CredentialRow, today: date) -> Any:
    """Return where the credential's life lies in what is drawn: from and to in hundredths, and today's line."""
    first, last = today - BEFORE, today + AFTER
    begins, ends = row.issued_on or first, row.expires_on or last
    left, right = (
        100 * (min(max(day, first), last) - first).days / (last - first).days for day in (begins, ends)
    )
    return SimpleNamespace(
        left=f"{left:.1f}", width=f"{max(right - left, 0.6):.1f}",
        today=f"{100 * BEFORE.days / (last - first).days:.1f}",
    )  # fmt: skip
