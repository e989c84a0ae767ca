"""Checks of the trust cases by family; ``check_of`` finds that of a case by its name.

They take the ``inputs`` of a case, whatever their numbers, and compare what comes out with its ``expect``.
"""

from tests.support.trust_families import drifting, fixed_terms, least_trust, papers, reputation
from tests.support.trust_families.verdicts import FAMILIES, check_of

__all__ = ["FAMILIES", "check_of", "drifting", "fixed_terms", "least_trust", "papers", "reputation"]
