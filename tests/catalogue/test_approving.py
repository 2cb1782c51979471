"""Who approves a public text, what of it is kept, and what patients read while a newer one waits."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from saas.catalogue import approving, contents, impact, offerings, texts
from saas.catalogue.approving import ApproverRefused, TextChanged
from saas.catalogue.contents import Offering
from saas.catalogue.models import TextApproval
from saas.db import session
from saas.identity import users
from saas.identity.roles import Role
from saas.journal import reading
from saas.journal.kinds import EventKind
from saas.kernel.actors import SYSTEM, Actor, ActorKind
from saas.kernel.errors import NotFound
from tests.booking.clinic import content

WORKS = {"how_it_works": {"en": "Needles.", "es": "Agujas."}}


def say(**public: Any) -> Offering:
    """Let the offering say this to the public."""
    said = content(texts=public)
    one, _ = offerings.put("visit", said)
    return contents.read(one, one, "visit", said)


@pytest.fixture
def visit(tenant: UUID) -> Offering:
    return say(**WORKS)


@pytest.fixture
def director(tenant: UUID) -> Actor:
    return someone(Role.MEDICAL_DIRECTOR)


def someone(role: Role) -> Actor:
    users.put(f"{role}@clinic.example", "Dr. Ines Okafor", {role}, SYSTEM)
    found = users.find(f"{role}@clinic.example")
    assert found is not None
    return Actor(ActorKind.USER, found.id, found.name, found.email, frozenset({role}))


def approve(offering: Offering, who: Actor, language: str = "en") -> TextApproval:
    return approving.approve(offering.slug, language, offering.texts.said_in(language).digest, who)


def read_of(offering: Offering, language: str = "en") -> str | None:
    said = approving.shown([offering], language).get(offering.id)
    return said.how_it_works if said else None


def test_nothing_is_read_until_a_person_approved_it(visit: Offering, director: Actor) -> None:
    assert read_of(visit) is None
    assert approving.waiting([visit]) == {visit.id}
    made = approve(visit, director)
    assert (made.approver_id, made.approver_name) == (director.id, "Dr. Ines Okafor")
    assert read_of(visit) == "Needles."
    assert approving.waiting([visit]) == {visit.id}  # its Spanish
    approve(visit, director, "es")
    assert (read_of(visit, "es"), read_of(visit, "fr")) == ("Agujas.", "Needles.")
    assert approving.waiting([visit]) == set()


def test_a_language_that_is_not_approved_reads_the_one_that_is(visit: Offering, director: Actor) -> None:
    approve(visit, director)
    assert read_of(visit, "es") == "Needles."


def test_an_edit_is_a_draft_and_patients_go_on_reading_what_was_approved(
    visit: Offering, director: Actor
) -> None:
    approve(visit, director), approve(visit, director, "es")
    edited = say(how_it_works={"en": "Fine needles.", "es": "Agujas."})
    stands = approving.standings(edited, approving.newest([edited.id])[edited.id])
    assert [(one.language, one.is_approved) for one in stands] == [("en", False), ("es", True)]
    assert read_of(edited) == "Needles."
    approve(edited, director)
    assert read_of(edited) == "Fine needles."


def test_going_back_to_an_older_text_needs_an_approval_of_its_own(visit: Offering, director: Actor) -> None:
    approve(visit, director)
    approve(say(how_it_works={"en": "Fine needles."}), director)
    back = say(**WORKS)
    assert back.id in approving.waiting([back])
    assert read_of(back) == "Fine needles."


def test_what_is_taken_out_altogether_is_not_read_any_more(visit: Offering, director: Actor) -> None:
    approve(visit, director)
    assert read_of(say()) is None
    assert read_of(say(how_it_works={"es": "Agujas."})) is None


def test_an_approval_of_what_nobody_saw_is_refused(visit: Offering, director: Actor) -> None:
    say(how_it_works={"en": "Something else."})
    with pytest.raises(TextChanged):
        approve(visit, director)
    with pytest.raises(TextChanged):
        approving.approve("visit", "fr", visit.texts.said_in("fr").digest, director)
    with pytest.raises(NotFound):
        approving.approve("nothing-like-it", "en", "", director)
    assert approving.newest([visit.id]) == {}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PRACTITIONER, Role.FRONT_DESK])
def test_roles_without_it_approve_nothing(visit: Offering, role: Role) -> None:
    with pytest.raises(ApproverRefused):
        approve(visit, someone(role))


@pytest.mark.parametrize("kind", [ActorKind.TOKEN, ActorKind.SYSTEM])
def test_neither_a_program_nor_the_system_approves(visit: Offering, director: Actor, kind: ActorKind) -> None:
    with pytest.raises(ApproverRefused):
        approve(visit, Actor(kind, director.id, "program", roles=frozenset({Role.OWNER})))


def test_a_change_says_before_it_is_made_that_a_text_becomes_a_draft(
    visit: Offering, director: Actor
) -> None:
    approve(visit, director)
    edited = replace(visit, texts=texts.read({"how_it_works": {"en": "Fine needles.", "es": "Agujas."}}))
    [told] = impact.of_texts({visit.id: visit}, {visit.id: edited})
    assert (told.reason.code, told.subjects, told.is_unsafe) == ("text_draft", (visit.id,), False)
    assert list(impact.of_texts({visit.id: visit}, {visit.id: visit})) == []


def test_an_approval_is_told_once_and_kept(visit: Offering, director: Actor) -> None:
    made = approve(visit, director)
    assert approve(visit, director) is made
    [told] = reading.told_of(visit.id, EventKind.TEXT_APPROVED)
    assert (told.actor_id, told.data["language"]) == (director.id, "en")
    assert session.current().scalar(select(func.count()).select_from(TextApproval)) == 1
