"""Eight weeks behind us and four ahead of us, as a clinic's calendar looks: believable, and the same each time.

Everything follows from the tenant's slug and the day. Practitioners are taken for 55 to 85 % of their hours;
what the catalogue offers is booked by patients who never were, the rest are blocks of time as the desk notes
them. Rooms, weekly limits, absences and closures hold here as everywhere.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.catalogue import audience, composing, offerings
from saas.catalogue.composing import Need, Timeline
from saas.catalogue.contents import Category, Offering
from saas.credentials import eligibility
from saas.demo import bulk, names
from saas.demo.bulk import Part, Taken, Written
from saas.demo.names import Someone
from saas.kernel import ids
from saas.kernel.spans import Span
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practice, Practitioner

WEEKS_BEHIND, WEEKS_AHEAD = 8, 4
SHARE, SHARE_WITH_LONG_VISITS = (0.55, 0.85), (0.65, 0.72)
STEP = 15
CANCELLED = 0.07
# How many of a week's places for new patients are left, counted from this week on; before, it was nearly full.
LEFT_AHEAD = (3, 4, 5, 6)
# Blocks: what someone does who treats nobody alone, and what everybody does besides.
ASSISTING = (("Assisting a colleague", 45), ("Preparing rooms", 30), ("Stock and sterilising", 30))
DESK_WORK = (("Charting", 15), ("Charting", 30), ("Call with a referring doctor", 15), ("Team meeting", 30))
LUNCH = ("Lunch", 30)
LONG_SPAN = 6 * 60


@dataclass(frozen=True)
class Shift:
    """One unbroken span of work of one person at one place."""

    person: Practitioner
    place: Place
    starts_at: datetime
    minutes: int

    @property
    def day(self) -> date:
        """The place's own calendar day."""
        return self.starts_at.date()

    @property
    def week(self) -> date:
        """The Monday of that day."""
        return self.day - timedelta(days=self.day.weekday())


@dataclass(frozen=True)
class Item:
    """An offering, or a block with a label. For `idle` minutes who may have several patients at once is free."""

    minutes: int
    offering: Offering | None = None
    label: str = ""
    idle: int = 0


