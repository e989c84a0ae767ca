"""Bargaining: who gets what when players agree on one of many feasible payoffs.

>>> from games.bargaining import alternating_offers
>>> alternating_offers((0.9, 0.8)).values.round(6).tolist()
[0.714286, 0.285714]
"""

from typing import TYPE_CHECKING

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
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "games.bargaining.alternation": ("AlternatingOffers", "alternating_offers", "short_periods"),
        "games.bargaining.amendments": ("OpenRule", "open_rule"),
        "games.bargaining.axiomatic": ("egalitarian", "kalai_smorodinsky", "nash", "utilitarian"),
        "games.bargaining.concession_stages": ("GradualConcessions", "gradual_concessions"),
        "games.bargaining.deadlines": ("legislative_with_deadline",),
        "games.bargaining.deal_committees": ("CommitteeOverDeals", "committee_over_deals"),
        "games.bargaining.enforcement_shadow": ("ShadowOfEnforcement", "shadow_of_enforcement"),
        "games.bargaining.legislatures": ("LegislativeEquilibrium", "legislative"),
        "games.bargaining.status_quo": ("EndogenousStatusQuo", "VetoRatchet", "endogenous_status_quo", "veto_ratchet"),
        "games.bargaining.stochastic_cake": ("StochasticBargaining", "stochastic_bargaining"),
    })

__all__ = [
    "nash", "kalai_smorodinsky", "egalitarian", "utilitarian",
    "alternating_offers", "short_periods", "AlternatingOffers",
    "legislative", "LegislativeEquilibrium", "legislative_with_deadline", "open_rule", "OpenRule",
    "stochastic_bargaining", "StochasticBargaining",
    "endogenous_status_quo", "EndogenousStatusQuo", "veto_ratchet", "VetoRatchet",
    "shadow_of_enforcement", "ShadowOfEnforcement", "gradual_concessions", "GradualConcessions",
    "committee_over_deals", "CommitteeOverDeals",
]
