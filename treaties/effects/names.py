"""Names that more than one article speaks of: state variables, ballots, payments."""

from __future__ import annotations

IN_FORCE = 0
STATUS = "status"
YEAR = "term year"
RENEWAL = "renewal"
STAGE = "stage"
EXIT = "exit"
RATIFICATION = "ratification"
YEARS_IN_FORCE = "year in force"
"""State variables and procedures that more than one article speaks of."""
NO_DUTY = "owes nothing"
"""The only thing that a party does in a matter in which it is not obliged."""
YEAR_IN_WORDS = "year of the term"
"""What readers see in place of ``YEAR``."""
YEARS_IN_FORCE_IN_WORDS = "year since entry into force"
"""What readers see in place of ``YEARS_IN_FORCE``."""


def event_variable(event: str) -> str:
    """Name of the state variable of an event."""
    return f"event {event}"


_PAYMENT, _PAY = "payment to ", "pay "


def payment_matter(payee: str) -> str:
    """Name of the choice of how much to pay another party in a year."""
    return _PAYMENT + payee


def payee_of(matter: str) -> str | None:
    """The party that ``payment_matter`` names; None for any other matter."""
    return matter.removeprefix(_PAYMENT) if matter.startswith(_PAYMENT) else None


def payment_option(amount: float) -> str:
    """Name of the option to pay an amount."""
    return f"{_PAY}{amount:.10g}"


def amount_paid(option: str) -> float:
    """The amount that ``payment_option`` names."""
    return float(option.removeprefix(_PAY))


def ballot(subject: str) -> str:
    """Name of the choice by which a party votes on something."""
    return f"vote on {subject}"


def ratchet_variable(article: str) -> str:
    """Name of the state variable that says by which rule the committee of an article decides."""
    return f"decisions under article {article}"


TAKE, OMIT = "take", "omit"
"""What a party can do about a measure that builds trust."""
MEMBER, OUT = "member", "out"


def membership_variable(party: str) -> str:
    """Name of the state variable that says whether a party is still a member; its last value is ``OUT``."""
    return f"membership of {party}"


def government_variable(party: str) -> str:
    """Name of the state variable of a party's government."""
    return f"government of {party}"
