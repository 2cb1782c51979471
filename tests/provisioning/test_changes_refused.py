"""What cannot be: each refused with its sentence beside the field, and nothing saved."""

import pytest

from saas.provisioning import changing, forms, reading, standing
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.provisioning.owning import CONSULTATION, Owner, owner, put

WHOLE = "Please write the minutes as a whole number, such as 30."
BETWEEN = "A part takes from 1 to 480 minutes."
DIGITS = "Please write an amount in digits, such as 240.00."


@pytest.mark.parametrize(
    ("field", "answer", "sentence"),
    [
        ("minutes_0", "0", BETWEEN), ("minutes_0", "10000", BETWEEN), ("minutes_0", "9" * 39, BETWEEN),
        ("minutes_0", "", WHOLE), ("minutes_0", "-5", WHOLE), ("minutes_0", "ten", WHOLE),
        ("minutes_0", "1.5", WHOLE), ("minutes_1", "²", WHOLE),
        ("price_0", "120.005", "120.005 cannot be paid in USD: it is finer than a coin."),
        ("price_0", "-5", "A price is more than nothing."), ("price_0", "0", "A price is more than nothing."),
        ("price_0", "a lot", DIGITS), ("price_0", "", DIGITS), ("price_2", "1e3", DIGITS),
        ("price_1", "NaN", DIGITS), ("price_1", "12,5,0", DIGITS),
        ("price_0", "9" * 12, "'999999999999.00' is not an amount."),
        ("new_amount", "150", "From which day on does the new price hold?"),
        ("new_from", "2031-01-01", "How much is the new price?"),
        ("new_from", "soon", "Not a valid date value."),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_refused_beside_its_field(
    practice: Clinic, field: str, answer: str, sentence: str
) -> None:
    someone = owner(practice)
    answers = someone.form() | {field: answer}
    for page in (someone.review(answers), someone.save(answers)):
        assert page.status == 422
        beside = {**page.errors()}
        told = beside.get("new_from" if sentence.startswith("From which") else field) or beside.get(
            "new_amount", ""
        )
        assert sentence in told
        assert any(sentence in line for line in page.summary())
    assert page.value(field) == answer


def test_every_fault_is_named_at_once(practice: Clinic) -> None:
    someone = owner(practice)
    page = someone.review(someone.form(), minutes_0="x", minutes_1="0", price_0="y", price_3="1.001")
    assert set(page.errors()) >= {"minutes_0", "minutes_1", "price_0", "price_3"}


def test_a_second_price_for_the_same_is_refused(practice: Clinic) -> None:
    someone = owner(practice)
    dated = {"new_amount": "150", "new_from": "2031-01-01", "new_for": "0"}
    assert someone.save(someone.form() | dated).status == 302
    page = someone.review(someone.form() | dated)
    assert "A second price for the same" in page.errors()["new_amount"]


def test_nothing_changed_is_said(practice: Clinic) -> None:
    someone = owner(practice)
    for page in (someone.review(someone.form()), someone.save(someone.form() | {"price_0": "120"})):
        assert page.status == 422
        assert "Nothing is different from what holds already." in page.text


def test_a_form_of_nothing_is_refused(practice: Clinic) -> None:
    assert owner(practice).review({}).status == 422
    assert owner(practice).save({"version": "no id"}).status == 422


SIDE_BY_SIDE = [
    {"kind": "hands_on", "name": {"en": "Talk"}, "minutes": 30, "room": "consultation"},
    {"kind": "prep", "name": {"en": "Notes"}, "minutes": 10, "roles": ["assistant"], "parallel": True},
    {"kind": "finish", "name": {"en": "Plan"}, "minutes": 5, "room": "consultation"},
]  # fmt: skip
BESIDE = [
    {"kind": "processing", "minutes": 15, "procedures": [], "roles": []},
    {"kind": "hands_on", "name": {"en": "Photographs"}, "minutes": 5, "roles": ["assistant"], "procedures": []},
]  # fmt: skip


def test_minutes_that_need_one_person_twice_at_once_are_refused(practice: Clinic) -> None:
    put(practice, "superficial-peel", segments=BESIDE, locations=["phoenix"], prices=[], tax_purpose=None)
    join = {"offering": "superficial-peel", "mode": "parallel", "beside": "hands_on"}
    parts = [{**part, "procedures": [] if "roles" in part else None} for part in SIDE_BY_SIDE]
    put(practice, CONSULTATION, segments=parts, locations=["phoenix"], add_ons=[join],
        prices=[{"amount": "120.00"}])  # fmt: skip
    someone = owner(practice)
    assert someone.review(someone.form(), minutes_1="12").status == 200
    page = someone.review(someone.form(), minutes_1="20")
    assert page.status == 422
    assert any(
        "With superficial-peel, assistant would be needed twice at once." in one for one in page.summary()
    )
    # The add-on's own page refuses what breaks the visit as well.
    peel = Owner(someone.browser, "superficial-peel")
    broken = peel.review(peel.form(), minutes_0="5")
    assert any("assistant would be needed twice at once" in one for one in broken.summary())


def test_a_device_that_no_location_has_is_refused_by_the_same_checks(practice: Clinic) -> None:
    with within(practice.id):
        content = standing.current_versions()[CONSULTATION].content
        first = {**content["segments"][0], "devices": ["electrostimulator"]}
        wanted = {**content, "segments": [first, *content["segments"][1:]]}
        wanted["locations"] = ["new-york"]
        found = changing.faults(CONSULTATION, wanted)
    said = [one for one in found if one.path == "segments[0].devices[0]"]
    assert [one.message for one in said] == ["new-york has no device of kind 'electrostimulator'"]


def test_what_was_applied_reads_back_without_a_fault(practice: Clinic) -> None:
    with within(practice.id):
        whole = standing.read_back()
        assert list(reading.between(whole)) == []
        for slug, version in standing.current_versions().items():
            assert changing.faults(slug, version.content) == []


@pytest.mark.parametrize(
    ("minutes", "is_sound"),
    [(forms.LEAST_MINUTES, True), (forms.LEAST_MINUTES - 1, False), (forms.MOST_MINUTES, True),
     (forms.MOST_MINUTES + 1, False)],
)  # fmt: skip
def test_the_form_admits_the_minutes_that_the_schema_does(
    practice: Clinic, minutes: int, is_sound: bool
) -> None:
    with within(practice.id):
        content = standing.current_versions()[CONSULTATION].content
        first = {**content["segments"][0], "minutes": minutes}
        found = changing.faults(CONSULTATION, {**content, "segments": [first, *content["segments"][1:]]})
    assert [one.path for one in found] == ([] if is_sound else ["segments[0].minutes"])
