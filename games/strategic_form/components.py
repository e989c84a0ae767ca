"""Connected sets of equilibria of a two-player game: which maximal Nash subsets hang together, and their dimensions.

Maximal Nash subsets are products of two polytopes; two of them meet in a product of faces, which has an extreme
equilibrium, so that they hang together where they share one.

Source: Jansen (1981); Avis, Rosenberg, Savani and von Stengel (2010).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import final

from games.model.mixed_equilibria import Mixture, NashSubset, Profile
from games.numerics.exact_programs import Span

Product = tuple[tuple[Mixture, ...], ...]
"""Mixtures of each player: every choice of one from the hull of each player's is an equilibrium."""


@final
@dataclass(frozen=True)
class Component:
    """A connected component of the set of equilibria.

    ``subsets``     its maximal Nash subsets, mixtures for each player.
    ``equilibria``  the numbers of its extreme equilibria among all.
    ``dimension``   the greatest dimension of its subsets; 0 is a single equilibrium.
    """

    subsets: tuple[Product, ...]
    equilibria: tuple[int, ...]
    dimension: int

    def within(self, wider: Callable[[Product], Product]) -> Component:
        """The same in a larger game, whose sets of mixtures ``wider`` makes of those of this one."""
        return replace(self, subsets=tuple(map(wider, self.subsets)))


def components(profiles: tuple[Profile, ...], subsets: tuple[NashSubset, ...]) -> tuple[Component, ...]:
    """The connected components that maximal Nash subsets make up, in the order of their first extreme equilibrium."""
    place = {profile: k for k, profile in enumerate(profiles)}
    groups: list[tuple[set[int], list[Product]]] = []
    for xs, ys in subsets:
        mine = {place[x, y] for x in xs for y in ys}
        touched = [group for group in groups if group[0] & mine]
        joined = [subset for group in touched for subset in group[1]]
        groups = [group for group in groups if group not in touched]
        groups.append((mine.union(*(group[0] for group in touched)), [*joined, (xs, ys)]))
    groups.sort(key=lambda group: min(group[0]))
    return tuple(
        Component(tuple(parts), tuple(sorted(members)), max(map(subset_dimension, parts))) for members, parts in groups
    )


def subset_dimension(subset: Product) -> int:
    """The dimension of a maximal Nash subset: that of the two hulls together."""
    return sum(map(_hull_dimension, subset))


def _hull_dimension(mixtures: tuple[Mixture, ...]) -> int:
    span = Span(len(mixtures[0]))
    for mixture in mixtures[1:]:
        span.add([a - b for a, b in zip(mixture, mixtures[0], strict=True)])
    return span.rank
