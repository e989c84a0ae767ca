"""Coalitions: voting power, what groups can secure, and which agreements parties stay in.

The public names are imported on first use.

>>> from games.coalitions import shapley_shubik
>>> [str(x) for x in shapley_shubik(51, [50, 49, 1])]
['2/3', '1/6', '1/6']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    from games.coalitions.nucleolus_rounds import is_nucleolus, nucleolus, prenucleolus
    from games.coalitions.participation_models import EnvironmentalAgreement, PriceLeadership
    from games.coalitions.power import banzhaf, shapley_shubik, swings
    from games.coalitions.rules import Rule, all_of, any_of, at_least, consent_of, fewer_against, weighted
    from games.coalitions.shapley import shapley_value

__all__ = [
    "shapley_shubik", "banzhaf", "swings",
    "Rule", "weighted", "at_least", "fewer_against", "consent_of", "any_of", "all_of",
    "Ballot", "passes", "kept",
    "security_council", "security_council_ballot", "eu_council",
    "shapley_value", "nucleolus", "prenucleolus", "is_nucleolus", "core", "Core", "in_core",
    "is_balanced", "is_convex", "is_monotone", "is_superadditive",
    "agreement_sizes", "stable_sizes", "AgreementSize", "agreement_list", "stable_agreements", "agreement_of",
    "Agreement",
    "farsighted_agreements", "SocialSituation", "EnvironmentalAgreement", "PriceLeadership",
]

_HOME = {
    "shapley_shubik": "power", "banzhaf": "power", "swings": "power",
    "Rule": "rules", "weighted": "rules", "at_least": "rules", "fewer_against": "rules", "consent_of": "rules",
    "any_of": "rules", "all_of": "rules",
    "Ballot": "ballots", "passes": "ballots", "kept": "ballots",
    "security_council": "bodies", "security_council_ballot": "bodies", "eu_council": "bodies",
    "shapley_value": "shapley",
    "nucleolus": "nucleolus_rounds", "prenucleolus": "nucleolus_rounds", "is_nucleolus": "nucleolus_rounds",
    "core": "core_points", "Core": "core_points", "in_core": "core_points", "is_balanced": "core_points",
    "is_convex": "characteristic", "is_monotone": "characteristic", "is_superadditive": "characteristic",
    "agreement_sizes": "agreements", "stable_sizes": "agreements", "AgreementSize": "agreements",
    "agreement_list": "agreements", "stable_agreements": "agreements", "agreement_of": "agreements",
    "Agreement": "agreements", "farsighted_agreements": "farsighted", "SocialSituation": "farsighted",
    "EnvironmentalAgreement": "participation_models", "PriceLeadership": "participation_models",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the module it lives in (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"games.coalitions.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion and help."""
    return sorted({*globals(), *__all__})
