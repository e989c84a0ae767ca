"""The closed vocabulary of effects that provisions are written in."""

from games.numerics.arrays import Bools, Floats, Ints
from treaties.effects.announcements import (
    AccidentsLeft,
    Announcement,
    ChangingGovernment,
    ClockYears,
    EndsOnBreach,
    Examined,
    MajorityLater,
    Notice,
    PaymentLimit,
    SingleAnnouncement,
    StageDue,
    StageVote,
    SurvivesExit,
    Term,
    UnlimitedPayments,
)
from treaties.effects.columns import Columns
from treaties.effects.context import ProvisionContext
from treaties.effects.effects import (
    UNUSED_NEGOTIATION,
    Choice,
    Effect,
    Enforced,
    Negotiation,
    Option,
    PayoffTerm,
    Scale,
    Signal,
    StateVariable,
    Suspension,
    Transfers,
    Transition,
)
from treaties.effects.errors import CompilationError
from treaties.effects.laws import Amount, Condition, Law
from treaties.effects.names import (
    EXIT,
    IN_FORCE,
    MEMBER,
    OUT,
    RATIFICATION,
    RENEWAL,
    STAGE,
    STATUS,
    YEAR,
    YEAR_IN_WORDS,
    amount_paid,
    ballot,
    event_variable,
    government_variable,
    membership_variable,
    payee_of,
    payment_matter,
    payment_option,
    ratchet_variable,
)

__all__ = [
    "AccidentsLeft", "Amount", "Announcement", "Bools", "ChangingGovernment", "Choice", "ClockYears", "Columns",
    "CompilationError", "Condition", "EXIT", "Effect", "EndsOnBreach", "Enforced", "Examined", "Floats", "IN_FORCE",
    "Ints", "Law", "MEMBER", "MajorityLater", "Negotiation", "Notice", "OUT", "Option", "PaymentLimit", "PayoffTerm",
    "ProvisionContext", "RATIFICATION", "RENEWAL", "STAGE", "STATUS", "Scale", "Signal", "SingleAnnouncement",
    "StageDue", "StageVote", "StateVariable", "Suspension", "SurvivesExit", "Term", "Transfers", "Transition",
    "UNUSED_NEGOTIATION", "UnlimitedPayments", "YEAR", "YEAR_IN_WORDS", "amount_paid", "ballot", "event_variable",
    "government_variable", "membership_variable", "payee_of", "payment_matter", "payment_option", "ratchet_variable",
]  # fmt: skip
