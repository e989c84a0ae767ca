"""``servanda game tree``: games in extensive form: who knows what, what is played, with a proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from games.command_line.options import AsJson, ShowProgress, Strict
from games.command_line.places import insist_on_places
from games.command_line.progress import progress_line
from games.command_line.say import say_check, say_tree
from games.command_line.terminal import REFUSED, UNDECIDED, fail, say_json, tell

if TYPE_CHECKING:
    from games.game_trees.tree import ExtensiveGame


def tree_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A servanda-extensive/1 file (JSON).", show_default=False)
    ],
    certificate: Annotated[
        Path | None, typer.Option(metavar="OUT.json", help="Write the proof of the answer here.")
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(metavar="CERT.json", help="Solve nothing: re-prove this certificate.  Exit status 1 = refused."),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="OUT.svg|OUT.tex", help="Draw the tree here, as SVG or as TikZ for LaTeX.")
    ] = None,
    show_path: Annotated[
        bool, typer.Option("--show-path", help="With --plot: also draw the play that is found, its path thick.")
    ] = False,
    json: AsJson = False,
    strict: Strict = False,
    show_progress: ShowProgress = False,
) -> None:
    """A game in extensive form: perfect recall, subgames, and its solution with an exact proof.

    Backward induction if all is seen; optimal plans if two players' payoffs always add up to the same; for two players
    otherwise a sequential equilibrium, and in small trees all extreme Nash equilibria and which of them rest on empty
    threats; for more players all subgame-perfect equilibria in pure strategies, with beliefs where some exist.
    """
    from games.game_trees.tree_file import read_extensive

    if check is not None and certificate is not None:
        fail("--certificate writes a proof and --check reads one; give one of them")
    if show_path and plot is None:
        fail("--show-path needs --plot: it says what to draw")
    if plot is not None and check is not None:
        fail("--check solves and draws nothing; leave --plot out")
    if plot is not None and plot.suffix not in (".svg", ".tex"):
        fail(f"--plot {plot}: the name must end in .svg or .tex")
    insist_on_places((file,), {"--certificate": certificate, "--plot": plot})
    game = read_extensive(file)
    if check is not None:
        _check(check, game, json)
        return
    with progress_line("solving", show_progress):
        from games.extensive_form.answers import answer

        found = answer(game)
    if found.certificate is not None:
        proof = found.certificate.check(game)
        if not proof.accepted:
            raise RuntimeError(f"the proof of the answer was refused: {proof.place}: {proof.problem}")
    if json:
        say_json(found.to_json())
    else:
        say_tree(found)
    if certificate is not None and found.certificate is not None:
        from games.certificates.trees.files import write_tree_certificate

        tell(f"wrote {write_tree_certificate(found.certificate, certificate)}")
    elif certificate is not None:
        tell("no certificate: there is no equilibrium to show")
    if plot is not None:
        from games.drawing import plot_tree

        tell(f"wrote {plot_tree(game, plot, found.profile if show_path else None)}")
        if show_path and found.profile is None:
            tell("no path in the picture: no play was found")
    if strict and found.status == "undecided":
        raise typer.Exit(UNDECIDED)


def _check(certificate: Path, game: ExtensiveGame, json: bool) -> None:
    """Re-prove a certificate of a game tree."""
    from games.certificates.trees.files import read_tree_certificate

    evidence = read_tree_certificate(certificate)
    report = evidence.check(game)
    if json:
        say_json({
            "accepted": report.accepted, "kind": evidence.kind, "claim": report.claim, "place": report.place,
            "problem": report.problem, "numbers": dict(report.numbers), "game_digest": game.digest,
        })
    else:
        say_check(report)
    if not report.accepted:
        raise typer.Exit(REFUSED)
