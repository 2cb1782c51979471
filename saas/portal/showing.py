"""What the clinic's public pages show: concerns, treatments with who performs them and where, places, next times."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.booking import asking, costs, exam_first, reschedule, searching
from saas.booking.asking import Channel, Examined
from saas.booking.costs import Cost
from saas.booking.searching import Slot
from saas.catalogue import approving, composing, off_label, offerings, varying
from saas.catalogue.audience import Course, Patients
from saas.catalogue.contents import Offering, Variant
from saas.catalogue.texts import Said
from saas.credentials import eligibility
from saas.practice import people, places, snapshot
from saas.practice.hours import Opening, Spans
from saas.practice.models import Location, Person

WEEK = range(7)
NEXT_TIMES, LOOK_DAYS = 3, 14


@dataclass(frozen=True)
class Concern:
    """What brings someone in, and the offerings that name it."""

    slug: str
    name: str
    offerings: Sequence[Offering]


@dataclass(frozen=True)
class Option:
    """A variant of a treatment, how long it takes, and the lowest it costs today."""

    slug: str
    name: str
    minutes: int
    cost: Cost | None


@dataclass(frozen=True)
class Treatment:
    """An offering as its page shows it; the three texts are in the page's language.

    `costs` has what it costs today at each place, by slug; None is free of charge.
    """

    slug: str
    name: str
    summary: str
    description: str
    category: str
    modality: str
    minutes: int
    concerns: Sequence[str]
    places: Sequence[Location]
    performers: Sequence[Person]
    costs: Mapping[str, Cost | None]
    patients: Patients
    course: Course | None
    variants: Sequence[Option] = ()
    off_label: Sequence[tuple[str, str]] = ()
    exam_minutes: int = 0

    @property
    def cost(self) -> Cost | None:
        """The lowest of all places, which says so where others ask more; None where it is free of charge."""
        return costs.lowest(one for one in self.costs.values() if one)


@dataclass(frozen=True)
class Told:
    """What the public reads of something, under its name: what the clinic approved, or would have to approve."""

    slug: str
    name: str
    summary: str
    said: Said
    is_approved: bool = True


@dataclass(frozen=True)
class Different:
    """A day that is not as its weekday usually is: noon of it, its spans of wall time, none where closed, and why."""

    noon: datetime
    spans: Spans
    why: str


@dataclass(frozen=True)
class Where:
    """A location with its week; `week` holds each weekday's spans of wall time, empty where closed.

    `different` are the days of the next two weeks on which that is otherwise.
    """

    slug: str
    name: str
    city: str
    address_lines: Sequence[str]
    phone: str | None
    zone: str
    hours_today: Sequence[tuple[datetime, datetime]]
    week: Sequence[Spans]
    different: Sequence[Different]
    directions: str
    legal_entity: str


@dataclass(frozen=True)
class Soon:
    """An offering's next free times at a place."""

    offering: Offering
    slots: Sequence[Slot]


def key(text: str) -> str:
    """Return *text* as an address has it: plain letters and hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^\w]+", "-", kept).strip("-")


def bookable(version: int) -> list[Offering]:
    """Return what can be booked online, consultations first."""
    found = [offering for offering in offerings.list_current(version).values() if offering.online]
    return sorted(
        found, key=lambda o: (o.category != "consultation", sum(s.minutes for s in o.segments), o.slug)
    )


def concerns(version: int, language: str) -> list[Concern]:
    """Return the concerns that offerings name, each with all that name it, in the order they are named."""
    named: dict[str, list[Offering]] = {}
    for offering in bookable(version):
        for concern in texts(offering, language):
            named.setdefault(concern, []).append(offering)
    return [Concern(key(name), name, found) for name, found in named.items()]


def texts(offering: Offering, language: str) -> list[str]:
    """Return the offering's concerns in *language*, or in the first there is."""
    return [_text(concern, language) for concern in offering.concerns]


def treatment(offering: Offering, version: int, language: str, now: datetime) -> Treatment:
    """Return the offering with where it is done and who performs it."""
    here = [row for row in places.list_locations() if row.slug in offering.locations]
    return Treatment(
        offering.slug, offering.text("name", language), offering.text("summary", language),
        offering.text("description", language), offering.category, offering.modality,
        min(map(reschedule.patient_minutes, varying.each(offering))), texts(offering, language), here,
        _performers(offering, {row.id for row in here}, version, now),
        {row.slug: _cost(list(varying.each(offering)), row.slug, version, now) for row in here},
        offering.patients,
        offering.course,
        [
            _option(one, one.variant, [row.slug for row in here], version, now, language)
            for one in varying.each(offering) if one.variant
        ],
        list(dict.fromkeys(found for one in varying.each(offering) for found in off_label.of(one, language))),
        _exam_minutes(list(varying.each(offering)), [row.slug for row in here], version, now),
    )  # fmt: skip


