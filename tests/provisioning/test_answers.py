"""What is posted becomes a document, and a document the same answers again."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from saas.provisioning import answers, explaining, fields, reading, schema
from saas.provisioning.documents import Document
from saas.provisioning.fields import Way
from saas.provisioning.schema_catalogue import Offering
from saas.provisioning.schema_practice import Location, Person
from saas.provisioning.views import asking, labels
from saas.provisioning.views.asking import Paper

MODELS = [*schema.FILES.values(), *schema.FOLDERS.values()]
CARRIED = {"id", "was"}


def field(model: type, name: str) -> fields.Field:
    """Return one field of a model."""
    return next(one for one in fields.of(model) if one.name == name)


def test_every_key_of_the_schema_is_asked_for_under_its_own_name() -> None:
    for model in MODELS:
        wanted = [info.alias or name for name, info in model.model_fields.items()]
        assert [one.name for one in fields.of(model)] == wanted


def every(asked: Sequence[fields.Field]) -> Iterator[fields.Field]:
    """Yield all fields, and those within them."""
    for one in asked:
        yield one
        yield from every(one.children)


def test_every_key_and_every_code_has_a_name_for_people() -> None:
    found = [one for model in MODELS for one in every(fields.of(model)) if one.name not in CARRIED]
    unnamed = {f"{one.model}.{one.name}" for one in found if not labels.is_named(one.model, one.name)}
    assert unnamed == set()
    assert {code for one in found for code in one.codes if asking.sentence_of(code) is None} == set()


def test_keys_are_asked_for_by_what_they_hold() -> None:
    assert field(Offering, "name").way is Way.WORDS
    assert field(Offering, "category").way is Way.CHOICE
    assert field(Offering, "locations").refers_to == "locations"
    assert field(Offering, "concerns").way is Way.WORD_LINES
    assert field(Person, "is_practitioner").way is Way.YES_NO
    assert [one.way for one in field(Location, "opening_hours").children] == [Way.SPANS] * 7
    assert field(Offering, "segments").children[3].may_be_usual


def test_answers_become_a_document_that_the_schema_takes() -> None:
    given = {
        "slug": ["peel"], "name.en": ["Peel"], "summary.en": [" Mild. "], "category": ["aesthetics"],
        "procedures": ["chemical_peel_superficial"], "locations": ["phoenix"], "online": ["true"],
        "concerns.en": ["Dull skin\r\nUneven tone\r\n"],
        "segments.0.here": ["1"], "segments.0.kind": ["hands_on"], "segments.0.minutes": ["30"],
        "segments.0.patient_present": ["true"], "segments.1.here": ["1"], "segments.1.minutes": [""],
        "deposit.percent": [""], "prices.0.amount": ["80.00"],
    }  # fmt: skip
    data = answers.pruned(answers.read(fields.of(Offering), given, ["en"]))
    assert data == {
        "slug": "peel", "name": {"en": "Peel"}, "summary": {"en": "Mild."}, "category": "aesthetics",
        "procedures": ["chemical_peel_superficial"], "concerns": [{"en": "Dull skin"}, {"en": "Uneven tone"}],
        "locations": ["phoenix"], "segments": [{"kind": "hands_on", "minutes": "30"}],
        "prices": [{"amount": "80.00"}],
    }  # fmt: skip
    typed, problems = explaining.validate(Offering, Document("offerings/peel.yaml", data))
    assert typed is not None
    assert problems == []


def test_a_list_that_says_none_is_not_one_that_says_nothing() -> None:
    segment = field(Offering, "segments").children
    assert answers.read(segment, {"roles.none": ["1"], "patient_present": ["true"]}, ["en"]) == {"roles": []}
    assert answers.read(segment, {"roles": [""], "patient_present": ["true"]}, ["en"]) == {}


def test_what_cannot_be_read_stays_as_it_was_typed() -> None:
    hours = field(Location, "opening_hours").children
    read = answers.read(hours, {"monday": ["8:00-12:00, 13:00 – 18:00"], "tuesday": ["mornings"]}, ["en"])
    assert read["monday"] == [{"opens": "8:00", "closes": "12:00"}, {"opens": "13:00", "closes": "18:00"}]
    assert read["tuesday"] == "mornings"


@pytest.mark.parametrize(
    ("act", "left"),
    [
        ("add:parts", ["a", "b", {}]), ("remove:parts.0", ["b"]), ("up:parts.1", ["b", "a"]),
        ("down:parts.0", ["b", "a"]), ("up:parts.0", ["a", "b"]), ("down:parts.1", ["a", "b"]),
        ("remove:parts.7", ["a", "b"]), ("remove:parts.x", ["a", "b"]), ("remove:nothing.0", ["a", "b"]),
        ("burn:parts.0", ["a", "b"]), ("", ["a", "b"]),
    ],
)  # fmt: skip
def test_items_are_added_removed_and_moved(act: str, left: list[object]) -> None:
    assert answers.arranged({"parts": ["a", "b"]}, act)["parts"] == left


def test_a_list_within_an_item_can_grow() -> None:
    data = answers.arranged({"rows": [{}, {}]}, "add:rows.1.spans")
    assert data == {"rows": [{}, {"spans": [{}]}]}
    assert answers.arranged(data, "remove:rows.1.spans.0") == {"rows": [{}, {"spans": []}]}


def test_a_problem_names_the_field_it_stands_beside() -> None:
    assert answers.path("segments[0].minutes") == "segments.0.minutes"


def test_what_has_no_shape_of_its_own_is_plain_yaml() -> None:
    assert answers.plain("face: 30\nneck: 15") == {"face": "30", "neck": "15"}
    assert answers.plain("- a\n- b") == ["a", "b"]
    assert answers.plain("a: [") == "a: ["
    assert answers.as_yaml({"face": "30"}) == "face: '30'"


def test_what_was_given_no_short_name_gets_one_from_its_name() -> None:
    data = {"name": "Lark West", "rooms": [{"name": "Blue Room"}, {"name": "Two", "slug": "b"}, {}]}
    named = answers.named(fields.of(Location), data)
    assert named["slug"] == "lark-west"
    assert [room.get("slug") for room in named["rooms"]] == ["blue-room", "b", None]
    assert answers.named(fields.of(Offering), {"name": {"en": "東京"}}) == {"name": {"en": "東京"}}


def posted(node: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield what a browser sends of a field that shows *node*."""
    way, name = node["way"], node["name"]
    below = [
        *node.get("children", ()),
        *(child for item in node.get("items", ()) for child in (*item["children"], *item["rest"])),
    ]
    yield f"{name}.none", ["1"] if node.get("none") else []
    yield from ((f"{item['name']}.here", ["1"]) for item in node.get("items", ()))
    yield from ((f"{name}.{language}", [text]) for language, text in node.get("texts", ()))
    yield name, [code for code, _label, is_chosen in node.get("choices", ()) if is_chosen]
    if not {"choices", "texts", "items", "children"} & node.keys() and node.get("is_on", True):
        yield name, ["true" if way == "yes_no" else node["value"]]
    for child in below:
        yield from posted(child)


@pytest.mark.parametrize("tenant", ["riverstone", "elm"])
def test_a_document_that_is_shown_and_sent_back_says_the_same(tenant: str) -> None:
    configuration = reading.read_folder(Path("tenants") / tenant)
    paper = Paper(configuration.clinic.languages, {})
    parts = [getattr(configuration, name) for name in type(configuration).model_fields]
    documents = [one for part in parts for one in (part if isinstance(part, tuple) else [part])]
    for document in documents:
        asked = fields.of(type(document))
        data = document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        nodes = [asking.node(one, data.get(one.name), paper) for one in asked]
        given = {name: values for node in nodes for name, values in posted(node) if values}
        again = answers.pruned(answers.read(asked, given, configuration.clinic.languages))
        assert type(document).model_validate(again) == document
