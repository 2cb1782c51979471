"""Performers and circumstances to judge, as a clinic would have them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from saas.credentials import packing, rules
from saas.credentials.circumstances import (
    Act,
    Attestation,
    Circumstances,
    Credential,
    Kind,
    Performer,
    Supervisor,
)
from saas.credentials.rules import Decision
from saas.credentials.vocabulary import ACTS

DAY = date(2027, 3, 10)
PACK = packing.get()


def licence(profession: str, place: str, /, **more: object) -> Credential:
    """Return a verified licence since 2015, without an end."""
    return replace(
        Credential(Kind.LICENCE, profession, place, issued_on=date(2015, 6, 1), is_verified=True), **more
    )


def training(procedure: str = "dry_needling", **more: object) -> Credential:
    """Return a verified training of many hours, with an examination."""
    hours = dict.fromkeys(("total", "in_person", "didactic", "practical", "prerequisite"), 400)
    return replace(
        Credential(Kind.TRAINING, procedure=procedure, hours=hours, sessions=300, exam=True, is_verified=True), **more
    )  # fmt: skip


def registration(place: str, procedure: str = "dry_needling", **more: object) -> Credential:
    """Return a verified registration with the board."""
    return replace(
        Credential(Kind.REGISTRATION, jurisdiction=place, procedure=procedure, is_verified=True), **more
    )


CPR = Credential(Kind.CERTIFICATE, code="CPR", is_verified=True)


def well_qualified(profession: str, place: str) -> tuple[Credential, ...]:
    """Return all that any rule could ask of *profession* at *place*."""
    learnt = (training(procedure) for procedure in ("dry_needling", "microneedling"))
    return (licence(profession, place), *learnt, registration(place), CPR)


def everything_attested() -> tuple[Attestation, ...]:
    """Return the clinic's word on every rule of the pack with every statement."""
    found = []
    for rule in PACK.rules:
        entries = [entry for listed in (rule.performers, *rule.steps.values()) for entry in listed]
        auto = {f"{kind}-{who.lower()}" for entry in entries for who in entry.who
                for kind in ("supervision", "depth", "hours")}  # fmt: skip
        statements = auto | {one.id for one in rule.attest}
        found.append(Attestation(rule.rule, rule.version, frozenset(statements)))
    return tuple(found)


ATTESTED = everything_attested()


def at(
    place: str, *professions: str, on: date = DAY, held: tuple[Credential, ...] | None = None, **more: object
) -> Circumstances:
    """Return circumstances in which all is well: licensed, trained, registered, supervised, all attested."""
    credentials = (
        held if held is not None else tuple(c for one in professions for c in well_qualified(one, place))
    )
    performer = Performer("Ana", professions, credentials)
    above = (supervisor("MD", place),)
    return replace(Circumstances(place, on, performer, PACK, ATTESTED, supervisors=above), **more)


def supervisor(profession: str, place: str, **more: object) -> Supervisor:
    """Return somebody who is named for every act, with a protocol, and licensed as *profession*."""
    performer = Performer("Bo", (profession,), (licence(profession, place),))
    named = Supervisor(uuid5(UUID(int=0), profession), performer, tuple(ACTS), protocol="Order 7")
    return replace(named, **more)


def judged(act: str, circumstances: Circumstances, depth: str | None = None) -> Decision:
    """Return the decision about *act*, at *depth* millimetres."""
    return rules.decide(Act(act, Decimal(depth) if depth else None), circumstances)


def codes(decision: Decision) -> list[str]:
    """Return the codes of the decision's reasons."""
    return [reason.code for reason in decision.reasons]