def told(offering: Offering, version: int, language: str, *, approved_only: bool = True) -> list[Told]:
    """Return what was approved for the public of the offering and then of what can be added to it; or all of it."""
    joined = {join.offering for join in offering.add_ons}
    added = [one for slug, one in offerings.list_add_ons(version).items() if slug in joined]
    every = (offering, *added)
    waiting = set() if approved_only else approving.waiting(every)
    found = {
        **approving.shown(every, language),
        **{one.id: _as_it_stands(one, language) for one in every if one.id in waiting},
    }
    return [
        Told(one.slug, one.text("name", language), one.text("summary", language), found[one.id], one.id not in waiting)
        for one in every if one.id in found
    ]  # fmt: skip


def _as_it_stands(offering: Offering, language: str) -> Said:
    there = offering.texts.languages
    return offering.texts.said_in(language if language in there else there[0])


def _option(one: Offering, variant: Variant, where: Sequence[str], version: int, now: datetime,
            language: str) -> Option:  # fmt: skip
    found = (_cost([one], slug, version, now) for slug in where)
    minutes = composing.of_offering(one).patient.minutes
    return Option(variant.slug, _text(variant.name, language), minutes, costs.lowest(c for c in found if c))


def _exam_minutes(ways: Sequence[Offering], where: Sequence[str], version: int, now: datetime) -> int:
    """Return how long the examination takes with which a visit may begin; 0 where none comes first anywhere."""
    plain = [asking.wish(ways[0].slug, slug, version, Channel.ONLINE) for slug in where]
    wishes = (replace(wish, offering=one) for wish in plain for one in ways)
    found = (exam_first.inside(wish, wish.today(now)) for wish in wishes)
    return max((one.minutes for one in found if one), default=0)


def _cost(ways: Sequence[Offering], location: str, version: int, now: datetime) -> Cost | None:
    """Return the lowest of the offering's variants at a place, which says so where others cost more."""
    plain = asking.wish(ways[0].slug, location, version, Channel.ONLINE)
    found = (costs.of_wish(replace(plain, offering=one), plain.today(now)) for one in ways)
    return costs.lowest(one for one in found if one)


def _performers(offering: Offering, where: set[UUID], version: int, now: datetime) -> list[Person]:
    """Return who may perform it within its horizon and works where it is offered."""
    practice, last = snapshot.read(version), now.date() + timedelta(days=offering.horizon_days)
    needs = [composing.of_offering(one).needs[0] for one in varying.each(offering)]
    able = {
        person.id for person in practice.practitioners.values()
        for place in where & person.hours.keys() for need in needs
        if any(p.starts_on <= last and p.ends_on >= now.date() for p in eligibility.periods(
            eligibility.question(practice, practice.places[place], person, need), version))
    }  # fmt: skip
    return [row for row in people.list_people(practitioners_only=True) if row.id in able]


def where(row: Location, now: datetime, version: int, language: str) -> Where:
    """Return the location as pages show it."""
    place = snapshot.read(version).places.get(row.id)
    opening = place.opening if place else Opening()
    lines, today = places.address_lines(row), now.astimezone(ZoneInfo(row.time_zone)).date()
    return Where(
        row.slug, row.name, row.city, lines, row.phone, row.time_zone,
        [places.laid_on(today, opens, closes, row.time_zone) for opens, closes in opening.on(today)],
        _week(opening), list(_different(opening, today, row.time_zone, language)),
        f"https://www.google.com/maps/dir/?api=1&destination={quote(', '.join(lines))}",
        places.entity_names()[row.legal_entity_id],
    )  # fmt: skip


def _week(opening: Opening) -> list[Spans]:
    return [tuple(sorted((r.starts, r.ends) for r in opening.rows if r.weekday == day)) for day in WEEK]


def _different(opening: Opening, today: date, zone: str, language: str) -> Iterator[Different]:
    for day in (today + timedelta(days=n) for n in range(LOOK_DAYS)):
        spans, special = opening.on(day), opening.special(day)
        if spans != opening.usual(day):
            why = special.why(language) if special else opening.closed_for(day, language)
            yield Different(datetime.combine(day, time(12), ZoneInfo(zone)), spans, why or "")


def soon(location: Location, version: int, now: datetime) -> list[Soon]:
    """Return the next free times at *location*, of each offering that has some."""
    offered = [offering for offering in bookable(version) if location.slug in offering.locations]
    found = [Soon(offering, _next(offering, location, version, now)) for offering in offered]
    return [one for one in found if one.slots]


def _next(offering: Offering, location: Location, version: int, now: datetime) -> list[Slot]:
    """Return the next free starts, one slot for each; what is on request is not among them."""
    plain = asking.wish(offering.slug, location.slug, version, Channel.ONLINE)
    wish = replace(plain, exam=Examined.IN_VISIT)
    window = wish.window(wish.today(now), LOOK_DAYS)
    each = searching.find_each(exam_first.over(wish, window), window, now)
    found = (slot for one in each for slot in searching.slots(*one))
    by_start = {slot.starts_at: slot for slot in found if not slot.on_request}
    return [by_start[start] for start in islice(sorted(by_start), NEXT_TIMES)]


def bio(person: Person, language: str) -> str:
    """Return what a person says of themselves."""
    return _text(person.bio or {}, language)


def _text(by_language: Mapping[str, str], language: str) -> str:
    return by_language.get(language) or next(iter(by_language.values()), "")
