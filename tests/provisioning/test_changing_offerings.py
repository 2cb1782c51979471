"""An owner changes minutes and prices: seen first, saved as a new version, told, and never a surprise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

import pytest

from saas.billing import quotes
from saas.booking import hold
from saas.booking.hold import Asked, Holder
from saas.desk import appointing
from saas.desk.appointing import Guest
from saas.identity.roles import Role
from saas.journal import reading
from saas.journal.kinds import EventKind
from saas.kernel import clock
from saas.kernel.actors import SYSTEM
from saas.kernel.money import Money
from saas.practice import snapshot
from saas.provisioning import applying, standing
from saas.tenancy import tenants
from tests.desk.desk import BO, TEODORA, Desk
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.provisioning.owning import CONSULTATION, MICRO_NEEDLING, Owner, fields, owner, put


def current(clinic: Clinic, slug: str = CONSULTATION) -> standing.Version:
    with within(clinic.id):
        return standing.current_versions()[slug]


def price_of(desk: Desk, visit: UUID) -> Money:
    with within(desk.clinic.id):
        frozen = quotes.find(visit)
        assert frozen is not None
        return frozen.net


def test_new_visits_get_the_new_version_and_booked_ones_keep_theirs(booked: Desk) -> None:
    someone, before = owner(booked.clinic), current(booked.clinic)
    reviewed = someone.review(someone.form(), price_0="130", minutes_0="45")
    assert "One booked visit keeps its price and its minutes." in reviewed.text
    assert current(booked.clinic).id == before.id  # looking saves nothing
    saved = someone.save(fields(reviewed))
    assert (saved.status, saved.response.headers["Location"]) == (302, someone.path)
    new = booked.book(booked.at(14))
    assert price_of(booked, booked.visit) == Money.from_major("120.00", "USD")
    assert price_of(booked, new) == Money.from_major("130.00", "USD")
    rows = [booked.read(), booked.read(new)]
    assert [row.ends_at - row.starts_at for row in rows] == [timedelta(minutes=30), timedelta(minutes=45)]
    assert [row.offering_version_id for row in rows] == [before.id, current(booked.clinic).id]


def test_a_price_from_a_day_on_holds_for_visits_from_that_day(booked: Desk) -> None:
    someone, later = owner(booked.clinic), next_open_tuesday(booked)
    answers = someone.form() | {"new_amount": "140.00", "new_from": later.isoformat(), "new_for": "0"}
    assert someone.save(answers).status == 302
    assert price_of(booked, booked.book(booked.at(14))) == Money.from_major("120.00", "USD")
    then = booked.book(booked.at(14, day=later))
    assert price_of(booked, then) == Money.from_major("140.00", "USD")
    again = someone.form() | {"price_4": ""}
    assert someone.save(again).status == 302
    assert len(current(booked.clinic).content["prices"]) == 4


def test_the_review_shows_both_timelines_and_the_prices(practice: Clinic) -> None:
    someone = owner(practice, MICRO_NEEDLING)
    page = someone.review(someone.form(), minutes_1="40", price_0="310.00")
    assert "Numbing cream works30 min → 40 min" in page.text
    assert "Price · Everybody$295.00 → $310.00" in page.text
    assert len(page.all("div.unfolding")) == 2
    assert "Now, 95 minutes for the patient" in page.text
    assert "Then, 105 minutes for the patient" in page.text


def test_visits_that_would_no_longer_fit_are_named_with_the_reason(booked: Desk) -> None:
    booked.book(booked.at(10, 40), BO)
    page = owner(booked.clinic).review(owner(booked.clinic).form(), minutes_0="45")
    [ann] = page.tree.xpath("//ul[contains(@class, 'misfits')]/li")
    assert "10:00" in ann.text_content()
    assert "A. Okafor" in ann.text_content()
    assert "Kwabena Asante is taken then." in ann.text_content()
    assert booked.read().ends_at == booked.at(10, 30)


def test_shorter_visits_fit_and_the_page_says_so(booked: Desk) -> None:
    page = owner(booked.clinic).review(owner(booked.clinic).form(), minutes_0="25")
    assert "Each of them would fit at its time." in page.text


def test_the_list_of_visits_is_paged(booked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    booked.book(booked.at(10, 40), BO)
    monkeypatch.setattr("saas.provisioning.consequences.PAGE", 1)
    someone = owner(booked.clinic)
    first = someone.review(someone.form(), minutes_0="45")
    assert "Visits 1 to 1 of 2 were looked at" in first.text
    assert "A. Okafor" in first.text
    second = someone.review(fields(first), page="1")
    assert "Visits 2 to 2 of 2 were looked at" in second.text
    assert "A. Okafor" not in second.text
    for odd in ("-1", "9" * 30, "x", "²"):
        assert someone.review(fields(first), page=odd).status == 200


def test_back_to_the_form_keeps_the_answers(practice: Clinic) -> None:
    someone = owner(practice)
    reviewed = someone.review(someone.form(), price_0="131.00", minutes_0="35")
    back = fields(someone.review(fields(reviewed), step="edit"))
    assert (back["price_0"], back["minutes_0"]) == ("131.00", "35")


def test_the_page_tells_who_changed_what(practice: Clinic) -> None:
    someone = owner(practice, role=Role.MANAGER)
    assert someone.save(someone.form(), price_0="133.00").status == 302
    page = someone.open()
    newest = page.tree.xpath("//ol[@class='rows']/li")[0].text_content()
    assert "Callum Achterberg" in newest
    assert "$120.00 → $133.00" in " ".join(newest.split())
    version = current(practice)
    with within(practice.id):
        told = reading.told_of(version.offering_id, EventKind.OFFERING_CHANGED)[0]
    assert told.actor_id == practice.staff[Role.MANAGER]
    assert (told.data["version_id"], told.data["slug"]) == (str(version.id), CONSULTATION)
    [changed] = told.data["changed"]
    assert (changed["part"], changed["before"], changed["after"]) == ("price", "120.00", "133.00")


def test_of_two_who_change_the_second_sees_what_the_first_did(practice: Clinic) -> None:
    first, second = owner(practice), owner(practice, role=Role.MANAGER)
    mine, theirs = first.form(), second.form() | {"price_1": "155.00"}
    assert first.save(mine, price_0="134.00").status == 302
    for answer in (second.review(theirs), second.save(theirs)):
        assert answer.status == 409
        assert "Somebody else changed this offering in the meantime." in answer.text
        assert "$120.00 → $134.00" in answer.text
        kept = fields(answer)
        assert (kept["price_0"], kept["price_1"]) == ("134.00", "155.00")
    assert second.save(kept).status == 302
    amounts = [rule["amount"] for rule in current(practice).content["prices"]]
    assert amounts[:2] == ["134.00", "155.00"]


def test_answers_are_kept_where_parts_and_prices_are_others_by_now(practice: Clinic) -> None:
    someone, other = owner(practice), owner(practice)
    mine = someone.form() | {
        "minutes_0": "50",
        "price_3": "222.00",
        "new_amount": "9",
        "new_from": "2031-01-01",
    }
    assert (
        other.save(other.form() | {"new_amount": "99", "new_from": "2030-01-01", "new_for": "1"}).status
        == 302
    )
    kept = fields(someone.save(mine))
    assert (kept["minutes_0"], kept["price_3"], kept["price_4"]) == ("50", "222.00", "99.00")
    assert (kept["new_amount"], kept["new_from"]) == ("9", "2031-01-01")


def test_the_file_wins_and_says_what_it_replaces(practice: Clinic) -> None:
    someone = owner(practice)
    assert someone.save(someone.form(), price_0="135.00").status == 302
    with within(practice.id):
        applied = applying.apply(practice.configuration, SYSTEM)
    assert applied.changed == [f"offering/{CONSULTATION}"]
    [said] = applied.replaced
    assert said.startswith(f"offering/{CONSULTATION} replaces what ")
    assert "saved on a page (price for everybody: 135.00 → 120.00)" in said
    with within(practice.id):
        again = applying.apply(practice.configuration, SYSTEM)
    assert (again.changed, again.replaced) == ([], [])
    assert "Files were applied" in someone.open().text


def test_what_is_saved_unchanged_from_the_page_reads_as_the_file_does(practice: Clinic) -> None:
    with within(practice.id):
        versions = standing.current_versions()
        for slug, version in versions.items():
            assert standing.stored(standing.written(slug, version.content)) == version.content


def test_an_add_on_is_changed_like_an_offering(practice: Clinic) -> None:
    someone = Owner(owner(practice).browser, "prp")
    assert someone.save(someone.form(), price_0="250", minutes_1="20").status == 302
    content = current(practice, "prp").content
    assert content["prices"][0]["amount"] == "250.00"
    assert content["segments"][1]["minutes"] == 20


def test_of_two_who_save_at_once_one_is_told_of_the_other(practice: Clinic) -> None:
    editors = [owner(practice), owner(practice, role=Role.MANAGER)]
    sent = [(one, one.form() | {"price_0": f"14{number}.00"}) for number, one in enumerate(editors)]
    with ThreadPoolExecutor(len(sent)) as pool:
        answers = list(pool.map(lambda one: one[0].save(one[1]).status, sent))
    assert sorted(answers) == [302, 409]
    assert current(practice).content["prices"][0]["amount"] == f"14{answers.index(302)}.00"


def test_visits_with_an_add_on_and_holds_in_flight_are_counted_for_it(booked: Desk) -> None:
    put(booked.clinic, MICRO_NEEDLING, deposit=None, cancellation=None)  # paid at the visit
    version, asked = config_version(booked), (MICRO_NEEDLING, "phoenix")
    with within(booked.clinic.id):
        at, later = booked.at(13), booked.at(13, day=next_open_tuesday(booked))
        both = Asked(*asked, at, TEODORA, ("prp",))
        appointing.book(both, Guest(details=BO), version, SYSTEM, clock.now())
        hold.hold(Asked(*asked, later, None, ("prp",)), Holder("me"), version, SYSTEM, clock.now())
    someone = owner(booked.clinic, "prp")
    said = someone.review(someone.form(), price_0="260").text
    assert "One booked visit keeps its price and its minutes." in said
    assert "One patient is booking it at this moment and is promised what they saw." in said
    assert "Each of them would fit at its time." in said
    # Needling that takes six hours would end after the doors close.
    base = owner(booked.clinic, MICRO_NEEDLING)
    [misfit] = base.review(base.form(), minutes_2="360").tree.xpath("//ul[contains(@class, 'misfits')]/li")
    assert "B. Sato" in misfit.text_content()
    assert "Riverstone Phoenix is closed then." in misfit.text_content()


def next_open_tuesday(desk: Desk) -> date:
    with within(desk.clinic.id):
        place = snapshot.read(tenants.config_version(desk.clinic.id)).place("phoenix")
    weeks = (desk.day + timedelta(weeks=number) for number in range(1, 6))
    return next(day for day in weeks if place.closed_for(day) is None)


def config_version(desk: Desk) -> int:
    with within(desk.clinic.id):
        return tenants.config_version(desk.clinic.id)
