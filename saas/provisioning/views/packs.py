"""A later version of the rules that is installed, and what it changes; it holds once a plan with it was applied."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from saas.credentials import attesting, packing
from saas.credentials.pack_schema import Pack
from saas.kernel.text import N_
from saas.practice.snapshot import Place
from saas.provisioning import drafts, standing, superseding
from saas.provisioning.drafts import Draft
from saas.provisioning.superseding import Revised, What
from saas.provisioning.views import plans, scope_words
from saas.web import edge

FILE = "attestations.yaml"
TAGS = {
    What.ADDED: (N_("new"), "ok"), What.CHANGED: (N_("changed: to be attested anew"), "warn"),
    What.CORRECTED: (N_("corrected: your word holds"), "accent"), What.ENDED: (N_("ends"), "stop"),
}  # fmt: skip


def newest(places: Sequence[Place]) -> dict[str, Any] | None:
    """Return the newest installed version after the clinic's own, for the page; None: it has the newest."""
    said = attesting.word(edge.tenant().config_version)
    found = packing.later(said.pack)
    if not found:
        return None
    after, own = found[-1], {said.rules.country, *(one.jurisdiction for one in places)}
    revised = superseding.between(said.rules, after)
    here = [one for one in revised if one.rule.jurisdiction in own]
    return {
        "name": after.pack, "version": after.version, "rules": [_rule(one) for one in here],
        "besides": [plans.line(one) for one in superseding.besides(said.rules, after)],
        "elsewhere": len(revised) - len(here), "draft": _draft(after),
        "lapsing": len(superseding.lapsing(said.attestations, said.rules, after)),
    }  # fmt: skip


def _rule(one: Revised) -> dict[str, Any]:
    tag, kind = TAGS[one.what]
    title = _("%(act)s in %(place)s", act=scope_words.act(str(one.rule.procedure)).capitalize(),
              place=scope_words.place(one.rule.jurisdiction))  # fmt: skip
    lines = [plans.line(field) for field in one.fields]
    return {"title": title, "name": one.rule.rule, "tag": _(tag), "kind": kind, "lines": lines}


def _draft(after: Pack) -> str:
    """Return what relying on *after* would be, as a page carries it."""
    data = standing.read().files.get(FILE, {})
    return drafts.pack(Draft({FILE: {**data, "pack": after.name}}))
