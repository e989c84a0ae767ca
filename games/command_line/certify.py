"""``servanda game certify``: certificates re-proved in exact arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from games.command_line.options import (
    AsJson,
    CertificateFile,
    Discount,
    Expect,
    GameFile,
    Transfers,
    game_asked,
    plan_asked,
)
from games.command_line.say import say_check
from games.command_line.terminal import REFUSED, say, say_json, told

if TYPE_CHECKING:
    from games.certificates.certificate import Certificate
    from games.model.clock import TimedPlan
    from games.model.plan import Plan
    from games.model.stochastic_game import StochasticGame

NOTE = "seals show changes, not who wrote the file: whoever changes it can seal it anew; the check alone is the proof"


def certify_command(
    file: GameFile,
    certificate: CertificateFile,
    discount: Discount = None,
    transfers: Transfers = None,
    expect: Expect = None,
    json: AsJson = False,
) -> None:
    """Re-prove a certificate in exact rational arithmetic, by code that knows no solver, and say all that it claims.

    FILE may also be a game whose players have types (servanda-typed-game/1), with a certificate of its own.  Give
    --discount and --transfers as they were given to solve.  Exit status 1 means refused, or with --expect that the
    certificate does not prove what is expected.
    """
    from games.certificates.certificate_file import read_certificate
    from games.files.typed_file import is_typed_game

    if is_typed_game(file):
        _certify_typed(file, certificate, (discount, transfers, expect), json)
        return
    game = game_asked(file, discount, transfers)
    evidence = read_certificate(certificate)
    plan = None if expect is None else plan_asked(expect, game)
    report = evidence.check(game)
    claim = evidence.claim(game) if report.accepted else report.claim
    expected = None if plan is None or not report.accepted else {"asked": expect} | _expected(plan, evidence, game)
    if json:
        found: dict[str, Any] = {
            "accepted": report.accepted,
            "kind": evidence.kind,
            "concept": evidence.concept.value,
            "claim": claim,
            "place": report.place,
            "problem": report.problem,
            "numbers": dict(report.numbers),
            "game_digest": game.digest,
            "note": NOTE,
        }
        say_json(found if expected is None else found | {"expected": expected})
    else:
        say_check(report, claim)
        if report.accepted:
            say(f"  kind     {evidence.kind}")
            say(f"  concept  {evidence.concept.value}")
            for key, value in report.numbers.items():
                say(f"  {key.replace('_', ' ')}  {told(value)}")
            say(f"  note     {NOTE}")
        if expected is not None:
            _say_expected(expected)
    if not report.accepted or (expected is not None and not expected["proved"]):
        raise typer.Exit(REFUSED)


def _certify_typed(file: Path, certificate: Path, asked: tuple[str | None, ...], json: bool) -> None:
    """The same of a game with types, whose file says all that is asked of it."""
    from games.certificates.typed.certificate import CONCEPT
    from games.certificates.typed.files import read_typed_certificate
    from games.files.typed_file import read_typed_game

    if any(x is not None for x in asked):
        raise typer.BadParameter(
            "a game with types is judged as its file has it; leave out --discount, --transfers and --expect")
    typed = read_typed_game(file)
    evidence = read_typed_certificate(certificate)
    report = evidence.check(typed)
    claim = evidence.claim(typed) if report.accepted else report.claim
    if json:
        say_json({
            "accepted": report.accepted, "kind": evidence.kind, "concept": CONCEPT, "claim": claim,
            "place": report.place, "problem": report.problem, "numbers": dict(report.numbers),
            "typed_digest": typed.digest, "note": NOTE})
    else:
        say_check(report, claim)
        if report.accepted:
            say(f"  kind     {evidence.kind}")
            for key, value in report.numbers.items():
                say(f"  {key.replace('_', ' ')}  {told(value)}")
            say(f"  note     {NOTE}")
    if not report.accepted:
        raise typer.Exit(REFUSED)


def _expected(plan: Plan | TimedPlan, evidence: Certificate, game: StochasticGame) -> dict[str, Any]:
    """Whether an accepted certificate proves that an equilibrium keeps to a plan, and if not, where and why."""
    out: dict[str, Any] = {"proved": False, "claim": "", "place": "", "problem": ""}
    from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
    from games.model.plan import Plan

    if isinstance(evidence, NoProfitableDeviation):
        shown: Certificate | None = evidence.shows(plan)
    else:
        shown = evidence.shows(plan) if isinstance(plan, Plan) else None
    if shown is None:
        return out | {"place": "kind", "problem": "this evidence does not show that an equilibrium keeps to a plan"}
    report = shown.check(game)
    if not report.accepted:
        return out | {"place": report.place, "problem": report.problem}
    return out | {"proved": True, "claim": shown.claim(game)}


def _say_expected(found: dict[str, Any]) -> None:
    if found["proved"]:
        say(f"proves what is expected: {found['asked']}", bold=True, colour="green")
        say(f"  that is  {found['claim']}")
    else:
        say(f"does not prove what is expected: {found['asked']}", bold=True, colour="red")
        say(f"  where    {found['place']}")
        say(f"  why      {found['problem']}")
