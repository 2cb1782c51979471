"""The professions that rules of scope speak of, by the letters of their credential. MD includes DO."""

from enum import StrEnum


class Profession(StrEnum):
    """What somebody is by training and law."""

    MD = "MD"
    NP = "NP"
    PA = "PA"
    RN = "RN"
    LPN = "LPN"
    MA = "MA"
    PHLEB = "PHLEB"
    PT = "PT"
    PTA = "PTA"
    OT = "OT"
    ATC = "ATC"
    DC = "DC"
    LAC = "LAC"
    MEST = "MEST"
    EST = "EST"
