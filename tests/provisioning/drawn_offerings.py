"""What a clinic offers, drawn: visits with segments, variants, prices and texts, and what is added to them."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.provisioning.drawing import (
    AMOUNTS,
    COIN,
    SHARES,
    TEXTS,
    Data,
    chosen,
    counted,
    is_there,
    maybe,
    one_of,
    sites,
    some,
    spoken,
)
from tests.provisioning.drawn_places import identified

VARIANTS = ["var-face", "var-neck"]
JOINS = [
    {"offering": "off-plus", "mode": "serial", "before": "finish", "rest_before": "turnaround"},
    {"offering": "off-plus", "mode": "parallel", "with": "processing"},
    {"offering": "off-plus", "mode": "inside", "with": "processing", "rest_before": "turnaround"},
]
COURSES = st.sampled_from([
    {"min_sessions": 1, "max_sessions": 1}, {"min_sessions": 3, "max_sessions": 6, "min_weeks": 4, "max_weeks": 6},
])  # fmt: skip
DEPTHS, CATEGORIES = st.sampled_from(["0.50", "1"]), st.sampled_from(["aesthetics", "consultation"])
MODALITIES, SEEN = st.sampled_from(["phone", "in_person"]), st.sampled_from(["new", "returning"])
ROLES, TENS = st.sampled_from([["assistant"], []]), st.integers(1, 6).map(lambda tens: tens * 10)
LEAD, DAYS, GRIDS, FEW = st.integers(0, 300), st.integers(1, 365), st.sampled_from([5, 30]), st.integers(1, 9)
EXAM = st.sampled_from([5, 20])
YOUNG, OLD = st.integers(0, 18), st.integers(60, 90)
ROOM = st.just("aesthetics")


def visit(draw: DrawFn, slug: str, places: list[str], people: list[str], units: dict[str, list[str]]) -> Data:
    """Draw a visit; *units* are the kinds of device of each place."""
    at = chosen(draw, places, 1)
    variants = areas(draw)
    found = {
        **said(slug, at), **identified(draw, slug), "summary": spoken(draw), "procedures": ["consultation"],
        "segments": segments(draw, sorted(set.intersection(*(set(units[place]) for place in at)))),
        **({"variants": variants} if variants else {}), **booked(draw), **suited(draw, slug),
        **(priced(draw, at, people, [one["slug"] for one in variants]) if is_there(draw) else {}),
        **some(draw, description=spoken, texts=texts, category=CATEGORIES, depth_mm=DEPTHS, modality=MODALITIES,
               concerns=lambda draw: [spoken(draw) for _ in range(counted(draw, 0, 2))], sites=sites),
    }  # fmt: skip
    told = found.get("texts", {}).get("uses", [])
    is_told = not told or any(one.get("off_label") for one in told)
    return {**found, **(maybe(draw, "off_label", clauses) if is_told else {})}


def clauses(draw: DrawFn) -> list[Data]:
    """Draw the clauses for uses that a label does not have."""
    return [{"use": one, "clause": spoken(draw)} for one in chosen(draw, ["scalp", "under_age"])]


def segments(draw: DrawFn, devices: list[str]) -> list[Data]:
    """Draw the parts of a visit: what is before the practitioner, what they do, what nobody need be there for."""
    return [
        {"kind": "prep", "minutes": 5, **some(draw, name=spoken, roles=ROLES, procedures=st.just([]))},
        {"kind": "hands_on", "minutes": draw(TENS),
         **some(draw, room=ROOM, devices=partial(chosen, items=devices))},
        {"kind": "processing", "minutes": 30, **maybe(draw, "patient_present", COIN)},
        {"kind": "finish", "minutes": 5},
        {"kind": "turnaround", "minutes": 5, "roles": [], "patient_present": False,
         **some(draw, room=ROOM, parallel=COIN)},
    ]  # fmt: skip


def areas(draw: DrawFn) -> list[Data]:
    minutes = {"hands_on": st.just(45), "1": st.just(10)}
    return [
        {
            "slug": slug,
            "name": spoken(draw),
            **some(draw, minutes=lambda draw: some(draw, **minutes), depth_mm=DEPTHS, sites=sites),
        }
        for slug in chosen(draw, VARIANTS)
    ]


def priced(draw: DrawFn, at: list[str], people: list[str], variants: list[str]) -> Data:
    """Draw prices and what is paid when."""
    scopes: list[Data] = [
        *({"location": place} for place in at), *({"practitioner": one} for one in people[:1]), {"tier": "senior"},
        {"from": "2027-01-01"}, *({"variant": one, "from": "2027-02-01", "tier": "senior"} for one in variants),
    ]  # fmt: skip
    general: list[Data] = [{}, *({"variant": one} for one in variants)]
    prices = [{"amount": draw(AMOUNTS), **scope} for scope in [*general, *chosen(draw, scopes)]]
    return {
        "prices": prices,
        "tax_purpose": "aesthetic",
        **some(draw, deposit=deposit, cancellation=cancellation),
    }


def deposit(draw: DrawFn) -> Data:
    return one_of(draw, percent=SHARES, amount=st.just("20.00"), per_hour=st.just("5"))


def cancellation(draw: DrawFn) -> Data:
    return {"free_until_hours": draw(FEW), **one_of(draw, fee_percent=SHARES, fee=st.just("19.5"))}


def booked(draw: DrawFn) -> Data:
    """Draw how it is booked."""
    return some(
        draw,
        exam_minutes=EXAM,
        online=COIN,
        lead_minutes=LEAD,
        horizon_days=DAYS,
        grid_minutes=GRIDS,
        weekly_new_patients=FEW,
    )


def suited(draw: DrawFn, slug: str) -> Data:
    """Draw for whom it is, how often, and how far apart."""
    intervals = [{"days": 28}, {"days": 14, "offering": slug}, {"days": 7, "procedure": "microneedling"}]
    return some(
        draw, course=COURSES, intervals=partial(chosen, items=intervals),
        patients=lambda draw: some(draw, only=SEEN, min_age=YOUNG, max_age=OLD),
        prior_exam=lambda draw: {"by": chosen(draw, ["MD", "NP"], 1), "validity_months": 12},
    )  # fmt: skip


def texts(draw: DrawFn) -> Data:
    uses = [{"text": spoken(draw), **maybe(draw, "off_label", COIN)}]
    return {
        "uses": uses[: counted(draw, 0, 1)],
        **some(draw, how_it_works=spoken, benefits=spoken, side_effects=spoken, after_care=spoken,
               references=lambda draw: [draw(TEXTS)]),
    }  # fmt: skip


def joined(draw: DrawFn) -> Data:
    """Draw what of `off-plus` and `off-more` is added to a visit, and how."""
    joins = [{**draw(st.sampled_from(JOINS))}, {"offering": "off-more", "mode": "serial"}]
    joins[1] |= maybe(draw, "excludes", st.just(["off-plus"]))
    return {
        "add_ons": joins[: counted(draw, 1, 2)],
        **some(draw, min_add_ons=st.just(1), max_add_ons=st.just(2)),
    }


def add_on(slug: str, places: list[str]) -> Data:
    """Return an add-on that may be joined in any mode."""
    parts = [{"kind": "hands_on", "minutes": 5, "roles": ["assistant"]}, {"kind": "processing", "minutes": 5},
             {"kind": "finish", "minutes": 5, "roles": []}]  # fmt: skip
    return {**said(slug, places), "kind": "add_on", "segments": parts}


def said(slug: str, at: list[str]) -> Data:
    """Return what each offering has to say."""
    return {
        "slug": slug, "name": {"en": slug}, "summary": {"en": "A visit"}, "category": "aesthetics",
        "procedures": ["consultation"], "locations": at,
    }  # fmt: skip
