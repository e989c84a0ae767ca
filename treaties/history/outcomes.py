"""Which outcomes count as an agreement kept: one table, written before anything was computed, with a reason each."""

from __future__ import annotations

from typing import Literal

from treaties.model.facts import OutcomeKind

Fate = Literal["kept", "ended", "partly", "neither"]
"""What became of an agreement; only what was kept or ended is held against what the model says."""

FATES: dict[OutcomeKind, tuple[Fate, str]] = {
    "renewed": ("kept", "its parties chose to go on"),
    "renewed_and_widened": ("kept", "its parties chose to go on, and others came in"),
    "sunset_renewed_then_made_permanent": ("kept", "renewed each time, then without an end"),
    "sunset_made_permanent_one_defector": ("kept", "made permanent by consensus; whether one party is out is disputed"),
    "sub_sunset_renewed_with_linkage": ("kept", "what would have ended was renewed before it did"),
    "renewal_declined_still_in_force": ("kept", "it binds and is applied; only its term was not made longer"),
    "extended_once_then_expired_unreplaced": ("ended", "it ran out and nothing took its place"),
    "expired_absorbed": ("kept", "kept to the end of its term, and its tasks went on elsewhere"),
    "withdrawn_after_alleged_breach": ("ended", "a party left"),
    "unilateral_suspension_despite_no_exit_clause": ("ended", "a party no longer performs it; the status is disputed"),
    "member_expelled_regime_survives": ("partly", "kept among the others; one member is out"),
    "collapsed_before_irreversible_stage": ("ended", "given up before its dearest stage"),
    "collapsed_enforcement_triggered_before_trigger_expiry": ("ended", "parties left it or exceeded its limits"),
    "one_joins_one_declines": ("neither", "who takes part is another question than whether those inside keep it"),
    "completed_after_renegotiation": ("kept", "carried out, on terms that were reopened once"),
    "in_force": ("kept", "it binds and is applied"),
    "in_force_dormant": ("partly", "it binds, and little is done under it"),
    "in_force_hedged": ("kept", "it binds and is applied; its parties added safeguards beside it"),
    "veto_exercised_then_lifted": ("partly", "kept, though consent was long withheld"),
    "self_reinforcing_success": ("kept", "kept and tightened again and again"),
}
"""What each kind of outcome counts as, and why."""
