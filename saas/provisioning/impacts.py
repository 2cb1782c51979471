"""What a change would mean for what is booked, sold and owed already: every room's part, in one table.

Nothing is touched; at most two statements a room, whatever there is. Whoever gives a room a table that points
at the configuration adds its part here, or to `NO_PART` why there is none; a test finds who did neither.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import chain
from uuid import UUID

from saas.billing import impact as billing
from saas.booking import impact as booking
from saas.catalogue import impact as catalogue
from saas.catalogue import varying
from saas.catalogue.composing import Need
from saas.credentials import impact as credentials
from saas.identity import impact as identity
from saas.kernel.impacts import Impact
from saas.ledger import impact as ledger
from saas.payments import impact as payments
from saas.practice.snapshot import Place, Practitioner
from saas.provisioning import superseding
from saas.provisioning.worlds import World
from saas.scheduling import impact as scheduling

Part = Callable[[World, World, datetime], Iterable[Impact]]


def of(before: World, after: World, now: datetime) -> tuple[Impact, ...]:
    """Return every consequence that going from *before* to *after* would have, the unsafe ones first."""
    after = replace(after, decided=before.decided)
    found = chain.from_iterable(part(before, after, now) for part in PARTS.values())
    return tuple(sorted(found, key=lambda one: not one.is_unsafe))


def _scheduling(before: World, after: World, now: datetime) -> Iterable[Impact]:
    yield from scheduling.of_practice(before.practice, after.practice, now)
    yield from scheduling.of_offerings(before.offerings, after.offerings, before.practice, now)


def _booking(before: World, after: World, now: datetime) -> Iterable[Impact]:
    return booking.of(before.answers, after.answers, now)


def _billing(before: World, after: World, now: datetime) -> Iterable[Impact]:
    was, will = (
        billing.Sold(one.practice, one.offerings, frozenset(one.companies)) for one in (before, after)
    )
    return billing.of(was, will, now)


def _payments(before: World, after: World, now: datetime) -> Iterable[Impact]:
    companies = {company_id: one.name for company_id, one in before.companies.items()}
    return payments.of(before.practice, after.practice, companies, after.companies.keys())


def _ledger(before: World, after: World, now: datetime) -> Iterable[Impact]:
    return ledger.of(before.companies, after.companies)


def _credentials(before: World, after: World, now: datetime) -> Iterable[Impact]:
    sold = chain(before.offerings.values(), after.offerings.values())
    segments = (part for whole in sold for one in varying.each(whole) for part in one.segments)
    depths = {part.depth_mm for part in segments if part.depth_mm is not None}
    where = {place.jurisdiction for one in (before, after) for place in one.practice.places.values()}
    yield from superseding.told(before.word, after.word, where)
    yield from credentials.of(before.answers, after.answers, depths, now.date())


def _catalogue(before: World, after: World, now: datetime) -> Iterable[Impact]:
    yield from catalogue.of(_offered(before, now), _offered(after, now))
    yield from catalogue.of_texts(before.offerings, after.offerings)


def _offered(world: World, now: datetime) -> catalogue.Offered:
    today, answers, practice = now.date(), world.answers, world.practice

    @cache
    def may(person_id: UUID, place_id: UUID, need: Need) -> bool:
        person, place = practice.practitioners[person_id], practice.places[place_id]
        return any(one.ends_on >= today for one in answers.periods(person, place, need))

    def able(person: Practitioner, place: Place, need: Need) -> bool:
        return may(person.id, place.id, need.planned)

    return catalogue.Offered(practice, world.offerings, able, world.answers.grounds)


def _identity(before: World, after: World, now: datetime) -> Iterable[Impact]:
    had, has = (
        {one.user_id: one.name for one in world.staff.values() if one.user_id} for world in (before, after)
    )
    return identity.of(had, has, now)


PARTS: Mapping[str, Part] = {
    scheduling.ROOM: _scheduling,
    booking.ROOM: _booking,
    billing.ROOM: _billing,
    payments.ROOM: _payments,
    ledger.ROOM: _ledger,
    credentials.ROOM: _credentials,
    catalogue.ROOM: _catalogue,
    identity.ROOM: _identity,
}

# Rooms with a table that points at the configuration, and nothing to say of it.
NO_PART: Mapping[str, str] = {
    "intake": "an examination took place where and by whom it did, whatever the clinic becomes",
    "practice": "its tables are the configuration itself; what hangs on them is told by who keeps it",
}
