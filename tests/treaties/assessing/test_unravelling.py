"""Years of a term, the last first, against play gone through year by year by hand.

The game of the test has no clock and no treaty: payoffs of a period by what both do, played a fixed number of times.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise, product

import pytest

from treaties.assessing.answers import Answers
from treaties.assessing.story import incentives
from treaties.findings.records import Timeline
from treaties.findings.unravelling_words import unravelling_sentences
from treaties.reading.treaty_file import read_treaty_text

HEAD = 'schema = "servanda-treaty/1"\ntitle = "Some years"\npayoff_unit = "points per year"\nexit = false\n'
FACTOR = 0.7
Payoffs = tuple[float, float]
Dilemma = tuple[float, float, float, float]
"""What both get if both comply, what a breach brings alone, what one who complies alone gets, what nobody's brings."""


def told(matters: list[Dilemma], clause: str, parties: str = "AB", hidden: bool = False) -> Timeline:
    text = HEAD + "".join(f'[[party]]\nid = "{p}"\nname = "{p}land"\ndiscount = {FACTOR}\n' for p in parties)
    for k, payoffs in enumerate(matters):
        text += f'[[matter]]\nid = "matter{k}"\n' + ('observability = "private"\n' if hidden else "")
        names = ("reward", "temptation", "sucker", "punishment")
        for name, value in zip(names, payoffs, strict=True):
            text += f"{name} = {{ {', '.join(f'{party} = {value}' for party in parties)} }}\n"
    return incentives(Answers(read_treaty_text(text + ("[[provision]]\n" + clause if clause else ""))).text, "none")


def sunset(years: int, renewal: str = "") -> str:
    return f'type = "sunset"\narticle = "9"\nterm_years = {years}\n{renewal}'


def period(matters: list[Dilemma]) -> dict[tuple[int, int], Payoffs]:
    """Payoffs by the numbers of both parties' moves; move 0 complies in every matter."""
    moves = list(product((True, False), repeat=len(matters)))

    def one(mine: tuple[bool, ...], its: tuple[bool, ...]) -> float:
        return sum(m[0] if a and b else m[1] if b else m[2] if a else m[3]
                   for m, a, b in zip(matters, mine, its, strict=True))

    return {(i, j): (one(x, y), one(y, x)) for (i, x), (j, y) in product(enumerate(moves), repeat=2)}


def by_hand(matters: list[Dilemma], years: int) -> list[float]:
    """Margin of the first party in every year if the later ones are lost, from the last to the first."""
    game = period(matters)
    best = [{k: max(game[alone(a, k, m)][k] for m in range(2 ** len(matters))) for k in (0, 1)} for a in game]
    gain = {a: (best[n][0], best[n][1]) for n, a in enumerate(game)}
    stable = max(sum(game[a]) / 2 for a in game if all(gain[a][k] <= game[a][k] + 1e-12 for k in (0, 1)))
    ahead, worst, after = [(0.0, 0.0)], (0.0, 0.0), 0.0
    out = []
    for _ in range(years):
        out.append(game[0, 0][0] + FACTOR * after - gain[0, 0][0] - FACTOR * worst[0])
        after = stable + FACTOR * after
        corners = [
            (game[a][0] + FACTOR * x, game[a][1] + FACTOR * y)
            for a in game
            for x, y in cut(ahead, [worst[k] + (gain[a][k] - game[a][k]) / FACTOR for k in (0, 1)])
        ]
        ahead, worst = hull(corners), (min(x for x, _ in corners), min(y for _, y in corners))
    return out


def alone(profile: tuple[int, int], party: int, move: int) -> tuple[int, int]:
    return (move, profile[1]) if party == 0 else (profile[0], move)


def cut(polygon: list[Payoffs], least: list[float]) -> list[Payoffs]:
    """The corners of the part of a polygon in which both get at least so much."""
    for k in (0, 1):
        polygon = list(_cut(polygon, k, least[k] - 1e-12))
    return polygon


def _cut(polygon: list[Payoffs], k: int, least: float) -> Iterator[Payoffs]:
    for before, here in pairwise([polygon[-1], *polygon] if polygon else []):
        if (before[k] >= least) != (here[k] >= least):
            t = (least - before[k]) / (here[k] - before[k])
            yield before[0] + t * (here[0] - before[0]), before[1] + t * (here[1] - before[1])
        if here[k] >= least:
            yield here


def hull(points: list[Payoffs]) -> list[Payoffs]:
    """The corners of the convex hull, in order (Andrew 1979)."""
    def chain(ordered: list[Payoffs]) -> list[Payoffs]:
        out: list[Payoffs] = []
        for x, y in ordered:
            while len(out) > 1 and (out[-1][0] - out[-2][0]) * (y - out[-2][1]) <= (
                out[-1][1] - out[-2][1]) * (x - out[-2][0]):
                out.pop()
            out.append((x, y))
        return out

    ordered = sorted(set(points))
    return ordered if len(ordered) < 3 else chain(ordered)[:-1] + chain(ordered[::-1])[:-1]


