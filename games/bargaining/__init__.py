"""Bargaining: who gets what when players agree on one of many feasible payoffs.

The public names are imported on first use.

>>> from games.bargaining import alternating_offers
>>> alternating_offers((0.9, 0.8)).values.round(6).tolist()
[0.714286, 0.285714]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from games.bargaining.alternation import AlternatingOffers, alternating_offers, short_periods
    from games.bargaining.amendments import OpenRule, open_rule
    from games.bargaining.axiomatic import egalitarian, kalai_smorodinsky, nash, utilitarian
    from games.bargaining.concession_stages import GradualConcessions, gradual_concessions
    from games.bargaining.deadlines import legislative_with_deadline
    from games.bargaining.deal_committees import CommitteeOverDeals, committee_over_deals
    from games.bargaining.enforcement_shadow import ShadowOfEnforcement, shadow_of_enforcement
    from games.bargaining.legislatures import LegislativeEquilibrium, legislative
    from games.bargaining.status_quo import EndogenousStatusQuo, VetoRatchet, endogenous_status_quo, veto_ratchet
    from games.bargaining.stochastic_cake import StochasticBargaining, stochastic_bargaining

__all__ = [
    "nash", "kalai_smorodinsky", "egalitarian", "utilitarian",
    "alternating_offers", "short_periods", "AlternatingOffers",
    "legislative", "LegislativeEquilibrium", "legislative_with_deadline", "open_rule", "OpenRule",
    "stochastic_bargaining", "StochasticBargaining",
    "endogenous_status_quo", "EndogenousStatusQuo", "veto_ratchet", "VetoRatchet",
    "shadow_of_enforcement", "ShadowOfEnforcement", "gradual_concessions", "GradualConcessions",
    "committee_over_deals", "CommitteeOverDeals",
]

_HOME = {
    "nash": "axiomatic",
    "kalai_smorodinsky": "axiomatic",
    "egalitarian": "axiomatic",
    "utilitarian": "axiomatic",
    "alternating_offers": "alternation",
    "short_periods": "alternation",
    "AlternatingOffers": "alternation",
    "legislative": "legislatures",
    "LegislativeEquilibrium": "legislatures",
    "endogenous_status_quo": "status_quo",
    "EndogenousStatusQuo": "status_quo",
    "veto_ratchet": "status_quo",
    "VetoRatchet": "status_quo",
    "legislative_with_deadline": "deadlines",
    "open_rule": "amendments",
    "OpenRule": "amendments",
    "shadow_of_enforcement": "enforcement_shadow",
    "ShadowOfEnforcement": "enforcement_shadow",
    "gradual_concessions": "concession_stages",
    "GradualConcessions": "concession_stages",
    "committee_over_deals": "deal_committees",
    "CommitteeOverDeals": "deal_committees",
    "stochastic_bargaining": "stochastic_cake",
    "StochasticBargaining": "stochastic_cake",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the module it lives in (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"games.bargaining.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion and help."""
    return sorted({*globals(), *__all__})
