"""The words that rules of scope are written in: acts, procedures, decisions, supervision, and their names.

A procedure is what a rule is about; an act is what somebody does in a visit. PRP is three acts, each with
its own people: drawing, processing and administering.
"""

from enum import StrEnum

from saas.kernel.text import N_


class Verdict(StrEnum):
    """What may be: the strictest of several counts, prohibit before review before allow."""

    ALLOW = "allow"
    REVIEW = "review"
    PROHIBIT = "prohibit"

    @property
    def strictness(self) -> int:
        """How strict the verdict is; more is stricter."""
        return list(Verdict).index(self)


class Procedure(StrEnum):
    """What a rule is about."""

    DRY_NEEDLING = "dry_needling"
    MICRONEEDLING = "microneedling"
    PRP = "prp"
    CHEMICAL_PEEL_SUPERFICIAL = "chemical_peel_superficial"
    CHEMICAL_PEEL_MEDIUM = "chemical_peel_medium"
    CHEMICAL_PEEL_DEEP = "chemical_peel_deep"


class Mode(StrEnum):
    """How near a supervisor has to be, from nowhere to beside the patient; delegation is by order."""

    NONE = "none"
    AVAILABLE = "available"
    GENERAL = "general"
    ON_SITE = "on_site"
    DIRECT = "direct"
    DELEGATION = "delegation"


class Confidence(StrEnum):
    """How well a rule is founded: text of the law read, a second hand, one weak page, or nobody's word."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    WEAK = "weak"
    MEMORY = "memory"


# Modes that only the schedule can prove, by the supervisor's own time; an attestation does not.
BY_PRESENCE = frozenset({Mode.ON_SITE, Mode.DIRECT})
# How near a supervisor has to be. Who is available works somewhere at the time; the first three need not.
_NEARNESS = (
    Mode.NONE, Mode.DELEGATION, Mode.GENERAL, Mode.AVAILABLE, Mode.ON_SITE, Mode.DIRECT
)  # fmt: skip
STEPS = {"prp_draw": Procedure.PRP, "prp_process": Procedure.PRP, "prp_administer": Procedure.PRP}
# Modes in which it depends on the hour whether the supervisor is near enough.
BY_THE_HOUR = BY_PRESENCE | {Mode.AVAILABLE}
# Talking with a patient needs no rule.
UNREGULATED = frozenset({"consultation", "discovery_call", "follow_up"})

# To examine a patient before a treatment. Who may is said by the rule about the treatment, not by one of its own.
EXAM = "exam"

# Acts for which it matters how deep is planned.
INTO_SKIN = frozenset({"microneedling"})

ACTS = {
    "dry_needling": N_("dry needling"),
    "microneedling": N_("micro-needling"),
    "prp_draw": N_("the blood draw for plasma"),
    "prp_process": N_("the preparation of plasma"),
    "prp_administer": N_("the application of plasma"),
    "chemical_peel_superficial": N_("a superficial peel"),
    "chemical_peel_medium": N_("a medium peel"),
    "chemical_peel_deep": N_("a deep peel"),
}
PROFESSIONS = {
    "MD": N_("a physician"),
    "NP": N_("a nurse practitioner"),
    "PA": N_("a physician assistant"),
    "RN": N_("a registered nurse"),
    "LPN": N_("a licensed practical nurse"),
    "MA": N_("a medical assistant"),
    "PHLEB": N_("a phlebotomist"),
    "PT": N_("a physical therapist"),
    "PTA": N_("a physical therapist assistant"),
    "OT": N_("an occupational therapist"),
    "ATC": N_("an athletic trainer"),
    "DC": N_("a chiropractor"),
    "LAC": N_("a licensed acupuncturist"),
    "MEST": N_("a master aesthetician"),
    "EST": N_("an aesthetician"),
}


def nearer(one: Mode, other: Mode) -> Mode:
    """Return the one of two modes in which the supervisor has to be nearer."""
    return max(one, other, key=_NEARNESS.index)


def procedure_of(act: str) -> str:
    """Return what a rule about *act* would be about."""
    return STEPS.get(act, act)
