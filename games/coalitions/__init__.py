"""Coalitions: voting power, what groups can secure, and which agreements parties stay in.

>>> from games.coalitions import shapley_shubik
>>> [str(x) for x in shapley_shubik(51, [50, 49, 1])]
['2/3', '1/6', '1/6']
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.coalitions.agreements import (
        Agreement,
        AgreementSize,
        agreement_list,
        agreement_of,
        agreement_sizes,
        stable_agreements,
        stable_sizes,
    )
    from games.coalitions.ballots import Ballot, kept, passes
    from games.coalitions.bodies import eu_council, security_council, security_council_ballot
    from games.coalitions.characteristic import is_convex, is_monotone, is_superadditive
    from games.coalitions.core_points import Core, core, in_core, is_balanced
    from games.coalitions.farsighted import SocialSituation, farsighted_agreements
    from games.coalitions.large_bodies import ApproximateIndex, approximate_shapley_shubik
    from games.coalitions.nucleolus_rounds import is_nucleolus, nucleolus, prenucleolus
    from games.coalitions.participation import Signatories, signing_equilibria
    from games.coalitions.participation_models import EnvironmentalAgreement, PriceLeadership
    from games.coalitions.power import banzhaf, shapley_shubik, swings
    from games.coalitions.rules import Rule, all_of, any_of, at_least, consent_of, fewer_against, weighted
    from games.coalitions.shapley import shapley_value
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "games.coalitions.agreements": (
            "Agreement", "AgreementSize", "agreement_list", "agreement_of", "agreement_sizes", "stable_agreements",
            "stable_sizes",
        ),
        "games.coalitions.ballots": ("Ballot", "kept", "passes"),
        "games.coalitions.bodies": ("eu_council", "security_council", "security_council_ballot"),
        "games.coalitions.characteristic": ("is_convex", "is_monotone", "is_superadditive"),
        "games.coalitions.core_points": ("Core", "core", "in_core", "is_balanced"),
        "games.coalitions.farsighted": ("SocialSituation", "farsighted_agreements"),
        "games.coalitions.large_bodies": ("ApproximateIndex", "approximate_shapley_shubik"),
        "games.coalitions.nucleolus_rounds": ("is_nucleolus", "nucleolus", "prenucleolus"),
        "games.coalitions.participation": ("Signatories", "signing_equilibria"),
        "games.coalitions.participation_models": ("EnvironmentalAgreement", "PriceLeadership"),
        "games.coalitions.power": ("banzhaf", "shapley_shubik", "swings"),
        "games.coalitions.rules": ("Rule", "all_of", "any_of", "at_least", "consent_of", "fewer_against", "weighted"),
        "games.coalitions.shapley": ("shapley_value",),
    })

__all__ = [
    "shapley_shubik", "banzhaf", "swings", "approximate_shapley_shubik", "ApproximateIndex",
    "Rule", "weighted", "at_least", "fewer_against", "consent_of", "any_of", "all_of",
    "Ballot", "passes", "kept",
    "security_council", "security_council_ballot", "eu_council",
    "shapley_value", "nucleolus", "prenucleolus", "is_nucleolus", "core", "Core", "in_core",
    "is_balanced", "is_convex", "is_monotone", "is_superadditive",
    "agreement_sizes", "stable_sizes", "AgreementSize", "agreement_list", "stable_agreements", "agreement_of",
    "Agreement",
    "signing_equilibria", "Signatories",
    "farsighted_agreements", "SocialSituation", "EnvironmentalAgreement", "PriceLeadership",
]