def drawn(seed: int) -> tuple[list[Dilemma], int]:
    """A dilemma, beside it another matter drawn freely in which nobody's complying is stable, and 2 to 4 years."""
    draw = random.Random(seed)
    reward = draw.choice((1.0, 2.0, 3.0))
    first = (reward, reward + draw.choice((0.5, 1.0, 2.0)), -draw.choice((0.5, 1.0)), 0.0)
    both = draw.choice((1.0, 2.0, 4.0))
    second = (both, both + draw.choice((-1.0, -0.5, 1.0)), -draw.choice((0.5, 1.0)), 0.0)
    return [first, second], draw.choice((2, 3, 4))


def later_lost(found: Timeline, party: str = "A") -> list[float | None]:
    """In the years of the first term."""
    assert found.term is not None
    return [point.if_later_lost for point in found.incentives if point.party == party][: found.term]


@pytest.mark.parametrize("seed", range(8))
def test_margins_with_later_years_lost_are_those_of_play_gone_through_by_hand(seed: int) -> None:
    matters, years = drawn(seed)
    found = told(matters, sunset(years))
    expected = by_hand(matters, years)[::-1]
    assert later_lost(found) == pytest.approx(expected, abs=1e-7)
    falls = [year for year, margin in enumerate(expected, 1) if margin < 0]
    assert found.unravels == tuple(years - k for k in range(years) if set(range(years - k, years + 1)) <= set(falls))
    assert found.keeps_until == years - len(found.unravels)


def test_what_is_drawn_both_comes_apart_and_does_not() -> None:
    ends = [by_hand(*drawn(seed)) for seed in range(8)]
    assert {margins[-1] < 0 for margins in ends} == {True, False}


def test_a_dilemma_for_some_years_comes_apart_from_its_end() -> None:
    found = told([(2, 3, -1, 0)], sunset(5))
    assert later_lost(found) == pytest.approx([-1] * 5)
    assert found.unravels == (5, 4, 3, 2, 1) and found.keeps_until == 0
    (said,) = unravelling_sentences(found, "year")
    assert "year 5, the last of the term, falls first, then year 4, then year 3" in said


def test_a_second_matter_with_two_stable_ways_keeps_all_years_but_the_last() -> None:
    """3 or 1 in every year that is left, in the other matter: .7 x 2 is more than the 1 that a breach wins."""
    found = told([(2, 3, -1, 0), (3, 2, 0, 1)], sunset(5))
    assert later_lost(found)[3:] == pytest.approx([0.7 * 2 - 1, -1])
    assert found.unravels == (5,) and found.keeps_until == 4
    assert unravelling_sentences(found, "year")[0].endswith("compliance can be kept to year 4 of 5.")


def test_with_renewals_the_same_years_of_later_terms_are_lost_too() -> None:
    """Two years, renewed with a chance of .9: a term kept whole is worth 2 and .7 x 2, one kept to year 1 is worth 2.

    A new term begins two years later, for certain but for a tenth; a breach wins 3 once.
    """
    found = told([(2, 3, -1, 0)], sunset(2, 'renewal = { rule = "chance", probability = 0.9 }\n'))
    ahead = 0.9 * 0.7 * 0.7
    last = 2 + 0.9 * 0.7 * (2 + 0.7 * 2) / (1 - ahead) - 3
    assert later_lost(found) == pytest.approx([2 / (1 - ahead) - 3, last])
    assert found.unravels == () and found.keeps_until == 2 and last > 0


def test_a_small_chance_of_renewal_does_not_keep_the_last_year() -> None:
    found = told([(2, 3, -1, 0)], sunset(2, 'renewal = { rule = "chance", probability = 0.1 }\n'))
    assert found.unravels == (2, 1) and found.keeps_until == 0


@pytest.mark.parametrize("clause", ["", sunset(5, 'renewal = { rule = "automatic" }\n')])
def test_without_an_end_there_is_no_last_year(clause: str) -> None:
    found = told([(2, 3, -1, 0)], clause)
    assert found.term is None and all(point.if_later_lost is None for point in found.incentives)
    assert unravelling_sentences(found, "year") == [found.no_last_year] != [""]


def test_three_parties_have_the_second_line_too() -> None:
    """To comply alone among others who do not, or to be the one of three who breaches, pays what it pays of two."""
    found = told([(2, 3, -1, 0)], sunset(3), parties="ABC")
    assert later_lost(found, "C") == pytest.approx([-1] * 3) and found.unravels == (3, 2, 1)
    assert found.keeps_until == 0


def test_where_a_punishment_of_three_parties_is_a_bound_alone_it_is_not_said_that_a_year_is_kept() -> None:
    found = told([(2, 3, -1, 0), (3, 2, 0, 1)], sunset(3), parties="ABC")
    assert found.unravels == (3,) and found.keeps_until is None
    assert unravelling_sentences(found, "year")[0].endswith("whether year 2 is kept all the same was not found out.")


def test_where_signals_hide_conduct_it_is_said_why_there_is_no_line() -> None:
    audit = 'type = "audit"\nmatter = "matter0"\ndetection = 0.9\ncoverage = 0.5\n'
    found = told([(2, 3, -1, 0)], audit, hidden=True)
    assert found.incentives == () and "how long cooperation lasts before a break is told instead" in found.note