@dataclass
class Story:
    """What has been told so far: who was invented, what was booked, and which rooms are taken when."""

    chance: Random
    practice: Practice
    version: int
    now: datetime
    patients: list[tuple[UUID, Someone, datetime]] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    rooms: dict[UUID, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    places: Counter[tuple[UUID, date]] = field(default_factory=Counter)
    callers: list[tuple[UUID, datetime]] = field(default_factory=list)


def write(slug: str, config_version: int, now: datetime) -> int:
    """Give the session's tenant its history; return how many appointments that are."""
    story = tell(slug, config_version, now)
    bulk.write(story.patients, story.written)
    return len(story.written)


def tell(slug: str, config_version: int, now: datetime) -> Story:
    """Return the history, with nothing written."""
    story = Story(Random(f"{slug} history"), snapshot.read(config_version), config_version, now)  # noqa: S311 - not a secret
    shifts = sorted(shifts_of(story.practice, now), key=lambda shift: (shift.starts_at, shift.person.slug))
    wanted = _capped(story, shifts)
    for number, shift in enumerate(shifts):
        _fill(story, shift, wanted.get(number, ()))
    return story


def shifts_of(practice: Practice, now: datetime) -> Iterator[Shift]:
    """Yield who works where and when, from eight weeks ago until in four."""
    for place in practice.places.values():
        today = now.astimezone(ZoneInfo(place.time_zone)).date()
        for offset in range(-7 * WEEKS_BEHIND, 7 * WEEKS_AHEAD):
            day = today + timedelta(days=offset)
            yield from _shifts_on(practice, place, day)


def _shifts_on(practice: Practice, place: Place, day: date) -> Iterator[Shift]:
    zone = ZoneInfo(place.time_zone)
    for person in practice.practitioners.values():
        for starts, ends in person.working_on(place.id, day):
            for opens, closes in place.opening.on(day):
                first, last = max(starts, opens), min(ends, closes)
                starts_at, ends_at = datetime.combine(day, first, zone), datetime.combine(day, last, zone)
                away = any(a < ends_at and b > starts_at for a, b in person.time_off)
                if first < last and not away:
                    yield Shift(person, place, starts_at, _minutes(last) - _minutes(first))


def _capped(story: Story, shifts: list[Shift]) -> dict[int, list[Offering]]:
    """Return which shifts take visits of offerings with a weekly limit, so that weeks are filled as they should."""
    wanted: dict[int, list[Offering]] = {}
    this_week = (
        _monday(story.now.astimezone(shifts[0].starts_at.tzinfo).date()) if shifts else story.now.date()
    )
    for offering in _current(story):
        by_week: dict[date, list[int]] = {}
        for number, shift in enumerate(shifts):
            if offering.weekly_new_patients and _may(story, shift, offering):
                by_week.setdefault(shift.week, []).append(number)
        for week, numbers in by_week.items():
            ahead = (week - this_week).days // 7
            left = LEFT_AHEAD[min(ahead, len(LEFT_AHEAD) - 1)] if ahead >= 0 else story.chance.randrange(3)
            for number in story.chance.choices(numbers, k=max(0, (offering.weekly_new_patients or 0) - left)):
                wanted.setdefault(number, []).append(offering)
    return wanted


def _fill(story: Story, shift: Shift, wanted: Sequence[Offering]) -> None:
    """Fill a shift: what must be in it, then by chance, with the free time spread between."""
    chance = story.chance
    offered = [o for o in _current(story) if not o.weekly_new_patients and _may(story, shift, o)]
    items = [_item(offering) for offering in wanted]
    # Who does long composed visits keeps the free time in one piece, so that one can still be had.
    is_long = any(offering.add_ons for offering in offered)
    target = shift.minutes * chance.uniform(*(SHARE_WITH_LONG_VISITS if is_long else SHARE))
    lunch = [Item(LUNCH[1], label=LUNCH[0])] if shift.minutes >= LONG_SPAN else []
    while (room := _room(shift, target, items + lunch)) >= STEP:
        items.append(_by_chance(chance, offered, room))
    chance.shuffle(items)
    items[len(items) // 2 : len(items) // 2] = lunch
    free = (shift.minutes - sum(item.minutes for item in items)) // STEP
    places = [chance.randrange(len(items) + 1)] if is_long else range(len(items) + 1)
    gaps = Counter(chance.choices(places, k=max(0, free)))
    at = 0
    for number, item in enumerate(items):
        at += gaps[number] * STEP
        _put(story, shift, at, item)
        at += item.minutes


def _room(shift: Shift, target: float, items: Sequence[Item]) -> float:
    """Return how many minutes may still be filled: of the work that is wanted, and of the shift."""
    length, several = sum(item.minutes for item in items), shift.person.max_concurrent_patients > 1
    return min(target - length + several * sum(item.idle for item in items), shift.minutes - length)


def _by_chance(chance: Random, offered: Sequence[Offering], room: float) -> Item:
    """Return something for a shift that has *room* minutes left, an offering or what the desk notes."""
    if offered and chance.random() < 0.8:
        weights = [1 if offering.category is Category.CONSULTATION else 4 for offering in offered]
        item = _item(chance.choices(offered, weights)[0])
        return item if item.minutes <= room else Item(STEP, label=DESK_WORK[0][0])
    pool = DESK_WORK if offered else ASSISTING
    fitting = [(label, minutes) for label, minutes in pool if minutes <= room] or [DESK_WORK[0]]
    label, minutes = chance.choice(fitting)
    return Item(minutes, label=label)


def _put(story: Story, shift: Shift, at: int, item: Item) -> None:
    starts_at = shift.starts_at + timedelta(minutes=at)
    if item.offering is None or not _put_visit(story, shift, starts_at, item.offering):
        _put_block(story, shift, starts_at, item)


def _put_visit(story: Story, shift: Shift, starts_at: datetime, offering: Offering) -> bool:
    """Book a visit; False where no room is free for it."""
    timeline = composing.compose(offering.segments)
    units = _free_units(story, shift.place, starts_at, timeline)
    if units is None:
        return False
    booked_at = _booked_at(story, starts_at)
    is_cancelled = not offering.weekly_new_patients and story.chance.random() < CANCELLED
    patient_id = _patient(story, offering, starts_at, booked_at)
    taken = [one for need in timeline.needs if need.kind == "role"
             for one in bulk.of_person(shift.person.id, shift.person.max_concurrent_patients, need.spans)]  # fmt: skip
    taken += [Taken(unit, need.kind, span.start, span.end) for need, unit in units for span in need.spans]
    taken.append(Taken(patient_id, "patient", timeline.patient.start, timeline.patient.end))
    if not is_cancelled:
        _occupy(story, starts_at, taken)
    story.written.append(Written(
        shift.place.id, shift.place.time_zone, starts_at, timeline.patient.end, shift.person.id, tuple(taken),
        _parts(timeline), booked_at, _source(story, offering), offering.id,
        offering.version_id, patient_id, cap=_cap(story, offering, shift.week),
        cancelled_at=booked_at + (min(starts_at, story.now) - booked_at) / 2 if is_cancelled else None,
    ))  # fmt: skip
    return True


def _put_block(story: Story, shift: Shift, starts_at: datetime, item: Item) -> None:
    taken = [Taken(shift.person.id, "practitioner", 0, item.minutes)]
    label = item.label or DESK_WORK[0][0]
    _occupy(story, starts_at, taken)
    story.written.append(Written(
        shift.place.id, shift.place.time_zone, starts_at, item.minutes, shift.person.id, tuple(taken),
        (Part("block", label, 0, item.minutes),), _booked_at(story, starts_at), "staff", label=label,
    ))  # fmt: skip


def _patient(story: Story, offering: Offering, starts_at: datetime, booked_at: datetime) -> UUID:
    """Return a new patient; for a treatment one who was here, for a first visit now and then one who called."""
    if offering.category is not Category.CONSULTATION and (known := _returning(story, offering, starts_at)):
        return known
    length, since = _length(offering), starts_at - timedelta(days=1)
    ready = [c for c in story.callers[:20] if c[1] < since and _is_free(story, c[0], starts_at, 0, length)]
    if ready and offering.patients.only is not audience.Seen.NEW and story.chance.random() < 0.4:
        story.callers.remove(ready[0])
        return ready[0][0]
    patient_id = ids.new()
    someone = names.someone(story.chance, len(story.patients) + 1, story.now.date())
    story.patients.append((patient_id, someone, booked_at))
    if offering.patients.only is audience.Seen.NEW:
        story.callers.append((patient_id, starts_at))
    return patient_id


def _source(story: Story, offering: Offering) -> str:
    return story.chance.choice(("online", "online", "online", "staff")) if offering.online else "staff"


def _returning(story: Story, offering: Offering, starts_at: datetime) -> UUID | None:
    """Return a patient of some days before who is free, if a few tries find one."""
    length, week = _length(offering), timedelta(days=7)
    for patient_id, _, since in story.chance.sample(story.patients, k=min(12, len(story.patients))):
        if since < starts_at - week and _is_free(story, patient_id, starts_at, 0, length):
            return patient_id
    return None


def _booked_at(story: Story, starts_at: datetime) -> datetime:
    ahead = timedelta(minutes=story.chance.randrange(3 * 60, 16 * 24 * 60))
    recently = timedelta(minutes=story.chance.randrange(5, 5 * 24 * 60))
    return min(starts_at - ahead, story.now - recently)


def _cap(story: Story, offering: Offering, week: date) -> tuple[date, int, int] | None:
    if not offering.weekly_new_patients:
        return None
    story.places[offering.id, week] += 1
    return week, story.places[offering.id, week], offering.weekly_new_patients


def _free_units(
    story: Story, place: Place, starts_at: datetime, timeline: Timeline
) -> list[tuple[Need, UUID]] | None:
    chosen, wall = [], starts_at.replace(tzinfo=None)
    for need in timeline.needs:
        if need.kind == "role":
            continue
        last = need.spans[-1].end
        units = story.practice.units(need.kind, need.name, place)
        free = next((u.id for u in units if u.is_in_use(wall, wall + timedelta(minutes=last))
                     and _is_free(story, u.id, starts_at, need.spans[0].start, last)), None)  # fmt: skip
        if free is None:
            return None
        chosen.append((need, free))
    return chosen


def _is_free(story: Story, unit: UUID, starts_at: datetime, start: int, end: int) -> bool:
    first, last = starts_at + timedelta(minutes=start), starts_at + timedelta(minutes=end)
    return all(last <= begins or first >= ends for begins, ends in story.rooms.get(unit, ())[-60:])


def _occupy(story: Story, starts_at: datetime, taken: list[Taken]) -> None:
    for one in taken:
        span = starts_at + timedelta(minutes=one.start), starts_at + timedelta(minutes=one.end)
        story.rooms.setdefault(one.id, []).append(span)


def _current(story: Story) -> Collection[Offering]:
    return offerings.list_current(story.version).values()


def _may(story: Story, shift: Shift, offering: Offering) -> bool:
    if shift.place.slug not in offering.locations:
        return False
    [need, *_] = composing.of_offering(offering).needs
    question = eligibility.question(story.practice, shift.place, shift.person, need)
    if eligibility.presences(question, story.version):
        return False  # their visits are booked one by one, as who supervises has to be free
    return any(period.has(shift.day) for period in eligibility.periods(question, story.version))


def _parts(timeline: Timeline) -> tuple[Part, ...]:
    return tuple(
        Part(
            p.segment.kind,
            _text(p.segment.name) or p.segment.kind.replace("_", " "),
            p.span.start,
            p.span.end,
        )
        for p in timeline.placed
    )


def _text(by_language: Mapping[str, str]) -> str:
    return next(iter(by_language.values()), "")


def _item(offering: Offering) -> Item:
    """Return what a visit takes of a practitioner's time, in whole steps."""
    return Item(_length(offering), offering, idle=_idle(offering))


def _length(offering: Offering) -> int:
    return -(-_spans(offering)[-1].end // STEP) * STEP


def _idle(offering: Offering) -> int:
    spans = _spans(offering)
    return sum(later.start - earlier.end for earlier, later in pairwise(spans))


def _spans(offering: Offering) -> tuple[Span, ...]:
    needs = composing.compose(offering.segments).needs
    return next(need.spans for need in needs if need.kind == "role")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute
