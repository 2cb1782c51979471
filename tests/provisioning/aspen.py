"""A small configuration without a fault, and what is said once it has some."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from saas.provisioning import reading
from saas.provisioning.problems import ConfigurationInvalid

CLINIC = """\
slug: aspen
name: Aspen
tagline: {en: Needles and patience}
languages: [en, "no"]
accent: "#1f6f78"
phone: +1 602 555 0123
email: desk@aspen.example
legal_entities:
  - {slug: aspen-llc, name: Aspen LLC, currency: USD}
disclaimer: {en: No medical advice}
"""

PHOENIX = """\
slug: phoenix
name: Aspen Phoenix
legal_entity: aspen-llc
address: {street: 1 Nowhere Road, city: Phoenix, region: AZ, postal_code: 00701, country: US}
time_zone: America/Phoenix
jurisdiction: US-AZ
phone: +1 602 555 0124
opening_hours:
  monday: [{opens: 9:00, closes: "12:00"}, {opens: "12:00", closes: "17:30"}]
  tuesday:
    - opens: 9:00
      closes: 17:30
rooms:
  - {slug: one, name: NO, kind: physiotherapy}
devices:
  - {slug: pen, name: Pen, kind: microneedling_pen, serial: 007}
"""

YORK = """\
slug: york
name: Aspen York
legal_entity: aspen-llc
address: {street: 2 Nowhere Road, city: New York, region: NY, postal_code: 10001, country: US}
time_zone: America/New_York
jurisdiction: US-NY
phone: +1 212 555 0124
opening_hours:
  monday: [{opens: 8:00, closes: 20:00}]
  tuesday: [{opens: 8:00, closes: 20:00}]
"""

ADA = """\
slug: ada
given_name: Ada
family_name: Quill
titles: PT, DPT
professions: [PT]
email: ada@aspen.example
roles: [owner, practitioner]
is_practitioner: yes
hours:
  - {location: phoenix, weekdays: [monday, tuesday], starts: 9:30, ends: "17:30"}
"""

MAY_CONSULT = "may_perform: [{procedure: consultation}]\n"

CLEO = """\
slug: cleo
given_name: Cleo
family_name: Vance
professions: [RN]
email: cleo@aspen.example
roles: [practitioner]
is_practitioner: yes
may_perform: [{procedure: consultation}, {procedure: prp_draw}]
hours:
  - {location: york, weekdays: [monday], starts: 9:00, ends: "17:00"}
"""

# What every visit has to say, but where it is and what it consists of.
VISIT = """\
slug: visit
name: {en: Visit}
summary: {en: A visit}
category: consultation
procedures: [consultation]
"""

GOOD = {
    "clinic.yaml": CLINIC,
    "locations/phoenix.yaml": PHOENIX,
    "locations/york.yaml": YORK,
    "people/ada.yaml": ADA,
}


def problems(changes: Mapping[str, str | bytes | None]) -> list[str]:
    """Read the good configuration with files exchanged (None: left out) and return what is said."""
    texts = {name: text for name, text in {**GOOD, **changes}.items() if text is not None}
    contents = {name: text.encode() if isinstance(text, str) else text for name, text in texts.items()}
    with pytest.raises(ConfigurationInvalid) as caught:
        reading.read_files(contents)
    return [str(problem) for problem in caught.value.problems]


def edited(name: str, old: str, new: str) -> list[str]:
    """Return what is said when one text of a good file is exchanged."""
    assert old in GOOD[name]
    return problems({name: GOOD[name].replace(old, new, 1)})


def write(folder: Path, files: Mapping[str, str] = GOOD) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def folder_problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigurationInvalid) as caught:
        reading.read_folder(folder)
    return [str(problem) for problem in caught.value.problems]
