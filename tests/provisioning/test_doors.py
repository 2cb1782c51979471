"""Every way by which a visit can come to be, go to somebody else or become certain refuses who may not perform it.

What can be called at all (pages, the API, commands, jobs) stands in one of two lists: a door, which is tried
with a practitioner whose right was just taken away, or something that gives no visit to anybody. Whoever adds
one has to say which, and a door has to refuse.
"""

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import click
import pytest

from saas.cli import commands
from saas.credentials import privileges
from saas.identity.roles import Role
from saas.jobs import queue
from saas.kernel.actors import SYSTEM
from saas.practice import snapshot
from saas.provisioning import applying
from saas.scheduling.states import State
from saas.tenancy import tenants
from tests.api.kit import Program, program
from tests.booking.patients import Visitor
from tests.desk.desk import KWABENA, Desk
from tests.ground import within
from tests.journeys import kit

HTTP_CHANGES = {"POST", "PATCH", "PUT", "DELETE"}
NEW = "/staff/appointments/new?location=phoenix&offering=first-consultation"
ANN = {"given_name": "Ann", "family_name": "Lee", "phone": "602 555 0177", "email": "ann.lee@mail.example"}


@dataclass
class Tried:
    """A clinic where Kwabena has Ann's visit at ten, and may at any moment no longer perform consultations."""

    desk: Desk

    def forbid(self) -> None:
        with within(self.desk.clinic.id):
            privileges.put(self.person, [])
            tenants.raise_config_version(self.desk.clinic.id)

    @property
    def person(self) -> UUID:
        version = tenants.config_version(self.desk.clinic.id)
        return snapshot.read(version).practitioner(KWABENA).id

    def slot(self, caller: Program) -> dict[str, object]:
        return next(one for one in caller.slots(days=30) if one["practitioner"] == KWABENA)

    def choice(self) -> str:
        """Return one of Kwabena's times as a patient's page names it."""
        slot = self.slot(program(self.desk.clinic))
        return f"{KWABENA} {slot['starts_at']}"


def api_hold(tried: Tried) -> int:
    caller = program(tried.desk.clinic)
    slot = tried.slot(caller)
    tried.forbid()
    return caller.hold(slot).status_code


def api_confirm(tried: Tried) -> int:
    caller = program(tried.desk.clinic)
    held = caller.hold(tried.slot(caller)).json["id"]  # type: ignore[index]
    caller.patch(f"/holds/{held}", patient=ANN, terms=True)
    tried.forbid()
    return caller.post(f"/holds/{held}/confirm").status_code


def api_move(tried: Tried) -> int:
    caller, row = program(tried.desk.clinic), tried.desk.read()
    to = (row.starts_at + timedelta(hours=4)).isoformat()
    tried.forbid()
    return caller.post(
        f"/appointments/{row.id}/reschedule", starts_at=to, practitioner=KWABENA, version=row.version
    ).status_code


def page_hold(tried: Tried) -> int:
    visitor, slot = Visitor(tried.desk.clinic), tried.choice()
    tried.forbid()
    wish = {"offering": "first-consultation", "location": "phoenix", "slot": slot}
    return visitor.post("/book/holds", None, **wish).status_code


def page_finish(tried: Tried) -> int:
    visitor = Visitor(tried.desk.clinic)
    page = visitor.look(f"/book/first-consultation?location=phoenix&practitioner={KWABENA}")
    held = visitor.press(page.slots()[0])
    tried.forbid()
    return visitor.tell(held).status


def desk_new(tried: Tried) -> int:
    browser, path = tried.desk.browser(), f"{NEW}&practitioner={KWABENA}&at={tried.desk.wall(14)}"
    tried.forbid()
    return browser.post(path, None, new="1", **ANN).status_code


def desk_move(tried: Tried) -> int:
    browser = tried.desk.browser()
    tried.forbid()
    return tried.desk.send(browser, tried.desk.wall(14), KWABENA).status_code


def board_move(tried: Tried) -> int:
    browser, row = tried.desk.browser(Role.OWNER), tried.desk.read()
    tried.forbid()
    path, sent = (
        f"/staff/practice/expiries/move/{row.id}",
        {"practitioner": KWABENA, "version": str(row.version)},
    )
    return browser.post(path, None, **sent).status_code


def api_check_in(tried: Tried) -> int:
    caller, row = program(tried.desk.clinic), tried.desk.read()
    tried.forbid()
    with tried.desk.moment(9, 45):
        return caller.post(f"/appointments/{row.id}/check-in").status_code


def desk_check_in(tried: Tried) -> int:
    tried.forbid()
    with tried.desk.moment(9, 45):
        return tried.desk.browser().post(f"/staff/appointments/{tried.desk.visit}/check-in").status_code


