"""Whatever a file may say can be said on a page, and nothing is written before its plan was seen."""

import zipfile
from io import BytesIO
from typing import Any

import pytest

from saas.catalogue import offerings
from saas.identity.roles import Role
from saas.provisioning import drafts, exporting, recording, standing
from saas.provisioning.drafts import Draft
from saas.provisioning.recording import Kind
from saas.tenancy import tenants
from tests.booking.patients import Page
from tests.desk.desk import KWABENA, Desk
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.provisioning.drafting_pages import PRACTICE, Editor, editor, fields

PEEL = "/edit/offerings/superficial-peel"
INGRID = "/edit/people/ingrid-halvorsen"


def stood(clinic: Clinic) -> dict[str, str]:
    """Return the files that the clinic's configuration would make."""
    with within(clinic.id):
        return exporting.texts(standing.read().files)


def price(clinic: Clinic) -> str:
    with within(clinic.id):
        peel = offerings.list_add_ons(tenants.config_version(clinic.id))["superficial-peel"]
        return next(rule.amount for rule in peel.prices if rule.location is None)


def planned(at: Editor, amount: str = "90.00") -> Page:
    return at.send(PEEL, {**at.open(PEEL), "prices.0.amount": amount})


def test_a_form_sent_as_it_stands_changes_nothing(practice: Clinic) -> None:
    at = editor(practice)
    for path in (
        PEEL,
        INGRID,
        "/edit/locations/phoenix",
        "/edit/clinic",
        "/edit/taxes",
        "/edit/offerings/prp",
    ):
        assert "Nothing changes" in at.send(path, at.open(path)).text, path


def test_a_plan_shows_what_changes_and_writes_nothing(practice: Clinic) -> None:
    before = stood(practice)
    page = planned(editor(practice))
    assert "Prices › everybody › Amount" in page.text
    assert "85.00 90.00" in page.text
    assert stood(practice) == before


def test_what_was_planned_is_applied_recorded_and_told_as_a_page_s(practice: Clinic) -> None:
    at = editor(practice)
    done = at.apply(planned(at))
    assert "Applied." in done.text
    assert price(practice) == "90.00"
    with within(practice.id):
        entry = recording.history()[0]
    assert (entry.record.kind, entry.files) == (Kind.PAGE, 1)
    assert "on a page" in at.look("/configuration").text


def test_parts_are_added_moved_and_taken_out_without_a_script(practice: Clinic) -> None:
    at = editor(practice)
    grown = at.send(PEEL, at.open(PEEL), "add:segments")
    assert grown.status == 200
    assert len(grown.all("li.item")) == len(at.look(PEEL).all("li.item")) + 1
    assert "85.00" in grown.response.text


def test_faults_stand_beside_their_fields_and_in_the_summary(practice: Clinic) -> None:
    at = editor(practice)
    page = at.send(
        PEEL, {**at.open(PEEL), "segments.0.minutes": "0", "name.en": "", "prices.0.amount": "a lot"}
    )
    assert page.status == 422
    assert {"name", "segments-0-minutes", "prices-0-amount"} <= page.errors().keys()
    assert len(page.summary()) == 3
    assert page.value("prices.0.amount") == "a lot"


def test_what_only_the_whole_can_refuse_is_refused_on_the_page(practice: Clinic) -> None:
    at = editor(practice)
    page = at.send(PEEL, {**at.open(PEEL), "tax_purpose": ""})
    assert page.status == 422
    assert "tax_purpose" in page.text


def test_something_new_gets_a_short_name_of_its_own_and_never_another_s(practice: Clinic) -> None:
    at = editor(practice)
    copied = {name: value for name, value in at.open(PEEL).items() if name != "slug"}
    plan = at.send("/new/offerings", {**copied, "name.en": "Mandelic peel"})
    assert "Offering · Mandelic peel new" in plan.text
    taken = at.send("/new/offerings", copied)
    assert taken.status == 422
    assert "already has this short name" in taken.text


