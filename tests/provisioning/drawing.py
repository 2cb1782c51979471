"""What the parts of a drawn configuration share: words, days, keys that may be there or not.

Each part is a function of `draw`, and not a strategy of its own: to build strategies anew for each takes longer than
to draw from them.
"""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from saas.provisioning.schema_practice import Weekday

Data = dict[str, Any]
# What is drawn from: a strategy, or a function of `draw`.
Source = SearchStrategy[Any] | Callable[[DrawFn], Any]

ACTS = ["consultation", "microneedling", "prp_draw"]
DAYS = [day.value for day in Weekday]
NAMES = st.sampled_from(
    [
        "Calm",
        "Needles & patience",
        "no",
        "9:30",
        "1e3",
        "a: b # c",
        "Zoë's «best»",
        "- x",
        "{y}",
        "كلينيك ✓ 針",
    ]
)
TEXTS = NAMES | st.just("two\nlines")
AMOUNTS = st.integers(20, 900).map(lambda amount: f"{amount}.00")
SHARES = st.sampled_from(["5", "12.5", "50", "100"])
# One answer for the whole of what is drawn: whether a clinic says all that it can.
LAVISH = st.shared(st.sampled_from([False, False, True]), key="lavish")
COIN = st.booleans()


def taken(draw: DrawFn, source: Source) -> Any:
    return draw(source) if isinstance(source, SearchStrategy) else source(draw)


def is_there(draw: DrawFn) -> bool:
    """Draw whether something is there; where a clinic is lavish, it is."""
    return draw(LAVISH) or draw(COIN)


def maybe(draw: DrawFn, key: str, source: Source) -> Data:
    """Draw a key with a value, or nothing."""
    return {key: taken(draw, source)} if is_there(draw) else {}


def some(draw: DrawFn, **sources: Source) -> Data:
    """Draw some of these keys; a name that Python keeps for itself ends in `_`."""
    found: Data = {}
    for key, source in sources.items():
        found |= maybe(draw, key.rstrip("_"), source)
    return found


def one_of(draw: DrawFn, **sources: Source) -> Data:
    """Draw just one of these keys."""
    key = draw(st.sampled_from(list(sources)))
    return {key: taken(draw, sources[key])}


def chosen(draw: DrawFn, items: Sequence[Any], least: int = 0) -> list[Any]:
    """Draw some of *items*, at least *least* of them, forwards or backwards; all where a clinic is lavish."""
    found = [item for number, item in enumerate(items) if is_there(draw) or number < least]
    return found[::-1] if draw(COIN) else found


def counted(draw: DrawFn, least: int, most: int) -> int:
    """Draw a number; the most where a clinic is lavish."""
    return most if draw(LAVISH) else draw(st.integers(least, most))


def sites(draw: DrawFn) -> list[str]:
    """Draw where on the body something is done."""
    return chosen(draw, ["face", "neck", "scalp"])


def spoken(draw: DrawFn) -> dict[str, str]:
    """Draw a text for the public: in the clinic's first language, and perhaps in its second."""
    return {"en": draw(TEXTS), **maybe(draw, "es", TEXTS)}