DOORS: Mapping[str, Callable[[Tried], int]] = {
    "api.make_hold": api_hold, "api.confirm_hold": api_confirm, "api.move_visit": api_move,
    "booking.hold_time": page_hold, "booking.finish": page_finish, "desk.submit_new": desk_new,
    "api.check_in_visit": api_check_in, "desk.check_in": desk_check_in,
    "desk.submit_move": desk_move, "provisioning.move_to_colleague": board_move,
}  # fmt: skip
# Doors that are the same verb behind another page, tried elsewhere: which test.
ELSEWHERE = {
    "booking.choose_again": "booking.hold_time: it holds anew", "manage.move": "api.move_visit: the same verb",
    "booking.go_to_payment": "tests/booking/test_eligibility.py", "api.check_out": "tests/booking/test_eligibility.py",
    "booking.conclude": "tests/booking/test_eligibility.py", "payments.take_in": "booking.conclude hears it",
    "api.release_request": "tests/booking/test_on_request.py", "desk.release": "tests/booking/test_on_request.py",
    "api.complete_hold": "it names the patient of a hold; api.confirm_hold makes it certain",
}  # fmt: skip
NO_DOOR = {
    "api": {"add_patient", "call_off_visit", "end_clearance", "give_back", "record_clearance", "refuse_request",
            "release_hold", "undo_check_in"},
    "desk": {
        "agree", "bill", "cancel_time_off", "end", "submit_block", "submit_came", "submit_cancel",
        "record", "end_clearance", "submit_miss", "submit_refund", "submit_take", "submit_tax", "submit_time_off",
        "refuse", "undo_check_in",
    },
    "identity": {
        "change_password", "log_out", "revoke_other_sessions", "revoke_session", "submit_log_in",
    },
    "manage": {"call_off"}, "payments": {"hear"},
    "provisioning": {
        "add_evidence", "apply_plan", "approve_text", "attest_rule", "edit_alone", "edit_document", "first_run",
        "new_document", "public_preview", "review_offering", "roll_back", "save_offering", "show_plan", "upload",
    },
}  # fmt: skip
NO_JOBS = {
    "api": {"forget_answers", "forget_all_answers"}, "web": {"sweep_limits"}, "tenancy": {"seal_journals"},
    "booking": {"lapse_holds", "forget_visitors", "lapse_all_holds", "forget_all_visitors", "stop_payment"},
    "credentials": {"remind", "remind_all"}, "demo": {"write_books"}, "jobs": {"retry_stalled"}, "journal": {"seal"},
    "messaging": {"send", "announce_confirmed", "announce_moved", "announce_cancelled", "announce_refunded",
                  "announce_requested", "announce_refused", "announce_lapsed", "announce_ending", "ask_deciders",
                  "send_notice"},
    "payments": {
        "resume", "watch", "end_page", "send_refund", "resume_refund", "reconcile", "reconcile_all",
    },
}  # fmt: skip
# `seed` and `demo` write synthetic visits by the same eligibility, `config` writes what is offered and by whom.
COMMANDS = {
    "config", "db", "demo", "explain", "journal", "ledger", "payments", "sandbox", "seed", "serve", "tenant",
    "token", "worker",
}  # fmt: skip

# What is to come, and the gate that it has to pass: whoever adds one makes it a door or calls this, and takes it out.
ABSENT = {
    "saas.charting": "clearing.require before anything is charted as done; deciding.on with the depth that it was",
    "saas.booking.series": "hold.hold for each visit", "saas.booking.waitlist": "hold.hold for what is offered",
}  # fmt: skip


def listed(lists: Mapping[str, set[str]]) -> set[str]:
    return {f"{room}.{name}" for room, names in lists.items() for name in names}


def changing() -> Iterator[str]:
    """Yield every endpoint that changes something."""
    for rule in kit.application().url_map.iter_rules():
        if (
            rule.methods
            and rule.methods & HTTP_CHANGES
            and not rule.endpoint.startswith(("demo.", "sandbox."))
        ):
            yield rule.endpoint


def test_whatever_changes_something_is_a_door_or_known_to_be_none() -> None:
    assert set(changing()) - DOORS.keys() - ELSEWHERE.keys() - listed(NO_DOOR) == set()


def test_every_job_and_command_is_a_door_or_known_to_be_none() -> None:
    jobs = {
        name for name in queue.registered() if not name.startswith(("builtin:", "procrastinate.", "tests."))
    }
    assert jobs - ELSEWHERE.keys() - listed(NO_JOBS) == set()
    assert isinstance(commands, click.Group)
    assert set(commands.commands) - COMMANDS == set()


def test_what_is_to_come_is_absent_or_passes_its_gate() -> None:
    assert [name for name in ABSENT if importlib.util.find_spec(name) is not None] == []


@pytest.mark.parametrize("name", DOORS)
def test_a_door_refuses_who_may_not_perform(booked: Desk, name: str) -> None:
    tried, before = Tried(booked), booked.read().starts_at
    try:
        status = DOORS[name](tried)
    finally:
        with within(booked.clinic.id):
            applying.apply(booked.clinic.configuration, SYSTEM)
    assert status in (409, 422)
    assert booked.read().starts_at == before
    assert (booked.read().state, booked.read().checked_in_at) == (State.CONFIRMED, None)
