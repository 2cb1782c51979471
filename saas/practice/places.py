"""Legal entities, locations with their hours, rooms and devices: listed for pages and the API."""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from saas.db import session
from saas.kernel.errors import NotFound
from saas.kernel.text import N_
from saas.practice import putting
from saas.practice.models import Device, LegalEntity, Location, Room


def list_locations() -> list[Location]:
    """Return the locations in use, by name."""
    query = select(Location).where(Location.archived_at.is_(None)).order_by(Location.name)
    return list(session.current().scalars(query))


def get_location(slug: str) -> Location:
    """Return the location in use; NotFound."""
    found = session.current().scalar(
        select(Location).where(Location.slug == slug, Location.archived_at.is_(None))
    )
    if found is None:
        raise NotFound(N_("There is no location %(slug)s."), slug=slug)
    return found


def get_by_id(location_id: UUID) -> Location:
    """Return the location of a visit, in use or not; NotFound."""
    found = session.current().scalar(select(Location).where(Location.id == location_id))
    if found is None:
        raise NotFound
    return found


def get_entity(slug: str) -> LegalEntity:
    """Return a legal entity by its slug, in use or not; NotFound."""
    query = select(LegalEntity).where(LegalEntity.slug == slug).order_by(*putting.newest_first(LegalEntity))
    found = session.current().scalar(query.limit(1))
    if found is None:
        raise NotFound
    return found


def entity_names() -> dict[UUID, str]:
    """Return the names of the legal entities by id."""
    return {row.id: row.name for row in session.current().scalars(select(LegalEntity))}


def location_names() -> dict[UUID, str]:
    """Return the names of the locations by id, in use or not."""
    return {row.id: row.name for row in session.current().scalars(select(Location))}


def list_rooms() -> list[Room]:
    """Return the rooms in use, by name; those of a location out of use are too."""
    query = select(Room).where(Room.archived_at.is_(None), Room.location_id.in_(_in_use()))
    return list(session.current().scalars(query.order_by(Room.name)))


def list_devices() -> list[Device]:
    """Return the devices in use, by name; those of a location out of use are too."""
    query = select(Device).where(Device.archived_at.is_(None), Device.location_id.in_(_in_use()))
    return list(session.current().scalars(query.order_by(Device.name)))


def _in_use() -> Select[UUID]:
    return select(Location.id).where(Location.archived_at.is_(None))


def laid_on(day: date, starts: time, ends: time, zone: str) -> tuple[datetime, datetime]:
    """Lay a span of wall time onto the instants of *day* in *zone*.

    A time that the clocks skip counts as one hour later, and a span they skip altogether is empty.
    """
    place = ZoneInfo(zone)
    first, last = datetime.combine(day, starts, place), datetime.combine(day, ends, place)
    # Compared as instants: two times of one zone compare by their wall time.
    return first, max(first, last, key=datetime.timestamp)


def address_lines(location: Location) -> Sequence[str]:
    """Return the address as it stands on an envelope."""
    return (location.street, f"{location.city}, {location.region} {location.postal_code}")
