"""Real bodies: the Security Council of the United Nations and the Council of the European Union.

Sources: Charter of the United Nations, Article 27(3); Treaty on European Union, Article 16(4).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import final

from games.coalitions.ballots import Ballot
from games.coalitions.rules import CompositeRule, Rule, all_of, any_of, at_least, consent_of, fewer_against, weighted

EU_COUNCIL_FILE = Path(__file__).parent / "data" / "eu_council.toml"
PERMANENT, COUNCIL, NEEDED = 5, 15, 9


@final
@dataclass(frozen=True)
class Body:
    """A body that votes: its members' names in order, its rule, and where the numbers come from."""

    members: tuple[str, ...]
    rule: Rule
    date: str
    source: str


def security_council() -> CompositeRule:
    """Nine of fifteen in favour, and each of the five permanent members (voters 0 to 4) among them.

    The simple game of the literature, in which an abstaining permanent member stops a motion: the weighted rule with
    quota 39 and weights 7 (permanent) and 1.

    >>> security_council()(range(9)), security_council()(range(1, 15))
    (True, False)
    """
    return all_of(at_least(NEEDED, COUNCIL), consent_of(range(PERMANENT), COUNCIL))


def security_council_ballot() -> Ballot:
    """The same as practised: nine in favour, and no permanent member (voters 0 to 4) against; abstaining is no veto.

    >>> from games.coalitions.ballots import passes
    >>> passes(security_council_ballot(), ["abstain"] * 5 + ["for"] * 9 + ["against"])
    True
    """
    one_permanent = weighted(1, [1] * PERMANENT + [0] * (COUNCIL - PERMANENT))
    return Ballot(carry=at_least(NEEDED, COUNCIL), block=one_permanent)


@cache
def eu_council() -> Body:
    """The Council of the European Union voting by qualified majority on a proposal of the Commission.

    55 % of the members who have 65 % of the population, or fewer than four members not in favour.  Populations in
    hundredths of a per cent, from ``data/eu_council.toml``.
    """
    data = tomllib.loads(EU_COUNCIL_FILE.read_text(encoding="utf-8"))
    listed = data["member"]
    n, units = len(listed), [member["units"] for member in listed]
    majority = at_least(-(-data["members_needed_percent"] * n // 100), n)
    population = weighted(Fraction(data["population_needed_percent"] * sum(units), 100), units)
    rule = any_of(all_of(majority, population), fewer_against(data["fewest_to_block"], n))
    return Body(tuple(member["name"] for member in listed), rule, data["date"], data["source"])
