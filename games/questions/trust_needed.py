"""How much trust a rule of play needs: the priors at which it is an equilibrium."""

from __future__ import annotations

from fractions import Fraction

from games.certificates.faults import Fault
from games.certificates.typed import TrustRegion
from games.certificates.typed.evaluation import RuleEvaluation, evaluate_rule
from games.model.stochastic_game import GameError
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.play import trust_values


def least_trust(typed: TypedGame, rule: TypedRule, player: int, partner: int) -> Fraction | None:
    """The least trust in one player at which no deviation of another pays, by a rule of play.

    ``player``, ``partner``  numbers of who has to trust, and whom.

    Trust is the chance that the partner is of no type whose ``kind`` is "breaches"; other chances keep the proportions
    of the prior, and other players their priors.  Exact where it is rational, else at most 1e-9 too high; 0 where any
    trust does, None where none does.  What other players would do is not asked: the certificate asks that.

    Raises ``GameError`` where the rule does not fit the game, the partner has no type that breaches or none that does
    not, or types are drawn anew on the way.

    Source: alpha vectors after Sondik (1971).
    """
    range_ = trust_values.least_trust(_evaluated(typed, rule), player, partner)
    if range_ is None:
        raise GameError(
            f"types[{partner}]: trust cannot vary; give a chance to a type whose kind is \"breaches\", and to another")
    if range_.empty:
        return None
    return Fraction(0) if range_.least is None else range_.least.value


def trust_region(typed: TypedGame, rule: TypedRule) -> TrustRegion:
    """All priors at which a rule of play is an equilibrium, as a certificate: half-spaces of each player's prior.

    Raises ``GameError`` where the rule does not fit the game, or the priors are no product of polytopes (three players
    of whom two are in doubt, types drawn anew).
    """
    return TrustRegion.of(_evaluated(typed, rule))


def _evaluated(typed: TypedGame, rule: TypedRule) -> RuleEvaluation:
    found = evaluate_rule(typed, rule)
    if isinstance(found, Fault):
        raise GameError(f"{found.place}: {found.problem}")
    return found
