"""Small configurations without a fault, drawn at random, with every key of the schema in some of them."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from saas.provisioning import reading
from saas.provisioning.schema import Configuration
from tests.provisioning import drawn_offerings, drawn_people, drawn_places, drawn_rules
from tests.provisioning.drawing import LAVISH, Data, counted, is_there, maybe
from tests.provisioning.drawn_people import anchor

Files = dict[str, Data]
NAMED = ["ash", "birch", "cedar", "elm"]
# Few names, so that two clinics share some.
NAMES = st.lists(st.sampled_from(NAMED), min_size=1, max_size=3, unique=True)
__all__ = ["Files", "anchor", "configurations", "lavish", "read"]


def read(files: Mapping[str, Any]) -> Configuration:
    """Return the configuration that *files* say; JSON is YAML too."""
    return reading.read_files({name: json.dumps(data).encode() for name, data in files.items()})


@st.composite
def configurations(draw: DrawFn) -> Files:
    """Draw the files of a clinic."""
    companies = [f"llc-{n}" for n in range(counted(draw, 1, 2))]
    places = {f"loc-{name}": drawn_places.location(draw, f"loc-{name}", companies) for name in draw(NAMES)}
    people = staff(draw, list(places))
    sold = offered(draw, places, people)
    files: Files = {"clinic.yaml": drawn_places.clinics(draw, companies)}
    for folder, things in (("locations", places), ("people", people), ("offerings", sold)):
        files |= {f"{folder}/{slug}.yaml": data for slug, data in things.items()}
    files |= maybe(draw, "policies.yaml", partial(drawn_rules.policies, sold=sold, places=list(places)))
    files |= maybe(draw, "attestations.yaml", partial(
        drawn_rules.attestations, places=list(places), models=drawn_places.models(places)
    ))  # fmt: skip
    if any("prices" in one for one in sold.values()):
        files |= maybe(draw, "taxes.yaml", drawn_rules.taxes)
    return files


@st.composite
def lavish(draw: DrawFn) -> Files:
    """Draw the files of a clinic that says all that it can."""
    assume(draw(LAVISH))
    return draw(configurations())


def staff(draw: DrawFn, places: list[str]) -> Files:
    """Draw who works there. Two at each place may do everything, so that whatever is offered can be performed."""
    found = {f"per-{name}": drawn_people.employee(draw, f"per-{name}", places) for name in draw(NAMES)}
    next(iter(found.values()))["tier"] = "senior"
    for place in places:
        found |= {f"all-{place}": anchor(f"all-{place}", place),
                  f"aid-{place}": anchor(f"aid-{place}", place, "practitioner")}  # fmt: skip
    return found | maybe(draw, "per-front", partial(drawn_people.receptionist, slug="per-front"))


def offered(draw: DrawFn, places: Files, people: Files) -> Files:
    """Draw what is sold: visits, and what is added to them."""
    units = {slug: [one["kind"] for one in place["devices"]] for slug, place in places.items()}
    sold = {
        f"off-{name}": drawn_offerings.visit(draw, f"off-{name}", list(places), list(people), units)
        for name in NAMED[: counted(draw, 0, 3)]
    }
    for visit in sold.values():
        visit |= drawn_offerings.joined(draw) if is_there(draw) else {}
    if any("add_ons" in visit for visit in sold.values()):
        sold |= {slug: drawn_offerings.add_on(slug, list(places)) for slug in ("off-plus", "off-more")}
    return sold
