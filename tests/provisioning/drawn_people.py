"""People, drawn: their weeks and the days that differ, what they may do, hold, and by whom they are supervised."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.provisioning.drawing import ACTS, COIN, NAMES, Data, chosen, counted, maybe, one_of, some, spoken
from tests.provisioning.drawn_places import identified

WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday"]
SINCE, UNTIL = st.sampled_from(["2026-01-05", "2027-01-01"]), st.sampled_from(["2027-12-31", "2028-06-30"])
ENDS = st.sampled_from(["12:00", "17:30"])
# A Monday to a Friday on which nothing else is said of any place.
IN_MAY = dict(zip(WEEK, ["2027-05-03", "2027-05-04", "2027-05-05", "2027-05-06", "2027-05-07"], strict=True))
OTHER = st.just([{"starts": "14:00", "ends": "15:00"}, {"starts": "8:00", "ends": "11:00"}])
HELD: list[Data] = [
    {"kind": "licence", "profession": "RN", "jurisdiction": "US-AZ", "number": "007"},
    {"kind": "certificate", "code": "CPR"}, {"kind": "insurance", "number": "1e3"},
    {"kind": "registration", "procedure": "dry_needling", "jurisdiction": "US-NY"},
    {"kind": "training", "procedure": "prp"},
]  # fmt: skip
NUMBERS, FEW = st.integers(0, 20), st.integers(1, 5)
STATUS, MODES = st.sampled_from(["active", "suspended", "revoked"]), st.sampled_from(["on_site", "general"])


def employee(draw: DrawFn, slug: str, places: list[str]) -> Data:
    """Draw somebody who treats."""
    hours = weeks(draw, places)
    may = [{"procedure": act, **some(draw, starts_on=SINCE, ends_on=UNTIL)} for act in chosen(draw, ACTS)]
    return {
        **person(slug), **identified(draw, slug), "given_name": draw(NAMES), "hours": hours, "may_perform": may,
        **some(draw, titles=NAMES, tier=st.just("senior"), max_concurrent_patients=FEW, bio=spoken,
               max_supervised=FEW, supervised_by=partial(supervisors, places=places),
               credentials=partial(papers, places=places), exceptions=partial(exceptions, hours=hours)),
        "roles": ["practitioner", "manager"] if draw(COIN) else ["manager", "practitioner"],
    }  # fmt: skip


def weeks(draw: DrawFn, places: list[str]) -> list[Data]:
    """Draw hours: each weekday at one place, and perhaps a weekend at one place or another by turns."""
    at = st.sampled_from(places)
    found = [
        {"location": draw(at), "weekdays": [day], "starts": "9:00", "ends": draw(ENDS),
         **some(draw, from_=SINCE, until=UNTIL)}
        for day in chosen(draw, WEEK, 1)
    ]  # fmt: skip
    turns = [
        {"location": draw(at), "weekdays": ["saturday", "sunday"], "starts": "9:00", "ends": "12:00", "every": 2,
         "week_of": monday}
        for monday in ("2026-11-02", "2026-11-09")
    ]  # fmt: skip
    return found + turns[: counted(draw, 0, 2)]


def exceptions(draw: DrawFn, hours: list[Data]) -> list[Data]:
    """Draw other hours on a day of their week, at the place where they are then, and days off."""
    row = hours[0]
    away = {"location": row["location"], "from": "2027-06-07", "until": "2027-06-11"}
    there = {"location": row["location"], "from": IN_MAY[row["weekdays"][0]], **maybe(draw, "hours", OTHER)}
    return chosen(draw, [away, there])


def papers(draw: DrawFn, places: list[str]) -> list[Data]:
    """Draw what somebody holds, in any order, looked at or not."""
    return [
        {**paper, **some(draw, issued_on=SINCE, expires_on=UNTIL, sessions=NUMBERS, exam=COIN, status=STATUS,
                         hours=training, verified=partial(looked_at, places=places))}
        for paper in chosen(draw, HELD)
    ]  # fmt: skip


def training(draw: DrawFn) -> Data:
    return some(
        draw, total=NUMBERS, in_person=NUMBERS, didactic=NUMBERS, practical=NUMBERS, prerequisite=NUMBERS
    )


def looked_at(draw: DrawFn, places: list[str]) -> Data:
    return {"by": f"all-{draw(st.sampled_from(places))}", "date": "2026-10-01", "how": draw(NAMES)}


def supervisors(draw: DrawFn, places: list[str]) -> list[Data]:
    return [
        {"person": f"all-{one}", "procedures": chosen(draw, ACTS, 1),
         **some(draw, mode=MODES, protocol=NAMES, from_=SINCE, until=UNTIL)}
        for one in chosen(draw, places)
    ]  # fmt: skip


def person(slug: str) -> Data:
    """Return somebody who treats, without what is theirs alone."""
    return {
        "slug": slug, "family_name": "Drawn", "professions": ["RN"], "email": f"{slug}@drawn.example",
        "is_practitioner": True,
    }  # fmt: skip


def anchor(slug: str, place: str, role: str = "owner") -> Data:
    """Return somebody who may do everything at a place; the first of them owns the clinic."""
    hours = [{"location": place, "weekdays": ["monday", "friday"], "starts": "8:00", "ends": "20:00"}]
    may = [{"procedure": act} for act in ACTS]
    return {**person(slug), "given_name": "Any", "roles": [role], "hours": hours, "may_perform": may}


def receptionist(draw: DrawFn, slug: str) -> Data:
    """Draw somebody who treats nobody, and has no hours."""
    return {
        "slug": slug, "given_name": draw(NAMES), "family_name": "Desk", "email": f"{slug}@Drawn.example",
        "roles": ["front_desk"], **one_of(draw, is_practitioner=st.just(False), titles=NAMES),
    }  # fmt: skip
