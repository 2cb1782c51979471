"""The practice at a glance: locations, people, rooms and devices."""

from types import SimpleNamespace
from uuid import UUID

from babel.numbers import format_decimal
from flask import request
from flask_babel import get_locale

from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.practice import people, places
from saas.practice.models import Device, Location, Person, Room
from saas.provisioning.views import wording
from saas.provisioning.views.door import Line, blueprint, may
from saas.web import render
from saas.web.access import permit


@blueprint.get("/practice")
@permit(Permission.PRACTICE_READ)
def practice() -> str:
    """Show locations, people, rooms and devices, with a search over all of them."""
    q = request.args.get("q", "").strip()[:100]
    locations = {row.id: row for row in places.list_locations()}
    rooms, devices = places.list_rooms(), places.list_devices()
    units: list[Room | Device] = [*rooms, *devices]
    staff = people.list_people()
    lines = {
        "locations": _locations(list(locations.values())),
        "people": _people(staff, locations),
        "resources": [_resource(unit, locations) for unit in units],
    }
    counts = SimpleNamespace(
        locations=len(locations), people=len(staff), rooms=len(rooms), devices=len(devices)
    )
    found = {name: [line for line in listed if line.matches(q)] for name, listed in lines.items()}
    return render.page(
        "desk/practice.html",
        block="results",
        q=q,
        counts=counts,
        may_edit=may(Permission.PRACTICE_WRITE),
        **found,
    )


def _locations(rows: list[Location]) -> list[Line]:
    entities = places.entity_names()
    return [
        Line({"name": row.name, "slug": row.slug, "legal_entity": entities[row.legal_entity_id], "city": row.city,
              "zone": row.time_zone.replace("_", " "), "jurisdiction": row.jurisdiction})
        for row in rows
    ]  # fmt: skip


def _people(rows: list[Person], locations: dict[UUID, Location]) -> list[Line]:
    hours = people.weekly_hours(clock.now().date())
    lines = []
    for row in rows:
        total, where = hours.get(row.id, (0.0, []))
        names = [locations[i].name for i in where if i in locations]
        weekly = format_decimal(total, locale=get_locale()) if total else ""
        lines.append(
            Line(
                {
                    "name": row.name,
                    "slug": row.slug,
                    "titles": row.titles,
                    "locations": names,
                    "weekly_hours": weekly,
                }
            )
        )
    return lines


def _resource(unit: Room | Device, locations: dict[UUID, Location]) -> Line:
    where = locations.get(unit.location_id)
    return Line(
        {
            "name": unit.name,
            "kind_label": wording.kind(unit.kind),
            "location": where.name if where else "",
        }
    )