def test_another_short_name_renames_and_archived_things_are_gone_from_the_form(practice: Clinic) -> None:
    at = editor(practice)
    plan = at.send(INGRID, {**at.open(INGRID), "slug": "ingrid-h"})
    assert "ingrid-halvorsen → Ingrid Halvorsen renamed" in plan.text
    assert "Applied." in at.apply(plan).text
    assert at.look("/edit/people/ingrid-halvorsen").status == 404
    assert at.look("/edit/people/ingrid-h").status == 200


def test_a_plan_that_moved_is_shown_anew_and_not_applied(practice: Clinic) -> None:
    at = editor(practice)
    first, second = planned(at, "91.00"), planned(at, "92.00")
    at.apply(second)
    page = at.apply(first)
    assert page.status == 409
    assert "no longer the plan that was shown" in page.text
    assert price(practice) == "92.00"


def test_what_breaks_a_booked_visit_asks_why_and_keeps_the_reason(booked: Desk) -> None:
    at = editor(booked.clinic)
    path = f"/edit/people/{KWABENA}"
    plan = at.send(path, at.open(path), "archive")
    assert "put away" in plan.text
    page = at.apply(plan)
    assert page.status == 422
    assert "Please say why" in page.text
    assert "Applied." in at.apply(page, reason="She left").text
    assert "Reason: She left" in at.look("/configuration").text


def test_who_does_not_look_after_the_team_changes_nobody_s_roles(practice: Clinic) -> None:
    at = editor(practice, Role.MANAGER)
    plan = at.send(INGRID, {**at.open(INGRID), "roles": ["owner"]})
    assert at.apply(plan).status == 403
    titles = at.send(INGRID, {**at.open(INGRID), "titles": "PT"})
    assert "Applied." in at.apply(titles).text


@pytest.mark.parametrize("draft", ["", "x", "eJwDAAAAAAE=", "eJyrVkrLzEktVrKqVirPyEkFkrW1ADlGBec="])
def test_a_draft_that_cannot_be_read_is_refused(practice: Clinic, draft: str) -> None:
    at = editor(practice)
    assert at.post(f"{PRACTICE}/apply", {"draft": draft, "shown": "{}"}).status in (400, 422)


def test_a_draft_that_no_form_made_is_refused_and_told(practice: Clinic) -> None:
    at, before = editor(practice), stood(practice)
    forged: list[dict[str, Any]] = [
        {"../x.yaml": {}}, {"": {}}, {"people/\ud800.yaml": {"slug": "\ud800"}}, {"clinic.yaml": None},
        {"people/x.yaml": {"slug": ["a"], "hours": {"a": 1}}}, {"offerings/prp.yaml": {"segments": [None, 5, [{}]]}},
        {"locations/phoenix.yaml": {"slug": "a\x00b", "rooms": [{"slug": {}}]}},
        {"taxes.yaml": {"rates": [{"from": 7}]}},
    ]  # fmt: skip
    for files in forged:
        for path in ("plan", "preview"):
            page = at.post(f"{PRACTICE}/{path}", {"draft": drafts.pack(Draft(files)), "offering": "prp"})
            assert page.status in (400, 422), (files, path)
    assert stood(practice) == before


def test_files_taken_away_and_brought_back_change_nothing(practice: Clinic) -> None:
    at = editor(practice)
    archive = at.browser.get(f"{PRACTICE}/configuration.zip").data
    assert set(zipfile.ZipFile(BytesIO(archive)).namelist()) == set(stood(practice))
    assert "Nothing changes" in at.upload(("riverstone.zip", archive)).text


def test_some_files_leave_the_rest_as_it_is(practice: Clinic) -> None:
    at = editor(practice)
    text = stood(practice)["offerings/superficial-peel.yaml"].replace("85.00", "88.00")
    page = at.upload(("offerings/superficial-peel.yaml", text.encode()), whole=False)
    assert "85.00 88.00" in page.text
    assert page.text.count("Offering ·") == 1


