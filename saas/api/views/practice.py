"""Where the clinic is, and what it offers there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, Field

from saas.api import describing
from saas.api.door import PRACTICE, Money, Query, blueprint
from saas.booking import asking, costs
from saas.booking.asking import Channel, Wish
from saas.booking.costs import Cost
from saas.catalogue import composing, offerings, varying
from saas.catalogue.audience import Seen
from saas.catalogue.contents import AddOn, Offering
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.practice import places, snapshot
from saas.web import edge
from saas.web.access import permit


class LocationBody(BaseModel):
    """A location where visits take place."""

    slug: str = Field(examples=["phoenix"])
    name: str
    time_zone: str = Field(description="IANA name", examples=["America/Phoenix"])
    jurisdiction: str = Field(description="Whose rules of scope hold here", examples=["US-AZ"])


class LocationList(BaseModel):
    """The locations in use, by name."""

    locations: list[LocationBody]


class OfferingQuery(Query):
    """Which offerings to list."""

    location: str | None = Field(None, description="Only those of this location, by its slug")


class AddOnBody(BaseModel):
    """What can be added to an offering."""

    slug: str = Field(examples=["prp"])
    name: str
    summary: str
    locations: list[str] = Field(description="Where it can be added")
    price: Money | None = Field(description="The lowest for a visit today, before tax; null where it is free")
    extra_minutes: int = Field(description="How much longer the patient is there", examples=[15])
    excludes: list[str] = Field(description="Slugs of the add-ons that it does not go with")


class VariantBody(BaseModel):
    """One of several ways to book an offering, such as a body area."""

    slug: str = Field(examples=["face-and-neck"])
    name: str
    duration_minutes: int = Field(description="How long the patient is there", examples=[95])
    price: Money | None = Field(description="The lowest for a visit today, before tax; null where it is free")


class PatientsBody(BaseModel):
    """Whom an offering is for; whoever it is not for is refused with 422 `not_for_patient`."""

    only: str | None = Field(description="new or returning; null for both", examples=["new"])
    min_age: int | None = Field(examples=[18])
    max_age: int | None


class OfferingBody(BaseModel):
    """Something that can be booked by way of this API."""

    slug: str = Field(examples=["first-consultation"])
    name: str
    summary: str
    category: str = Field(examples=["consultation"])
    modality: str = Field(description="in_person, phone or video")
    duration_minutes: int = Field(description="How long the patient is there", examples=[30])
    exam_minutes: int | None = Field(
        description="How much longer it is with an examination that comes first; null where none is made in the visit"
    )
    locations: list[str]
    new_patients_only: bool
    patients: PatientsBody
    price: Money | None = Field(
        description="The lowest for a visit today, there or anywhere, before tax; null where it is free"
    )
    deposit: Money | None = Field(description="What is paid when booking at that price; null for nothing")
    variants: list[VariantBody] = Field(
        description="Minutes and price above are of the first, which is booked where none is named"
    )
    add_ons: list[AddOnBody]
    max_add_ons: int = Field(description="How many of them go into one visit")


class OfferingList(BaseModel):
    """The offerings, by slug."""

    offerings: list[OfferingBody]


@blueprint.get("/locations", tags=[PRACTICE], responses={200: LocationList})
@permit(Permission.LOCATION_READ)
def list_locations() -> Any:
    """List the locations in use."""
    rows = places.list_locations()
    names = ("slug", "name", "time_zone", "jurisdiction")
    return {"locations": [{name: getattr(row, name) for name in names} for row in rows]}


@blueprint.get("/offerings", tags=[PRACTICE], responses={200: OfferingList})
@permit(Permission.OFFERING_READ)
def list_offerings(query: OfferingQuery) -> Any:
    """List what can be booked, at one location or at all."""
    version = edge.tenant().config_version
    place = snapshot.read(version).place(query.location).slug if query.location is not None else None
    found = offerings.list_current(version).values()
    return {
        "offerings": [
            _offering(o, [place] if place else o.locations, version)
            for o in found if o.online and (place is None or place in o.locations)
        ]
    }  # fmt: skip


def _offering(offering: Offering, at: Sequence[str], version: int) -> dict[str, Any]:
    wishes = [asking.wish(offering.slug, place, version, Channel.ONLINE) for place in at]
    cost = _lowest(wishes)
    return {
        "slug": offering.slug, "name": offering.text("name"),
        "summary": offering.text("summary"), "category": offering.category,
        "modality": offering.modality, "locations": list(offering.locations),
        "duration_minutes": _minutes(varying.of(offering)), "exam_minutes": offering.exam_minutes,
        "new_patients_only": offering.patients.only is Seen.NEW,
        "patients": {name: getattr(offering.patients, name) for name in ("only", "min_age", "max_age")},
        "price": describing.money(cost.price if cost else None),
        "deposit": describing.money(cost.deposit if cost and cost.deposit else None),
        "variants": [_variant(one, wishes) for one in varying.each(offering) if one.variant],
        "add_ons": list(_add_ons(offering, wishes, version)), "max_add_ons": offering.max_add_ons,
    }  # fmt: skip


def _variant(varied: Offering, wishes: Sequence[Wish]) -> dict[str, Any]:
    assert varied.variant is not None
    cost = _lowest([replace(wish, offering=varied) for wish in wishes])
    return {
        "slug": varied.variant.slug, "name": next(iter(varied.variant.name.values())),
        "duration_minutes": _minutes(varied), "price": describing.money(cost.price if cost else None),
    }  # fmt: skip


def _lowest(wishes: Sequence[Wish]) -> Cost | None:
    found = (costs.of_wish(wish, wish.today(clock.now())) for wish in wishes)
    return costs.lowest(one for one in found if one)


def _minutes(offering: Offering) -> int:
    return composing.compose(offering.segments).patient.minutes


def _add_ons(offering: Offering, wishes: Sequence[Wish], version: int) -> Iterator[dict[str, Any]]:
    here = {wish.place.slug: offerings.add_ons_of(offering, wish.place.slug, version) for wish in wishes}
    known = offerings.list_add_ons(version)
    for join in offering.add_ons:
        at = [wish for wish in wishes if any(one.slug == join.offering for one in here[wish.place.slug])]
        if at:
            yield _add_on(known[join.offering], join, at)


def _add_on(add_on: Offering, join: AddOn, wishes: Sequence[Wish]) -> dict[str, Any]:
    found = (costs.surcharge(wish, add_on, wish.today(clock.now())) for wish in wishes)
    return {
        "slug": add_on.slug, "name": add_on.text("name"), "summary": add_on.text("summary"),
        "locations": [wish.place.slug for wish in wishes],
        "price": describing.money(costs.least(one for one in found if one)),
        "extra_minutes": costs.extra_minutes(wishes[0], add_on), "excludes": list(join.excludes),
    }  # fmt: skip
