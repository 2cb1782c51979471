"""Credentials of people and the clinic's attestations: read, applied, read back, and faults named in place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from saas.catalogue import offerings
from saas.credentials import attesting, records
from saas.credentials.attesting import Stance, Word
from saas.credentials.circumstances import Attestation, Policy, Restriction, Status
from saas.practice import snapshot
from saas.provisioning import standing
from tests.credentials.people import licence, training
from tests.ground import within
from tests.provisioning import aspen
from tests.provisioning.test_applying import apply
from tests.provisioning.test_price_checks import PRICES, VISIT, files

HELD = """\
credentials:
  - {kind: licence, profession: PT, jurisdiction: US-AZ, number: "LPT-1", issued_on: 2015-06-01,
     expires_on: 2027-08-31, verified: {by: ada, date: 2026-11-02, how: the board's website}}
  - {kind: training, procedure: dry_needling, hours: {total: 54, in_person: 27}, sessions: 3, exam: true}
  - {kind: certificate, code: CPR, status: suspended}
"""
WORD = """\
counts_unverified: false
rules:
  - {rule: US-AZ.dry_needling, version: 1, statements: [filed], attested_by: ada, attested_on: 2026-11-02, note: Seen.}
restrictions:
  - {procedure: dry_needling, profession: DC, decision: review, location: phoenix, note: For now}
  - {procedure: microneedling, depth_limit_mm: 1.00}
"""
PEN = aspen.PHOENIX.replace("serial: 007", "serial: 007, evaluated_depth_mm: 1.50")
DEEP = {name: text + "depth_mm: 0.5\n" for name, text in files(VISIT + PRICES).items() if "offerings" in name}
SENIOR = aspen.ADA + aspen.MAY_CONSULT + "tier: senior\n"
HOLDING = {
    **aspen.GOOD, **files(VISIT + PRICES), **DEEP, "people/ada.yaml": SENIOR + HELD,
    "attestations.yaml": WORD, "locations/phoenix.yaml": PEN,
}  # fmt: skip


def test_what_people_hold_and_the_clinic_says_is_read_as_it_was_applied(committed: UUID) -> None:
    applied = apply(committed, HOLDING)
    with within(committed):
        practice = snapshot.read(applied.version)
        ada = practice.practitioner("ada")
        certificate, licensed, course = sorted(
            records.everybody(applied.version)[ada.id], key=lambda one: str(one.kind)
        )
        assert ada.professions == ("PT",)
        assert licensed == licence("PT", "US-AZ", number="LPT-1", expires_on=date(2027, 8, 31))
        assert course == training(hours={"total": 54, "in_person": 27}, sessions=3, is_verified=False)
        assert (certificate.code, certificate.status) == ("CPR", Status.SUSPENDED)
        attested = Attestation("US-AZ.dry_needling", 1, frozenset({"filed"}))
        restricted = Restriction("review", "dry_needling", "DC", "phoenix", None, "For now")
        shallow = Restriction(procedure="microneedling", to_mm=Decimal(1))
        assert attesting.word(applied.version) == Word((attested,), Policy((shallow, restricted)))
        [pen] = practice.devices
        assert (pen.evaluated_depth_mm, offerings.get("visit", applied.version).depth_mm) == (
            Decimal("1.5"), Decimal("0.5"),
        )  # fmt: skip
    assert apply(committed, HOLDING).changed == []


@pytest.mark.parametrize(("file", "old", "new", "changed"), [
    ("people/ada.yaml", "2027-08-31", "2029-08-31", ["person/ada"]),
    ("people/ada.yaml", "status: suspended", "status: revoked", ["person/ada"]),
    ("people/ada.yaml", "how: the board's website", "how: by phone", ["person/ada"]),
    ("attestations.yaml", "note: Seen.", "note: Seen again.", ["attestations"]),
    ("attestations.yaml", "counts_unverified: false", "counts_unverified: true", ["attestations"]),
    ("locations/phoenix.yaml", "evaluated_depth_mm: 1.50", "evaluated_depth_mm: 2", ["device/phoenix/pen"]),
])  # fmt: skip
def test_an_edit_of_scope_is_one_change(committed: UUID, file, old, new, changed) -> None:
    apply(committed, HOLDING)
    assert apply(committed, {**HOLDING, file: HOLDING[file].replace(old, new, 1)}).changed == changed


def test_each_state_of_a_credential_is_kept(committed: UUID) -> None:
    apply(committed, HOLDING)
    revoked = HOLDING["people/ada.yaml"].replace("2027-08-31,", "2027-08-31, status: revoked,")
    apply(committed, {**HOLDING, "people/ada.yaml": revoked})
    with within(committed):
        table = records.CredentialRow
        row = records.session.current().query(table).filter(table.number == "LPT-1").one()
        first, second = records.list_changes(row.id)
        assert [first.content["status"], second.content["status"]] == ["active", "revoked"]
        assert first.content["verified_by"] == "ada"
    apply(committed, {**HOLDING, "people/ada.yaml": SENIOR})
    with within(committed):
        assert [one.is_archived for one in records.list_changes(row.id)] == [False, False, True]


def test_an_attestation_that_is_gone_is_withdrawn_and_not_deleted(committed: UUID) -> None:
    apply(committed, HOLDING)
    apply(committed, {name: text for name, text in HOLDING.items() if name != "attestations.yaml"})
    with within(committed):
        rows = standing.read().tables.rows[attesting.AttestationRow]
        assert [row.withdrawn_at is None for row in rows] == [False]
        assert attesting.list_attested() == []
        assert attesting.policy_as_put() == Stance(restrictions=[], off_label=[])


@pytest.mark.parametrize(("file", "old", "new", "said"), [
    ("people/ada.yaml", "kind: licence", "kind: license", "unknown value 'license'; expected one of"),
    ("people/ada.yaml", "profession: PT,", "profession: PZ,", "unknown value 'PZ'"),
    ("people/ada.yaml", "profession: PT,", "", "a licence without profession shows nothing; expected 'profession'"),
    ("people/ada.yaml", "jurisdiction: US-AZ,", "jurisdiction: US-ZZ,", "'US-ZZ' is not a jurisdiction"),
    ("people/ada.yaml", "expires_on: 2027-08-31", "expires_on: 2014-08-31", "2014-08-31 is before issued_on"),
    ("people/ada.yaml", "code: CPR,", "code: CPR, issued_on: 2026-05-01, expires_on: 2025-05-01,",
     "credentials[2].expires_on: 2025-05-01 is before issued_on"),
    ("people/ada.yaml", "total: 54", "total: -1", "-1 is below zero; expected 0 or more"),
    ("people/ada.yaml", "total: 54", "total: many", "'many' is not a whole number"),
    ("people/ada.yaml", "total: 54", "evening: 54", "unknown key 'evening'"),
    ("people/ada.yaml", "by: ada", "by: adda", "there is no person 'adda'; did you mean 'ada'?"),
    ("people/ada.yaml", "kind: certificate, code: CPR", "kind: certificate", "a certificate of nothing"),
    ("people/ada.yaml", "procedure: dry_needling,", "procedure: dry,", "unknown value 'dry'"),
    ("people/ada.yaml", "  - {kind: certificate",
     "  - {kind: training, procedure: dry_needling}\n  - {kind: certificate", "dry_needling' is listed twice"),
    ("attestations.yaml", "US-AZ.dry_needling", "US-AZ.dry_kneading", "did you mean 'US-AZ.dry_needling'?"),
    ("attestations.yaml", "version: 1", "version: 2", "US-AZ.dry_needling has no version 2; expected 1 or an earlier"),
    ("attestations.yaml", "rules:\n", "pack: us-sample@2\nrules:\n",
     "pack: the pack 'us-sample@2' is not installed here; expected one of 'us-sample@1'"),
    ("attestations.yaml", "restrictions:",
     "off_label: [{model: M3, use: neck, attested_by: ada, attested_on: 2026-11-02}]\nrestrictions:",
     "there is no device of the model 'M3'"),
    ("locations/phoenix.yaml", "serial: 007", "serial: 007, label_sites: [face]", "a label is that of a model"),
    ("locations/phoenix.yaml", "serial: 007", "serial: 007, model: M2, label_sites: [faces]",
     "unknown value 'faces'; expected one of"),
    ("offerings/visit.yaml", "depth_mm: 0.5",
     "off_label: [{use: neck, clause: {en: I know}}, {use: neck, clause: {en: I}}]",
     "'neck' is listed twice"),
    ("offerings/visit.yaml", "depth_mm: 0.5", "texts: {uses: [{text: {en: Scars}}]}\noff_label: [{use: neck,"
     " clause: {en: I know}}]", "patients would read of no off-label use"),
    ("attestations.yaml", "[filed]", "[files]", "has no statement 'files'"),
    ("attestations.yaml", "attested_by: ada", "attested_by: bob", "there is no person 'bob'; expected one of 'ada'"),
    ("attestations.yaml", "location: phoenix", "location: tucson", "there is no location 'tucson'"),
    ("attestations.yaml", "decision: review", "decision: allow", "a restriction allows nothing"),
    ("attestations.yaml", "depth_limit_mm: 1.00", "depth_limit_mm: deep", "'deep' is not a depth"),
    ("attestations.yaml", "restrictions:", "  - {rule: US-AZ.dry_needling, version: 1, attested_by: ada,"
     " attested_on: 2026-11-02}\nrestrictions:", "'US-AZ.dry_needling' is attested twice"),
    ("locations/phoenix.yaml", "evaluated_depth_mm: 1.50", "evaluated_depth_mm: 11", "'11' is not a depth"),
])  # fmt: skip
def test_a_fault_of_scope_is_said_in_its_place(file: str, old: str, new: str, said: str) -> None:
    assert old in HOLDING[file]
    found = aspen.problems({**HOLDING, file: HOLDING[file].replace(old, new, 1)})
    assert any(one.startswith(f"{file}:") and said in one for one in found), found


def test_attesting_the_same_again_is_nothing_new(committed: UUID) -> None:
    one = attesting.Attested("US-NY.dry_needling", 1, (), "ada", date(2026, 11, 2))
    with within(committed):
        assert attesting.put([one])
        assert not attesting.put([one])
        assert attesting.put([replace(one, note="Looked again")])
