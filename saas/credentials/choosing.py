"""Which rule of a pack holds for an act, and what else a pack says about it. Pure."""

from datetime import date

from saas.credentials.pack_schema import DeviceLimit, Pack, Rule
from saas.credentials.vocabulary import procedure_of


def rule_for(pack: Pack, jurisdiction: str, act: str, on: date) -> Rule | None:
    """Return the rule in force: the place's own replaces the country's as a whole."""
    for where in (jurisdiction, pack.country if jurisdiction.startswith(f"{pack.country}-") else ""):
        found = [rule for rule in about(pack, where, act) if _is_in_force(rule, on)]
        if found:
            return found[0]
    return None


def about(pack: Pack, jurisdiction: str, act: str) -> tuple[Rule, ...]:
    """Return every rule that *jurisdiction* itself has or will have about *act*."""
    return pack.index.get((jurisdiction, procedure_of(act)), ())


def device_limit(pack: Pack, act: str) -> DeviceLimit | None:
    """Return what devices for *act* were evaluated for, where one is not known better."""
    procedure = procedure_of(act)
    return next((limit for limit in pack.devices if limit.procedure == procedure), None)


def place_name(pack: Pack, jurisdiction: str) -> str:
    """Return how people call *jurisdiction*."""
    return pack.jurisdictions.get(jurisdiction, jurisdiction)


def _is_in_force(rule: Rule, on: date) -> bool:
    return (rule.effective_from or date.min) <= on <= (rule.effective_to or date.max)
