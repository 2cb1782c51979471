"""Composed visits at the desk: chosen, priced and booked; drawn with who and what takes part."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from saas.booking.hold import Asked
from saas.desk import appointing
from saas.desk.appointing import Guest
from saas.kernel import clock
from saas.kernel.actors import Actor, ActorKind
from saas.scheduling.models import Appointment
from saas.tenancy import tenants
from tests.desk.desk import TEODORA, Desk, sentences
from tests.desk.test_schedule import statements
from tests.desk.test_time_off import log_in_as
from tests.ground import within

NEW = "/staff/appointments/new?location=phoenix&offering=micro-needling"
BOTH = "Micro-needling · Face + Platelet-rich plasma"
DESTA = "desta-alemayehu"
TEAM = Actor(ActorKind.USER)


def compose(desk: Desk, hour: int = 13, practitioner: str = TEODORA) -> UUID:
    """Commit micro-needling with plasma for Ann."""
    asked = Asked("micro-needling", "phoenix", desk.at(hour), practitioner, ("prp",))
    with within(desk.clinic.id):
        version, now = tenants.config_version(desk.clinic.id), clock.now()
        row: Appointment = appointing.book(asked, Guest(desk.ann), version, TEAM, now)
        return row.id


def drawn(desk: Desk, visit: UUID) -> tuple[dict[str, list[dict[str, object]]], list[dict[str, object]]]:
    """Return the visit's entries by the name of whose they are, and all shades."""
    feed = desk.browser().get(desk.feed).get_json()
    mine: dict[str, list[dict[str, object]]] = {}
    for one in feed["events"]:
        if one["visit"] == str(visit):
            mine.setdefault(one["whose"], []).append(one)
    return mine, feed["shades"]


def hours(entries: list[dict[str, object]]) -> list[tuple[str, str]]:
    return [(str(one["start"])[11:], str(one["end"])[11:]) for one in entries]


def test_everyone_and_everything_that_takes_part_has_its_own_minutes(desk: Desk) -> None:
    mine, _ = drawn(desk, compose(desk))
    (drawing,) = mine["Desta Alemayehu"] if "Desta Alemayehu" in mine else mine["Marcus Whitehorse"]
    assert hours([drawing]) == [("13:10", "13:15")]
    assert drawing["note"] == f"Blood draw · {BOTH}"
    assert not drawing["lead"]
    assert hours(mine["Centrifuge"]) == [("13:15", "13:30")]
    assert mine["Centrifuge"][0]["note"] == "Plasma is separated"
    assert {one["note"] for one in mine["Teodora Blagoeva"]} == {BOTH}
    whole = {(one["at"], one["until"]) for entries in mine.values() for one in entries}
    assert whole == {(desk.wall(13), desk.wall(14, 50))}


def test_who_treats_several_shows_the_pause_and_another_visit_lies_in_it(desk: Desk) -> None:
    visit = compose(desk)
    mine, shades = drawn(desk, visit)
    assert hours(mine["Teodora Blagoeva"]) == [("13:00", "13:10"), ("13:40", "14:50")]
    (pause,) = [shade for shade in shades if shade["kind"] == "pause"]
    assert hours([pause]) == [("13:10", "13:40")]
    assert pause["name"] == "Numbing cream works · free meanwhile"
    assert desk.book(desk.at(13, 10), with_=TEODORA) != visit


def test_the_room_is_hatched_while_the_cream_works(desk: Desk) -> None:
    mine, _ = drawn(desk, compose(desk))
    (room,) = [one for name in ("Agave", "Mesquite") for one in mine.get(name, [])]
    assert hours([room]) == [("13:00", "15:00")]
    assert [one["name"] for one in room["waits"]] == ["Numbing cream works"]  # type: ignore[attr-defined]  # a list


def test_a_week_draws_the_visit_whole_and_the_table_names_its_add_on(desk: Desk) -> None:
    compose(desk)
    for view in ("day", "week", "agenda"):
        page = desk.browser().get(f"/staff/schedule?location=phoenix&on={desk.day}&view={view}").text
        shown = re.sub(r"data-drawn='[^']*'", "", page)
        assert BOTH in sentences(shown), view
    assert "1:00 PM – 2:50 PM" in sentences(shown).replace("\u202f", " ")


def test_parts_cost_one_statement_however_many_visits_have_some(desk: Desk) -> None:
    browser, counts = desk.browser(), []
    browser.get(desk.feed)
    for hour in (8, 13):
        compose(desk, hour)
        with statements() as seen:
            browser.get(desk.feed)
        counts.append(sum("appointment_segments" in one for one in seen))
    assert counts == [1, 1]


