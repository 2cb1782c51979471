"""What stands before an act besides who performs it: an examination, a consent. They refuse no booking."""

from collections.abc import Iterator
from dataclasses import dataclass

from saas.credentials.circumstances import Act
from saas.credentials.pack_schema import Rule


@dataclass(frozen=True)
class Duty:
    """An examination (`prior_exam`) or a consent (`consent`) that the rule asks for.

    `by` are the professions that may examine; `months` is how long it holds by the clinic's policy or the
    law (`basis`), None where that is not established; `telehealth` likewise.
    """

    kind: str
    by: tuple[str, ...] = ()
    telehealth: bool | None = None
    months: int | None = None
    basis: str = ""
    written: bool = False
    frequency: str = ""
    copy_to_patient: bool = False
    must_include: tuple[str, ...] = ()


def of(rule: Rule, act: Act) -> tuple[Duty, ...]:
    """Return what *rule* asks for before *act*."""
    return tuple(_found(rule, act))


def _found(rule: Rule, act: Act) -> Iterator[Duty]:
    exam, consent = rule.prior_exam, rule.consent
    shallow = exam and exam.over_mm is not None and act.depth_mm is not None and act.depth_mm <= exam.over_mm
    if exam and exam.required and not shallow:
        by = tuple(str(one) for one in exam.by)
        yield Duty("prior_exam", by, exam.telehealth, exam.months, exam.basis)
    if consent:
        yield Duty("consent", written=consent.written, frequency=consent.frequency,
                   copy_to_patient=consent.copy_to_patient, must_include=consent.must_include)  # fmt: skip
