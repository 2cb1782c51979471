"""Where on the body something is done, as labels of devices speak of it, and what a label may not have."""

from enum import StrEnum


class Site(StrEnum):
    """A region of the body."""

    FACE = "face"
    SCALP = "scalp"
    NECK = "neck"
    CHEST = "chest"
    ABDOMEN = "abdomen"
    BACK = "back"
    ARMS = "arms"
    HANDS = "hands"
    LEGS = "legs"
    FEET = "feet"


class Use(StrEnum):
    """A use that a label may not have: a region, or people who are younger than it says."""

    FACE = "face"
    SCALP = "scalp"
    NECK = "neck"
    CHEST = "chest"
    ABDOMEN = "abdomen"
    BACK = "back"
    ARMS = "arms"
    HANDS = "hands"
    LEGS = "legs"
    FEET = "feet"
    UNDER_AGE = "under_age"
