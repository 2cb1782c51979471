"""Several versions of a pack side by side: which holds, what may change without a new version, what differs."""

from datetime import date
from pathlib import Path

import pytest

from saas.credentials import attesting, packing, revising
from saas.credentials.attesting import Stance
from saas.credentials.packing import PackInvalid, PackMissing
from saas.credentials.vocabulary import Verdict
from saas.provisioning import superseding
from saas.provisioning.superseding import What
from tests.credentials import people, second_pack

PACK = packing.get()


def test_a_later_version_that_is_installed_holds_for_nobody_who_did_not_say_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with second_pack.installed(monkeypatch, tmp_path, second_pack.text()):
        assert [one.name for one in packing.later(packing.USUAL)] == [second_pack.NAME]
        assert attesting.read([], Stance()).rules.version == 1
        later = attesting.read([], Stance(pack=second_pack.NAME)).rules
        assert (later.version, packing.later(later.name)) == (2, ())
    with pytest.raises(PackMissing):
        packing.get(second_pack.NAME)


@pytest.mark.parametrize(("old", "new", "said"), [
    ("  - rule: US-AZ.dry_needling\n    version: 2", "  - rule: US-AZ.dry_needling\n    version: 1",
     "us-sample@2: US-AZ.dry_needling is not what version 1 of it was; it needs a new version"),
    ("pack: us-sample\nversion: 2", "pack: us-sample\nversion: 1", "the pack us-sample@1 is installed twice"),
    ("who: [PT], may: allow", "who: [PTX], may: allow", "there is no profession 'PTX'"),
])  # fmt: skip
def test_what_cannot_stand_beside_the_others_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str, said: str
) -> None:
    broken = second_pack.text().replace(old, new, 1)
    with second_pack.installed(monkeypatch, tmp_path, broken), pytest.raises(PackInvalid, match=said):
        packing.installed()


def test_a_rule_never_goes_back_to_an_earlier_version() -> None:
    later = packing.read("second.yaml", second_pack.text())
    third = later.model_copy(update={"version": 3, "rules": PACK.rules})
    assert [said for said in revising.faults([PACK, later, third]) if "goes back" in said] == [
        "us-sample@3: US-AZ.dry_needling goes back from version 2 to 1",
        "us-sample@3: US-NY.prp goes back from version 2 to 1",
    ]  # fmt: skip


def test_the_packs_differ_rule_by_rule_and_field_by_field_and_only_what_changed_lapses() -> None:
    later = packing.read("second.yaml", second_pack.text())
    found = {one.rule.rule: one for one in superseding.between(PACK, later)}
    assert {name: one.what for name, one in found.items()} == {
        "US-AZ.dry_needling": What.CHANGED, "US-AZ.microneedling": What.CORRECTED, "US-NY.prp": What.CHANGED,
        second_pack.NEW: What.ADDED, second_pack.ENDED: What.ENDED,
    }  # fmt: skip
    assert [str(one) for one in found["US-AZ.dry_needling"].fields] == [
        "performers[PT].training.hours.total: 24 → 30"
    ]
    assert superseding.between(later, later) == []
    assert superseding.lapsing(people.ATTESTED, PACK, later) == (
        "US-AZ.dry_needling", second_pack.ENDED, "US-NY.prp",
    )  # fmt: skip


def test_null_is_told_from_what_is_not_written() -> None:
    open_, silent = (
        packing.read("t.yaml", second_pack.shipped().replace("to_mm: 0.5, training", f"{said}training", 1))
        for said in ("to_mm: null, ", "")
    )
    [found] = superseding.between(silent, open_)
    assert [str(one) for one in found.fields] == ["performers[EST].to_mm: none → null"]
    assert len(list(revising.faults([silent, open_]))) == 1


def test_decisions_follow_the_version_that_is_relied_on() -> None:
    later = packing.read("second.yaml", second_pack.text())
    learnt = people.training(hours={"total": 24})
    held = (people.licence("PT", "US-AZ"), learnt)
    now = people.judged("dry_needling", people.at("US-AZ", "PT", held=held))
    then = people.judged(
        "dry_needling", people.at("US-AZ", "PT", held=held, pack=later, on=date(2027, 3, 10))
    )
    assert (now.verdict, then.verdict) == (Verdict.ALLOW, Verdict.PROHIBIT)
    assert people.codes(then) == ["training_short"]