def test_files_with_faults_are_told_all_at_once_with_their_places(practice: Clinic) -> None:
    at = editor(practice)
    files = dict(stood(practice)) | {
        "offerings/prp.yaml": "slug: prp\nkind: [\n",
        "people/nobody.yaml": "slug: x\n",
    }
    page = at.upload(*((name, text.encode()) for name, text in files.items()))
    assert page.status == 422
    assert "offerings/prp.yaml" in page.text
    assert "people/nobody.yaml" in page.text
    assert at.upload(("a.zip", b"PK\x03\x04 broken")).status == 422


def test_going_back_restores_every_file_byte_for_byte(practice: Clinic) -> None:
    at, before = editor(practice), stood(practice)
    with within(practice.id):
        version = recording.history()[0].record.version
    at.apply(planned(at))
    assert stood(practice) != before
    plan = at.post(f"{PRACTICE}/configuration/{version}", {})
    assert "90.00 85.00" in plan.text
    assert "Applied." in at.apply(plan).text
    assert stood(practice) == before


def test_who_may_only_look_sees_no_form(practice: Clinic) -> None:
    at = editor(practice, Role.PRACTITIONER)
    assert at.look(PEEL).status == 403
    assert at.look("/configuration").status == 403


def test_what_is_folded_tells_in_its_title_what_it_says(practice: Clinic) -> None:
    page = editor(practice).look("/edit/offerings/micro-needling")
    told = [one.text_content() for one in page.all(".told-folded")]
    assert any("Variant: face" in one for one in told), told


def test_the_public_page_is_seen_before_it_is_so_and_nothing_of_it_stays(practice: Clinic) -> None:
    at, before = editor(practice), stood(practice)
    form = at.open("/edit/offerings/micro-needling")
    said = {"name.en": "Pen needling", "texts.uses.0.text.en": "Fine lines", "texts.uses.0.off_label": "true"}
    plan = at.send("/edit/offerings/micro-needling", {**form, **said, "prices.0.amount": "299.00"})
    carried = {name: plan.value(name) for name in ("draft", "shown", "back", "offering")}
    page = at.post(f"{PRACTICE}/preview", carried)
    assert (page.status, page.response.headers["X-Robots-Tag"]) == (200, "noindex, nofollow")
    for words in ("Preview: this is the page", "Pen needling", "$299.00", "Fine lines", "Not approved yet"):
        assert words in page.text, words
    assert not [one for one in page.tree.iter("a") if "/book/" in one.get("href", "")]
    assert stood(practice) == before
    public = Page(at.browser.get("/treatments/micro-needling"))
    assert "Pen needling" not in public.text
    assert [one for one in public.tree.iter("a") if "/book/" in one.get("href", "")]
    assert at.post(f"{PRACTICE}/preview", {**carried, "offering": "nothing"}).status == 404
    assert editor(practice, Role.FRONT_DESK).post(f"{PRACTICE}/preview", carried).status == 403


def test_maintenance_of_a_device_is_added_and_taken_out_line_by_line(practice: Clinic) -> None:
    at, path = editor(practice), "/edit/locations/phoenix"
    grown = at.send(path, at.open(path), "add:devices.0.maintenance")
    starts, ends = (f"devices.0.maintenance.0.{name}" for name in ("starts", "ends"))
    assert [one.get("type") for one in grown.tree.iter("input") if one.get("name") in (starts, ends)] == [
        "datetime-local"
    ] * 2
    assert grown.tree.xpath(f"//details[@open]//input[@name='{starts}']")
    said = {**fields(grown), starts: "2027-01-11T08:00", ends: "2027-01-11T12:00"}
    assert "Out of use" in at.send(path, said).text
    assert fields(at.send(path, said, "remove:devices.0.maintenance.0")).keys() == at.open(path).keys()
