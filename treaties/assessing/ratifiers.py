"""Whether those who must approve a treaty at home would approve it, on what compliance is worth to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import eye_array
from scipy.sparse.linalg import splu

from games.play.markov_play import MarkovPlay
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.model.ratifier import Ratifier, Ratifiers


@final
@dataclass(frozen=True)
class DomesticVote:
    """What a ratifier makes of a treaty that is kept.

    ``value``    its average discounted payoff per period from signature on, under full compliance.
    ``surplus``  the same beyond its reservation; it approves when that is not negative.
    """

    ratifier: Ratifier
    value: float
    surplus: float

    @property
    def approves(self) -> bool:
        """Whether it ratifies (indifferent ratifiers do)."""
        return self.surplus >= 0.0


def domestic_votes(compiled: CompiledTreaty) -> tuple[DomesticVote, ...]:
    """The vote of every ratifier that the treaty names, in the order of its clauses; empty without any.

    Under full compliance a year in which the treaty operates is worth ``Ratifier.surplus`` more than any other year, so
    that what happens before it enters into force and after it has ended does not matter (Putnam 1988: the win-set).
    """
    return tuple(_vote(compiled, ratifier) for ratifier in ratifiers(compiled))


def refused_at_home(compiled: CompiledTreaty) -> tuple[str, ...]:
    """Ids of the parties of which some ratifier whose consent they need does not approve, in the file's order."""
    against = {vote.ratifier.party for vote in domestic_votes(compiled) if vote.ratifier.required and not vote.approves}
    return tuple(party.id for party in compiled.treaty.parties if party.id in against)


def asked_at_home(compiled: CompiledTreaty) -> tuple[str, ...]:
    """Ids of the parties that have a ratifier whose consent they need, in the file's order."""
    needed = {ratifier.party for ratifier in ratifiers(compiled) if ratifier.required}
    return tuple(party.id for party in compiled.treaty.parties if party.id in needed)


def ratifiers(compiled: CompiledTreaty) -> Iterator[Ratifier]:
    """Every ratifier that the treaty's clauses announce."""
    for announced in compiled.context.all_said(Ratifiers):
        yield from announced.ratifiers


def _vote(compiled: CompiledTreaty, ratifier: Ratifier) -> DomesticVote:
    game = compiled.game
    player = game.players.index(ratifier.party)
    discount = float(game.discount[player]) if ratifier.discount is None else ratifier.discount.value
    # Where the plan leaves play free nothing operates: what is played there is worth the reservation all the same.
    rows = np.where(compiled.unused >= 0, compiled.uses[0], game.row_start[:-1])
    law = MarkovPlay(game, rows).law
    national = game.payoffs[rows, player]
    yearly = np.where(compiled.state_columns.operating, [ratifier.surplus(float(amount)) for amount in national], 0.0)
    system = (eye_array(game.n_states) - discount * law).tocsc()
    surplus = float((1.0 - discount) * splu(system).solve(yearly)[game.initial])
    return DomesticVote(ratifier, ratifier.reservation.value + surplus, surplus)
