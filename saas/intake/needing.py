"""Which examination the rule of a place asks for before an act, as the rules say on which a clinic relies."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from saas.catalogue.composing import Placed
from saas.catalogue.contents import Offering
from saas.catalogue.examining import PriorExam
from saas.credentials import choosing, duties
from saas.credentials.circumstances import Act
from saas.credentials.pack_schema import Pack
from saas.credentials.vocabulary import ACTS, UNREGULATED, procedure_of
from saas.intake import rules
from saas.intake.rules import Need


def by_rule(act: str, depth_mm: Decimal | None, jurisdiction: str, on: date, pack: Pack) -> Need | None:
    """Return what the rule in force asks for before *act*; None where there is none or it asks for nothing."""
    asked = Act(act, depth_mm)
    rule = choosing.rule_for(pack, jurisdiction, act, on) if act not in UNREGULATED else None
    found = next((one for one in duties.of(rule, asked) if one.kind == "prior_exam"), None) if rule else None
    if found is None:
        return None
    basis = rules.basis_of(found.basis)
    return Need(procedure_of(act), frozenset(found.by), found.months, basis, found.telehealth is True)


def by_offering(act: str, asked: PriorExam | None) -> Need | None:
    """Return what the clinic itself asks for before an offering's *act*; telehealth is left to the rule."""
    if asked is None or act in UNREGULATED:
        return None
    return Need(procedure_of(act), frozenset(asked.by), asked.validity_months, telehealth=True)


def of_visit(
    placed: Iterable[Placed], offered: Iterable[Offering], jurisdiction: str, on: date, pack: Pack
) -> tuple[Need, ...]:
    """Return what a visit asks for, procedure by procedure: its parts by the rules, its offerings by the clinic."""
    acts = {(act, part.segment.depth_mm) for part in placed for act in part.segment.procedures}
    found = [by_rule(act, depth, jurisdiction, on, pack) for act, depth in acts]
    return rules.together([
        *found, *(by_offering(act, one.prior_exam) for one in offered for act in one.procedures),
    ])  # fmt: skip


def limits(procedures: Iterable[str], jurisdiction: str, on: date, pack: Pack) -> tuple[Need, ...]:
    """Return what the rules ask of an examination for *procedures*, however deep they go."""
    wanted = set(procedures)
    acts = [act for act in ACTS if procedure_of(act) in wanted]
    return rules.together(by_rule(act, None, jurisdiction, on, pack) for act in acts)
