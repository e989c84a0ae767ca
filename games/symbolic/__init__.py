r"""Thresholds in symbols: games whose payoffs, chances and discount factors are sympy's, and formulas for what holds.

Games: ``dilemma``, ``cournot``, ``bertrand``, or your own by ``repeated`` and ``stochastic``.  Ask:
``critical_discount(game, strategy)`` and ``threshold(game, strategy, of="p")`` give a ``Threshold``: its formula, where
each constraint binds, ``at`` numbers, ``verify`` by substitution, ``to_latex``.  ``stage_equilibria`` are those of one
round.  A strategy is a ``Machine`` of labels, a ``StrategyAutomaton`` or ``PublicAutomaton``, or what makes one.

>>> from games.symbolic import Machine, critical_discount, dilemma
>>> grim = Machine({"keep": ("C", "C"), "end": ("D", "D")},
...                lambda mode, state, seen: "keep" if mode == "keep" and seen == ("C", "C") else "end")
>>> found = critical_discount(dilemma(), grim)
>>> print(found, found.to_latex(), found.at({"T": 3, "R": 2, "P": 0}).intervals[0][0])
(T - R)/(T - P) \delta \geq \frac{T - R}{T - P} 0.3333333333333333
>>> found.verify(100).agrees
True
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.symbolic.bounds import Bound
    from games.symbolic.classics import bertrand, cournot, dilemma
    from games.symbolic.deviations import Constraint
    from games.symbolic.equilibria import StageEquilibrium, stage_equilibria
    from games.symbolic.game import SymbolicGame, repeated, stochastic
    from games.symbolic.machine import Machine
    from games.symbolic.solved import Region, Threshold, Verification, critical_discount, threshold
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "games.symbolic.bounds": ("Bound",),
        "games.symbolic.classics": ("bertrand", "cournot", "dilemma"),
        "games.symbolic.deviations": ("Constraint",),
        "games.symbolic.equilibria": ("StageEquilibrium", "stage_equilibria"),
        "games.symbolic.game": ("SymbolicGame", "repeated", "stochastic"),
        "games.symbolic.machine": ("Machine",),
        "games.symbolic.solved": ("Region", "Threshold", "Verification", "critical_discount", "threshold"),
    })

__all__ = [
    "dilemma", "cournot", "bertrand", "repeated", "stochastic", "SymbolicGame", "Machine",
    "critical_discount", "threshold", "Threshold", "Bound", "Constraint", "Region", "Verification",
    "stage_equilibria", "StageEquilibrium",
]
