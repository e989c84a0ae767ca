"""Who can pass a proposal: quotas, weighted votes, vetoes, and any rule under which more votes never hurt."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.model.stochastic_game import GameError

Coalition = frozenset[int]

MOST_MEMBERS = 16
"""Rules other than plain quotas are worked out coalition by coalition, for at most so many members."""


class VotingRule(ABC):
    """A monotone set of winning coalitions among members 0 to ``members`` - 1."""

    members: int

    @abstractmethod
    def wins(self, coalition: Coalition) -> bool:
        """Whether these votes pass a proposal."""

    @abstractmethod
    def least_cost(self, proposer: int, prices: Sequence[Fraction]) -> Fraction:
        """What the cheapest votes cost that pass a proposal together with the proposer's own; prices are at least 0."""


@final
@dataclass(frozen=True)
class QuotaRule(VotingRule):
    """``quota`` votes of ``members``, among them those of all who have a ``veto``."""

    members: int
    quota: int
    veto: Coalition = frozenset()

    def __post_init__(self) -> None:
        if not 1 <= self.quota <= self.members:
            raise GameError(f"bargaining: a quota of {self.quota} votes; it must be from 1 to {self.members}")
        _members(self.veto, self.members, "veto")

    def wins(self, coalition: Coalition) -> bool:
        """Whether these votes pass a proposal."""
        return len(coalition) >= self.quota and self.veto <= coalition

    def bought(self, proposer: int) -> int:
        """How many votes a proposer needs besides its own and those of veto players."""
        return max(0, self.quota - len(self.veto | {proposer}))

    def least_cost(self, proposer: int, prices: Sequence[Fraction]) -> Fraction:
        """Every veto player's price, and those of the cheapest others."""
        others = sorted(prices[j] for j in range(self.members) if j != proposer and j not in self.veto)
        vetoes = (prices[j] for j in self.veto if j != proposer)
        return sum(vetoes, Fraction(0)) + sum(others[:self.bought(proposer)], Fraction(0))


@final
@dataclass(frozen=True)
class CoalitionRule(VotingRule):
    """Any monotone rule, given as a function of the coalition; and all who have a ``veto`` must be in it."""

    members: int
    winning: Callable[[Coalition], Any]
    veto: Coalition = frozenset()

    def __post_init__(self) -> None:
        if self.members > MOST_MEMBERS:
            raise GameError(f"bargaining: a voting rule of {self.members} members by its coalitions; at most "
                            f"{MOST_MEMBERS} are possible, more only with a quota of equal votes")
        _members(self.veto, self.members, "veto")
        if not self.table[-1]:
            raise GameError("bargaining: even all votes together pass nothing")
        for j in range(self.members):
            masks = np.arange(1 << self.members)
            if np.any(self.table[masks] & ~self.table[masks | (1 << j)]):
                raise GameError(f"bargaining: member {j}'s vote can turn winning votes into losing ones; "
                                "more votes must never hurt")

    @cached_property
    def table(self) -> NDArray[np.bool_]:
        """Bool[2 ** members]: whether the coalition with these bits passes a proposal."""
        out = np.zeros(1 << self.members, dtype=bool)
        for mask in range(1 << self.members):
            coalition = frozenset(j for j in range(self.members) if mask >> j & 1)
            out[mask] = self.veto <= coalition and bool(self.winning(coalition))
        return out

    def wins(self, coalition: Coalition) -> bool:
        """Whether these votes pass a proposal."""
        return bool(self.table[sum(1 << j for j in coalition)])

    def partners(self, proposer: int) -> list[Coalition]:
        """The smallest sets of others whose votes, with the proposer's, pass a proposal."""
        return self._partners[proposer]

    @cached_property
    def _partners(self) -> list[list[Coalition]]:
        return [self._smallest(proposer) for proposer in range(self.members)]

    def _smallest(self, proposer: int) -> list[Coalition]:
        own = 1 << proposer
        masks = np.arange(1 << self.members)
        masks = masks[(masks & own == 0) & self.table[masks | own]]
        least = np.ones(len(masks), dtype=bool)
        for j in range(self.members):
            has = (masks >> j & 1).astype(bool)
            least &= ~(has & self.table[(masks & ~(1 << j)) | own])
        return [frozenset(j for j in range(self.members) if mask >> j & 1) for mask in masks[least].tolist()]

    def least_cost(self, proposer: int, prices: Sequence[Fraction]) -> Fraction:
        """The least over all sets of partners."""
        return min(sum((prices[j] for j in partners), Fraction(0)) for partners in self.partners(proposer))


def _members(named: Coalition, members: int, what: str) -> None:
    if not all(0 <= j < members for j in named):
        raise GameError(f"bargaining: {what} players {sorted(named)}; members are numbered from 0 to {members - 1}")
