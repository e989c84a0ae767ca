"""``servanda game certify``: certificates re-proved in exact arithmetic."""

from __future__ import annotations

import typer

from games.command_line.options import AsJson, CertificateFile, Discount, GameFile, Transfers, game_asked
from games.command_line.say import say_check
from games.command_line.terminal import REFUSED, say, say_json, told


def certify_command(
    file: GameFile,
    certificate: CertificateFile,
    discount: Discount = None,
    transfers: Transfers = None,
    json: AsJson = False,
) -> None:
    """Re-prove a certificate in exact rational arithmetic, by code that knows no solver.

    Give --discount and --transfers as they were given to solve.  Exit status 1 means refused.
    """
    from games.certificates.certificate_file import read_certificate

    game = game_asked(file, discount, transfers)
    evidence = read_certificate(certificate)
    report = evidence.check(game)
    if json:
        say_json(
            {
                "accepted": report.accepted,
                "kind": evidence.kind,
                "concept": evidence.concept.value,
                "claim": report.claim,
                "place": report.place,
                "problem": report.problem,
                "numbers": dict(report.numbers),
                "game_digest": game.digest,
            }
        )
    else:
        say_check(report)
        if report.accepted:
            say(f"  kind     {evidence.kind}")
            say(f"  concept  {evidence.concept.value}")
            for key, value in report.numbers.items():
                say(f"  {key.replace('_', ' ')}  {told(value)}")
    if not report.accepted:
        raise typer.Exit(REFUSED)
