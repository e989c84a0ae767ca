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
    RedrawsType,
    RefusedRatification,
    RenewalVote,
    ScepticsLeft,
    SingleAnnouncement,
    StageDue,
    StagesHeld,
    StageVote,
    SunkStake,
    SurvivesExit,
    Term,
    UnlimitedPayments,
    WalksOut,
    YearsInForce,
)
from treaties.effects.columns import Columns
from treaties.effects.context import ProvisionContext, last_year_of
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
from treaties.effects.errors import CompilationError, GameTooLarge
from treaties.effects.grids import Grid, Rounding
from treaties.effects.laws import Amount, Condition, Law
from treaties.effects.limits import (
    Window,
    announced_of,
    announced_within,
    applying_to,
    opening,
    party_of,
    told_of,
    within,
)
from treaties.effects.names import (
    EXIT,
    IN_FORCE,
    MEMBER,
    NO_DUTY,
    OMIT,
    OUT,
    RATIFICATION,
    RENEWAL,
    STAGE,
    STATUS,
    TAKE,
    YEAR,
    YEAR_IN_WORDS,
    YEARS_IN_FORCE,
    YEARS_IN_FORCE_IN_WORDS,
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
from treaties.effects.stocks import Stock

__all__ = [
    "AccidentsLeft", "Amount", "Announcement", "Bools", "ChangingGovernment", "Choice", "ClockYears", "Columns",
    "CompilationError", "Condition", "EXIT", "Effect", "EndsOnBreach", "Enforced", "Examined", "Floats", "GameTooLarge",
    "Grid", "IN_FORCE", "Ints", "Law", "MEMBER", "MajorityLater", "NO_DUTY", "Negotiation", "Notice", "OMIT", "OUT",
    "Option", "PaymentLimit", "PayoffTerm", "ProvisionContext", "RATIFICATION", "RENEWAL", "RedrawsType",
    "RefusedRatification", "RenewalVote", "Rounding", "STAGE", "STATUS", "Scale", "ScepticsLeft", "Signal",
    "SingleAnnouncement", "StageDue", "StageVote", "StagesHeld", "StateVariable", "Stock", "SunkStake", "SurvivesExit",
    "Suspension", "TAKE", "Term", "Transfers", "Transition", "UNUSED_NEGOTIATION", "UnlimitedPayments", "WalksOut",
    "Window", "YEAR", "YEARS_IN_FORCE", "YEARS_IN_FORCE_IN_WORDS", "YEAR_IN_WORDS", "YearsInForce", "amount_paid",
    "announced_of", "announced_within", "applying_to", "ballot", "event_variable", "government_variable",
    "last_year_of", "membership_variable", "opening", "party_of", "payee_of", "payment_matter", "payment_option",
    "ratchet_variable", "told_of", "within",
]  # fmt: skip
