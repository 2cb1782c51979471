"""The shipped pack, and what a pack may not say."""

import re
from datetime import date
from urllib.parse import urlsplit

import pytest

from saas.credentials import packing
from saas.credentials.packing import PackInvalid
from saas.credentials.vocabulary import ACTS, PROFESSIONS, STEPS, Confidence, Procedure, Verdict
from saas.practice.professions import Profession

PACK = packing.get()
# Whence the sample was collected. A page of another host is looked at by a person before it is added here.
HOSTS = {
    "aestheticadvisoryboard.com", "americanmedspa.org", "app.legiplex.com", "btrprp.com",
    "california.public.law", "capitol.hawaii.gov", "casetext.com", "cohenhealthcarelaw.com", "dsd.maryland.gov",
    "fastdemocracy.com", "getpocketlaw.com", "govt.westlaw.com", "iapam.com", "ilga.gov", "integrative-archives.com",
    "law.lawstack.com", "lawfilesext.leg.wa.gov", "lawserver.com", "leg.colorado.gov", "legalclarity.org", "lexace.ai",
    "medspastandards.com", "my.ilga.gov", "myopainseminars.com", "njconsumeraffairs.gov", "njlaw.rutgers.edu",
    "proofopsmedical.com", "pt-management.com", "ptboard.az.gov", "ptboard.nv.gov", "register.dls.virginia.gov",
    "regulations.justia.com", "rule800.com", "self-law.org", "therapycomply.com", "tmlt.org", "unconstipatedkids.com",
    "vpta.org", "www.1818advocacy.com", "www.ascpskincare.com", "www.dsd.state.md.us", "www.evergreenbeauty.edu",
    "www.fda.gov", "www.ilga.gov", "www.laptboard.org", "www.law.cornell.edu", "www.masterdryneedling.com",
    "www.mbhealthlaw.com", "www.medicaldirectorco.com", "www.myopainseminars.com", "www.nvcosmo.com",
    "www.nwaestheticiansguild.com", "www.pphc.co", "www.skininc.com", "www.tdlr.texas.gov", "www.thieme-connect.com",
}  # fmt: skip
GOOD = """\
pack: tiny
version: 1
country: US
notice: A pack for a test; it is not the law.
jurisdictions: {US: the United States, US-AZ: Arizona}
rules:
  - rule: US-AZ.dry_needling
    version: 1
    jurisdiction: US-AZ
    procedure: dry_needling
    effective_to: 2026-12-31
    performers:
      - {who: [PT], may: allow, training: {hours: {total: 24}}, supervision: {mode: general, by: [MD]}}
    confidence: secondary
    recheck_by: 2027-05-31
"""
SECOND = """\
  - rule: US-AZ.needling_again
    version: 1
    jurisdiction: US-AZ
    procedure: dry_needling
    effective_from: 2026-12-31
    performers: [{who: [MD], may: allow}]
    confidence: memory
    recheck_by: 2027-05-31
"""


def test_the_pack_has_the_rules_and_claims_nothing_it_has_not_read() -> None:
    assert len(PACK.rules) == 43
    assert "not the law" in PACK.notice
    assert not [rule.rule for rule in PACK.rules if rule.confidence is Confidence.PRIMARY]


def test_every_source_is_a_section_or_a_page_of_a_known_host() -> None:
    for founded in (*PACK.rules, *PACK.devices):
        for source in founded.sources:
            assert not source.url or urlsplit(source.url).hostname in HOSTS, source.url
            assert source.url or re.search(r"\d", source.section), source.section


def test_every_rule_is_rechecked_and_its_name_tells_what_it_is_about() -> None:
    for rule in PACK.rules:
        assert rule.rule == f"{rule.jurisdiction}.{rule.procedure}"
        assert date(2026, 11, 20) < rule.recheck_by < date(2028, 1, 1)


def test_all_words_have_names() -> None:
    assert set(PROFESSIONS) == set(Profession)
    assert set(ACTS) == (set(Procedure) - {"prp"}) | set(STEPS)


def test_a_good_pack_is_read() -> None:
    [rule] = packing.read("tiny.yaml", GOOD).rules
    assert rule.performers[0].may is Verdict.ALLOW


@pytest.mark.parametrize(("found", "instead", "said"), [
    ("who: [PT]", "who: [PTX]", "tiny.yaml:13:16 rules[0].performers[0].who[0]: there is no profession 'PTX'"),
    ("procedure: dry_needling", "procedure: dry_kneading", "there is no procedure 'dry_kneading'; expected one of"),
    ("mode: general", "mode: remote", "there is no mode of supervision 'remote'"),
    ("may: allow", "may: perhaps", "there is no decision 'perhaps'"),
    ("confidence: secondary", "confidence: sure", "there is no confidence 'sure'"),
    ("confidence: secondary", "confidence: primary", "confidence is primary, but no source is named"),
    ("total: 24", "total: -1", "tiny.yaml:13:59 rules[0].performers[0].training.hours.total: -1 is below zero"),
    ("total: 24", "evening: 24", "no code evaluates the key 'evening'; say it under attest instead"),
    ("effective_to: 2026-12-31", "effective_from: 2027-01-01\n    effective_to: 2026-12-31",
     "is before effective_from"),
    ("version: 1\n    juris", "version: 0\n    juris", "greater than or equal to 1"),
    ("recheck_by: 2027-05-31\n", "recheck_by: 2027-05-31\n" + SECOND,
     "US-AZ.needling_again and US-AZ.dry_needling are both in force from 2026-12-31 to 2026-12-31"),
    ("    confidence", "      - {who: [PT], may: review}\n    confidence", "PT has two entries for the same depth"),
    ("US-AZ: Arizona", "US-AK: Alaska", "the jurisdiction US-AZ has no name"),
    ("version: 1\ncountry", "version: 1\nversion: 2\ncountry", "the key 'version' is written twice"),
    ("rules:", "rules: [", "is not valid YAML"),
    ("    performers:\n", "    steps: {}\n    performances:\n", "no code evaluates the key 'performances'"),
    ("    confidence: secondary", "    sources: [{}]\n    confidence: secondary", "a source names a section or a url"),
])  # fmt: skip
def test_a_pack_with_a_fault_names_it_and_its_place(found: str, instead: str, said: str) -> None:
    assert found in GOOD
    with pytest.raises(PackInvalid) as refused:
        packing.read("tiny.yaml", GOOD.replace(found, instead, 1))
    assert said in str(refused.value)
