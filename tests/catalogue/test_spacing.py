"""Days between two visits: in both directions, to itself, an offering or an act, and the first that is possible."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from saas.catalogue import spacing
from saas.catalogue.audience import Interval
from saas.catalogue.spacing import Part, Stay

DAY = timedelta(days=1)
ON = date(2027, 3, 10)
NEEDLING = Part(
    "needling", "Needling", frozenset({"microneedling"}), (Interval(28), Interval(14, None, "peel"))
)
PEEL = Part("peel", "Peel", frozenset({"peel"}))
LASER = Part("laser", "Laser", frozenset({"laser"}), (Interval(7, "needling"),))


def possible(part: Part, other: Part, gap: int) -> bool:
    """Whether *part* may come *gap* days after *other*."""
    found = spacing.away([part], [Stay(ON, (other,))])
    return spacing.too_near(found, ON + gap * DAY) is None


def test_an_act_is_kept_away_from_before_and_after_whichever_comes_first() -> None:
    for one, other in ((NEEDLING, PEEL), (PEEL, NEEDLING)):
        assert [possible(one, other, gap) for gap in (-14, -13, 0, 13, 14)] == [
            True,
            False,
            False,
            False,
            True,
        ]


def test_without_a_name_it_is_kept_away_from_itself_alone() -> None:
    assert [possible(NEEDLING, NEEDLING, gap) for gap in (27, 28)] == [False, True]
    assert possible(PEEL, PEEL, 0)


def test_an_offering_is_meant_by_its_slug() -> None:
    assert [possible(NEEDLING, LASER, gap) for gap in (6, 7)] == [False, True]
    assert possible(PEEL, LASER, 1)


def test_the_first_possible_day_jumps_over_all_visits_in_the_way() -> None:
    found = spacing.away([NEEDLING], [Stay(ON, (NEEDLING,)), Stay(ON + 30 * DAY, (PEEL,))])
    assert spacing.first_possible(found, ON - 28 * DAY) == ON - 28 * DAY
    assert spacing.first_possible(found, ON) == ON + 44 * DAY


parts = st.sampled_from([NEEDLING, PEEL, LASER])


@given(parts, st.lists(st.tuples(st.integers(-60, 60), parts), max_size=5), st.integers(-80, 80))
def test_the_first_possible_day_is_possible_and_none_before_it_is(
    part: Part, others: list[tuple[int, Part]], start: int
) -> None:
    found = spacing.away([part], [Stay(ON + gap * DAY, (other,)) for gap, other in others])
    on, first = ON + start * DAY, spacing.first_possible(found, ON + start * DAY)
    assert spacing.too_near(found, first) is None
    assert all(spacing.too_near(found, on + n * DAY) for n in range((first - on).days))
