"""What reads the files without a command line: readers and what exact code says at once, a few milliseconds each."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.trees.files import read_tree_certificate
from games.extensive_form import answer
from games.files.conversions import convert
from games.files.game_file import read_game
from games.files.game_writing import game_to_json
from games.files.path_file import path_to_json, read_path
from games.files.strategy_file import read_strategy
from games.game_trees.gambit import to_efg, to_nfg
from games.game_trees.tree_file import extensive_to_json, read_extensive
from games.model.stochastic_game import GameError
from games.play.strategies.evaluation import evaluate
from games.questions.solve import solve
from games.replication import papers
from games.solvers.verdict import certificate_of
from treaties.compiling.compile import compile_treaty
from treaties.effects import CompilationError
from treaties.linting.clauses import lint
from treaties.model.errors import TreatyFileError
from treaties.reading.paths import PathError
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import apply_variant, with_terms

REFUSALS = (GameError, TreatyFileError, CompilationError, PathError)
"""What readers raise when something is wrong with what they are given; anything else is a fault of the program."""


def _treaty(file: str, _other: str) -> None:
    treaty = read_treaty(file)
    for remark in lint(treaty):
        str(remark)
    compile_treaty(treaty).game.digest  # noqa: B018
    for variant in treaty.variants:
        apply_variant(treaty, variant)


def _terms(file: str, other: str) -> None:
    """``file`` holds terms to be changed: paths and values, as TOML; the treaty is the other file."""
    try:
        terms = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return
    with_terms(read_treaty(other), terms)


def _game(file: str, _other: str) -> None:
    game = read_game(file)
    assert read_game(game_to_json(game)).digest == game.digest
    for form in ("nfg", "nashpy", "quantecon"):
        with contextlib.suppress(GameError):  # nashpy knows two players
            convert(game, form, tuple(range(game.n_states)))


def _solved(file: str, _other: str) -> None:
    game = read_game(file)
    solution = solve(game)
    solution.to_json()
    evidence = certificate_of(solution.verdict({game.states[0]: [game.profile_labels(0)]}))
    assert evidence is None or evidence.check(game).accepted


def _certificate(file: str, other: str) -> None:
    evidence, game = read_certificate(file), read_game(other)
    if evidence.check(game).accepted:
        evidence.claim(game)
    certificate_text(evidence)


def _path(file: str, other: str) -> None:
    game = read_game(other)
    plan = read_path(file, game)
    assert read_path(path_to_json(plan), game).to_json() == plan.to_json()


def _strategy(file: str, other: str) -> None:
    game = read_game(other)
    judged = evaluate(game, read_strategy(file, game))
    judged.to_json()
    assert judged.certificate is None or judged.certificate.check(game).accepted


def _tree(file: str, _other: str) -> None:
    tree = read_extensive(file)
    assert read_extensive(extensive_to_json(tree)).digest == tree.digest
    to_efg(tree)
    to_nfg(tree)
    found = answer(tree)
    found.to_json()
    assert found.certificate is None or found.certificate.check(tree).accepted


def _tree_proof(file: str, other: str) -> None:
    read_tree_certificate(file).check(read_extensive(other))


def _papers(folder: str, _other: str) -> None:
    papers(Path(folder))


READERS: Mapping[str, Callable[[str, str], None]] = {
    "read-treaty": _treaty, "change-treaty": _terms, "read-game": _game, "solve-game": _solved,
    "read-certificate": _certificate, "read-path": _path, "read-strategy": _strategy,
    "read-tree": _tree, "read-tree-proof": _tree_proof, "read-papers": _papers,
}
"""By the word that stands for them in the place of a command; each takes the broken file and another one."""
