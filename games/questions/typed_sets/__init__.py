"""What types that choose can have in equilibrium, in small games with types: points that are proved, and outer sets.

It ends where living types do not say what is believed: with signals, types that change, types that mix privately (a
private mixture is not replaced by public lotteries).  With two types that choose at one player a payoff has more than
two coordinates; check rules there (``TypedRuleEquilibrium``).  Inner sets grow from rules that are given; outer sets
have few directions and are computed in floating point, so that what is in between is undecided.
"""

from games.questions.typed_sets.inner import InnerSets, inner_sets
from games.questions.typed_sets.outer import OuterSets, outer_sets
from games.questions.typed_sets.rule_points import rule_points

__all__ = ["InnerSets", "OuterSets", "inner_sets", "outer_sets", "rule_points"]
