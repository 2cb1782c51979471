"""What a clinic rules, drawn: `policies.yaml`, `attestations.yaml` and `taxes.yaml`."""

from collections.abc import Callable
from functools import partial

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from saas.credentials import packing
from tests.provisioning.drawing import (
    COIN,
    NAMES,
    SHARES,
    TEXTS,
    Data,
    chosen,
    counted,
    maybe,
    one_of,
    some,
    spoken,
)
from tests.provisioning.drawn_places import DEPTHS, ZONES

HOURS, AMOUNTS, TIMES = st.integers(1, 72), st.sampled_from(["20.00", "45"]), st.integers(0, 50)
EARLY, LATE = st.integers(0, 15), st.integers(16, 60)
RATES = st.sampled_from(["0", "8.60", "10", "4.875"])
PACKS = st.just(packing.USUAL)
VERDICTS = st.sampled_from(["prohibit", "review"])


def cancellation(draw: DrawFn) -> Data:
    return {"free_until_hours": draw(HOURS), **fee(draw)}


def fee(draw: DrawFn) -> Data:
    return one_of(draw, fee_percent=SHARES, fee=AMOUNTS)


WHAT: dict[str, Callable[[DrawFn], Data]] = {
    "deposit": lambda draw: one_of(draw, percent=SHARES, amount=AMOUNTS, per_hour=AMOUNTS),
    "cancellation": cancellation, "no_show": fee,
    "late_arrival": lambda draw: {"grace_minutes": draw(EARLY), **some(draw, no_show_after_minutes=LATE, text=spoken)},
    "reschedule": lambda draw: {"until_hours": draw(HOURS), **maybe(draw, "most_times", TIMES)},
}  # fmt: skip


def policies(draw: DrawFn, sold: dict[str, Data], places: list[str]) -> Data:
    """Draw what holds where, in any order; each kind may be silent."""
    found: Data = {}
    for kind, what in WHAT.items():
        rules = [{**where, **({"none": True} if draw(COIN) else what(draw))}
                 for where in chosen(draw, _where(sold, places))]  # fmt: skip
        found |= {kind: rules} if rules else {}
    return found


def _where(sold: dict[str, Data], places: list[str]) -> list[Data]:
    """Return where a rule may hold; none of them is just what an offering's own file says."""
    found: list[Data] = [{}, {"location": places[0]}, {"first_visit": True}, {"first_visit": False}]
    booked = {slug: one for slug, one in sold.items() if one.get("kind") != "add_on"}
    found += [{"category": one} for one in sorted({one["category"] for one in booked.values()})]
    return found + [{"offering": slug, "location": one["locations"][0]} for slug, one in booked.items()]


def attestations(draw: DrawFn, places: list[str], models: list[str]) -> Data:
    """Draw the clinic's word, and what it does not want."""
    known = {one.rule: one for one in packing.get().rules}
    rules = [
        {"rule": name, "version": known[name].version, "attested_by": f"all-{places[0]}", "attested_on": "2026-11-01",
         **some(draw, statements=partial(chosen, items=sorted(known[name].statements())), note=TEXTS)}
        for name in chosen(draw, sorted(known)[:6])
    ]  # fmt: skip
    return {**some(draw, counts_unverified=COIN, pack=PACKS), "rules": rules,
            **({"off_label": uses(draw, places, models)} if models else {}),
            "restrictions": [restriction(draw, places) for _ in range(counted(draw, 0, 2))]}  # fmt: skip


def uses(draw: DrawFn, places: list[str], models: list[str]) -> list[Data]:
    """Draw the off-label uses for which the clinic answers."""
    return [
        {"model": model, "use": "scalp", "attested_by": f"all-{places[0]}", "attested_on": "2026-11-01",
         **some(draw, note=NAMES)}
        for model in chosen(draw, models)
    ]  # fmt: skip


def restriction(draw: DrawFn, places: list[str]) -> Data:
    return some(draw, decision=VERDICTS, procedure=st.just("microneedling"), note=NAMES, profession=st.just("RN"),
                location=st.just(places[0]), depth_limit_mm=DEPTHS)  # fmt: skip


def taxes(draw: DrawFn) -> Data:
    """Draw a rate for each jurisdiction, and for some another from a later day."""
    rates = [
        {"jurisdiction": place, "purpose": "aesthetic", "rate": draw(RATES), "from": since, "source": draw(TEXTS)}
        for place in sorted(ZONES) for since in ("2026-01-01", "2027-01-01")[: counted(draw, 1, 2)]
    ]  # fmt: skip
    return {"rates": rates[::-1] if draw(COIN) else rates}
