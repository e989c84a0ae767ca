"""Well-known game trees: for teaching, for replication, and to try things on."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from games.game_trees.tree import ExtensiveGame
from games.game_trees.tree_file import chance, decision, extensive_game, terminal
from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction


def kuhn_poker() -> ExtensiveGame:
    """Kuhn (1950): three cards, an ante of 1, one bet of 1; worth -1/18 to the first player."""
    def play(mine: str, theirs: str) -> dict[str, Any]:
        sign = 1 if "JQK".index(mine) > "JQK".index(theirs) else -1

        def end(stake: int) -> dict[str, Any]:
            return terminal([sign * stake, -sign * stake])

        answer = {"fold": terminal([1, -1]), "call": end(2)}
        back = {"fold": terminal([-1, 1]), "call": end(2)}
        return decision("A", {
            "check": decision(
                "B", {"check": end(1), "bet": decision("A", back, f"{mine}, checked")}, f"{theirs}, check"),
            "bet": decision("B", answer, f"{theirs}, bet"),
        }, mine)

    deals = {f"{a}{b}": (Fraction(1, 6), play(a, b)) for a in "JQK" for b in "JQK" if a != b}
    return extensive_game(["A", "B"], chance(deals), "Kuhn poker")


def selten_horse() -> ExtensiveGame:
    """Selten (1975), figure 1: perfect recall, imperfect information, one subgame."""
    def third(left: list[int], right: list[int]) -> dict[str, Any]:
        return decision("3", {"L": terminal(left), "R": terminal(right)}, "3")

    return extensive_game(["1", "2", "3"], decision("1", {
        "D": third([3, 3, 2], [0, 0, 0]),
        "C": decision("2", {"d": third([4, 4, 0], [0, 0, 1]), "c": terminal([1, 1, 1])}, "2"),
    }, "1"), "Selten's horse")


def chain_store(entrants: int) -> ExtensiveGame:
    """Selten (1978): entrants one after the other, each fought or let in; 5 to the chain where nobody enters.

    Raises ``GameError`` unless there is at least one entrant.
    """
    if entrants < 1:
        raise GameError(f"entrants: {entrants} given; at least one is needed")
    players = ["Chain", *(f"Entrant {k + 1}" for k in range(entrants))]

    def town(k: int, got: tuple[int, ...]) -> dict[str, Any]:
        if k == entrants:
            return terminal(got)

        def then(chain: int, entrant: int) -> dict[str, Any]:
            return town(k + 1, (got[0] + chain, *got[1:k + 1], entrant, *got[k + 2:]))

        return decision(players[k + 1], {
            "in": decision("Chain", {"share": then(2, 2), "fight": then(0, 0)}), "out": then(5, 1),
        })

    return extensive_game(players, town(0, (0,) * (entrants + 1)), "Chain store")


def inspection_game(periods: int, inspections: int) -> ExtensiveGame:
    """Dresher (1962): one violation at most, both see past inspections; caught +1, undetected -1, legal 0.

    Raises ``GameError`` unless there is at least one period and no negative number of inspections.

    >>> from games.extensive_form import solve_zero_sum
    >>> print(solve_zero_sum(inspection_game(5, 2)).value)
    -3/8
    """
    if periods < 1 or inspections < 0:
        raise GameError(f"{periods} periods with {inspections} inspections: at least 1 and at least 0 are needed")

    def period(left: int, budget: int, past: str) -> dict[str, Any]:
        def inspectee(inspected: bool) -> dict[str, Any]:
            caught = 1 if inspected else -1
            rest = period(left - 1, budget - inspected, past + "01"[inspected]) if left > 1 else terminal([0, 0])
            return decision("Inspectee", {"act": rest, "violate": terminal([caught, -caught])}, f"day {past}")

        choices = {"wait": inspectee(False)} | ({"inspect": inspectee(True)} if budget else {})
        return decision("Inspector", choices, f"day {past}")

    return extensive_game(["Inspector", "Inspectee"], period(periods, inspections, ""), "Inspection game")


def ratification_game(threshold: Any = "0.6") -> ExtensiveGame:
    """Two levels (Putnam 1988): a negotiator offers 0, .1, ..., 1 to the other side, whose legislature ratifies or not.

    ``threshold``  the share below which the legislature prefers no deal; its payoff is the share minus this.
    """
    floor = to_fraction(threshold)

    def offer(share: Fraction) -> Mapping[str, Any]:
        return decision("Legislature", {
            "ratify": terminal([1 - share, share - floor]), "reject": terminal([0, 0]),
        })

    offers = {str(share): offer(share) for share in (Fraction(k, 10) for k in range(11))}
    return extensive_game(["Negotiator", "Legislature"], decision("Negotiator", offers), "Ratification")


def beer_quiche() -> ExtensiveGame:
    """Cho and Kreps (1987): a tough (9 in 10) or weak sender has beer or quiche, the receiver fights or not."""
    def sender(kind: str, likes: str) -> dict[str, Any]:
        def receiver(meal: str) -> dict[str, Any]:
            base = 1 if meal == likes else 0
            right = 1 if kind == "weak" else 0
            return decision("Receiver", {
                "fight": terminal([base, right]), "leave": terminal([base + 2, 1 - right]),
            }, meal)

        return decision("Sender", {meal: receiver(meal) for meal in ("beer", "quiche")}, kind)

    return extensive_game(["Sender", "Receiver"], chance({
        "tough": ("9/10", sender("tough", "beer")), "weak": ("1/10", sender("weak", "quiche")),
    }), "Beer and quiche")