def test_the_panel_says_who_does_what_with_what_and_when_the_practitioner_is_free(desk: Desk) -> None:
    page = sentences(desk.browser().get(f"/staff/appointments/{compose(desk)}").text)
    assert BOTH in page
    assert re.search(r"Takes part (Desta Alemayehu|Marcus Whitehorse) Where", page)
    assert re.search(r"Devices .*Centrifuge", page)
    assert re.search(r"Blood draw Platelet-rich plasma (Desta Alemayehu|Marcus Whitehorse)", page)
    assert "Numbing cream works Teodora Blagoeva is free" in page
    assert "Plasma is separated Platelet-rich plasma Centrifuge" in page


def test_who_only_draws_has_their_minutes_in_their_day(desk: Desk) -> None:
    compose(desk)
    page = sentences(log_in_as(desk, DESTA).get(f"/staff/day?on={desk.day}").text).replace("\u202f", " ")
    assert "1:10 PM – 1:15 PM Ann Okafor Blood draw" in page
    assert f"{BOTH}, 1:00 PM – 2:50 PM , with Teodora Blagoeva" in page
    lead = sentences(log_in_as(desk, TEODORA).get(f"/staff/day?on={desk.day}").text).replace("\u202f", " ")
    assert f"1:00 PM – 2:50 PM Ann Okafor {BOTH}" in lead
    assert "Numbing cream works you are free" in lead
    assert "Desta Alemayehu" in lead


def test_at_the_desk_an_add_on_is_ticked_priced_and_booked(desk: Desk) -> None:
    browser, path = desk.browser(), f"{NEW}&practitioner={TEODORA}&on={desk.day}"
    plain = browser.get(path).text
    assert 'name="add_on" value="prp"' in plain
    assert "$325.00" in plain
    page = browser.get(f"{path}&add_on=prp").text
    assert re.search(r'value="prp" checked', page)
    assert "$605.00" in sentences(page)
    whom = f"{NEW}&practitioner={TEODORA}&add_on=prp&at={desk.wall(13)}"
    assert whom.replace(":", "%3A").split("?")[0] in page
    told = sentences(browser.get(whom).text)
    assert BOTH in told
    assert "$605.00" in told
    answer = browser.post(whom, patient=str(desk.ann))
    assert answer.status_code == 302, sentences(answer.text)
    assert BOTH in sentences(browser.get(answer.headers["Location"]).text)


def test_times_fit_the_add_on_too(desk: Desk) -> None:
    browser, path = desk.browser(), f"{NEW}&practitioner={TEODORA}&on={desk.day}"
    times = [len(re.findall(r'class="time"', browser.get(path + add).text)) for add in ("", "&add_on=prp")]
    assert times[0] > times[1] > 0
    compose(desk, 13)
    late = f"{path}&add_on=prp&at={desk.wall(13)}"
    assert 'role="alert"' in browser.get(late).text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "add_on=prp&add_on=superficial-peel",
            "Platelet-rich plasma and Superficial peel do not go together.",
        ),
        ("add_on=dry-needling", "Dry needling cannot be added to Micro-needling."),
        ("add_on=prp&add_on=prp", "The same add-on cannot be added twice."),
    ],
)
def test_what_does_not_go_together_is_refused_by_name_with_answers_kept(
    desk: Desk, query: str, sentence: str
) -> None:
    for path in (f"{NEW}&on={desk.day}&{query}", f"{NEW}&at={desk.wall(13)}&{query}"):
        answer = desk.browser().get(path)
        assert answer.status_code == 422
        assert sentence in sentences(answer.text)
        for slug in re.findall(r"add_on=([a-z-]+)", query):
            assert slug == "dry-needling" or re.search(rf'value="{slug}" checked', answer.text)
        assert 'class="time"' not in answer.text
    posted = desk.browser().post(f"{NEW}&at={desk.wall(13)}&{query}", patient=str(desk.ann))
    assert posted.status_code == 422


def test_another_treatment_asks_anew_what_to_add(desk: Desk) -> None:
    path = "/staff/appointments/new?location=phoenix&offering=first-consultation&add_ons_of=micro-needling&add_on=prp"
    assert desk.browser().get(path).status_code == 200


def test_a_cancelled_visit_is_booked_again_with_its_add_ons(desk: Desk) -> None:
    visit, browser = compose(desk), desk.browser()
    version = str(desk.read(visit).version)
    browser.post(f"/staff/appointments/{visit}/cancel", version=version)
    assert "add_on=prp" in browser.get(f"/staff/appointments/{visit}").text
    assert desk.read(visit).ends_at - desk.read(visit).starts_at == timedelta(minutes=110)
