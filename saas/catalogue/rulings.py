"""Which rule decided each policy of a visit, and which others held: as it is kept with what was decided. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from saas.catalogue import terms
from saas.catalogue.governing import Decision, Rule, Scope, Source, Step
from saas.catalogue.terms import Kind, Policies, Terms

Decided = Mapping[Kind, Decision[Terms]]


def policies(decided: Decided) -> Policies:
    """Return what holds."""
    return Policies(**{kind.value: one.terms for kind, one in decided.items()})  # type: ignore[arg-type]  # by kind


def waived(decided: Decided, kind: Kind) -> Decided:
    """Return *decided* as an agreement with the patient has it: none of *kind*, whatever the rules say."""
    others = tuple(replace(step, chosen=False) for step in decided[kind].trace)
    agreed = Step(Rule[Terms](Scope(), None, Source.PATIENT), True)
    return {**decided, kind: Decision(None, (agreed, *others))}


def as_json(decided: Decided, kinds: Iterable[Kind]) -> dict[str, Any]:
    """Return the rules that held of each of *kinds*, the one that decided first."""
    return {kind.value: [_kept(step) for step in decided[kind].trace] for kind in kinds if kind in decided}


def read(kept: Mapping[str, Any]) -> Decided:
    """Return what `as_json` wrote."""
    return {Kind(kind): _decision(Kind(kind), steps) for kind, steps in kept.items()}


def _kept(step: Step[Terms]) -> dict[str, Any]:
    rule = step.rule
    return {
        "source": rule.source.value, "scope": asdict(rule.scope), "chosen": step.chosen,
        "terms": asdict(rule.terms) if rule.terms is not None else None,
    }  # fmt: skip


def _decision(kind: Kind, steps: Iterable[Mapping[str, Any]]) -> Decision[Terms]:
    trace = tuple(_step(kind, step) for step in steps)
    return Decision(next((step.rule.terms for step in trace if step.chosen), None), trace)


def _step(kind: Kind, kept: Mapping[str, Any]) -> Step[Terms]:
    rule: Rule[Terms] = Rule(Scope(**kept["scope"]), terms.read(kind, kept["terms"]), Source(kept["source"]))
    return Step(rule, kept["chosen"])
