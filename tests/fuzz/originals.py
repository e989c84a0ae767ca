"""What is broken: sound files of every kind, what reads them, and the commands that do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import final

from games.certificates.certificate_file import certificate_text
from games.extensive_form import answer
from games.files.game_writing import game_to_json
from games.game_trees.tree_file import decision, extensive_game, extensive_to_json, terminal
from tests.support.example_certificates import examples

ROOT = Path(__file__).resolve().parents[2]
ACCEPTED = ROOT / "tests" / "treaties" / "reading" / "accepted"
DESIGNS = (ACCEPTED / "designs.toml").read_text(encoding="utf-8")
FILE, OTHER, OUT = "FILE", "OTHER", "OUT"
"""In a command: the broken file, the sound file that goes with it, and a place to write to."""


@final
@dataclass(frozen=True)
class Original:
    """A sound file: its name, its text, the sound file that goes with it, and what reads it.

    ``readers``   words of ``tests.fuzz.readers``: cheap, for nearly all inputs.
    ``commands``  command lines, for a few.
    """

    name: str
    text: str
    other: str
    readers: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...] = ()


TREATY = (
    ("check", FILE), ("check", FILE, "--json"), ("check", FILE, "--variants"), ("explain", FILE),
    ("brief", FILE, "--out", OUT), ("check", FILE, "--transfers", "voluntary", "--discount", "0.8"),
    ("bargain", FILE, "--designs", "2", "--workers", "1", "--out", OUT),
)
GAME = (
    ("game", "solve", FILE), ("game", "solve", FILE, "--json"), ("game", "solve", FILE, "--transfers", "voluntary"),
    ("game", "convert", FILE, "--to", "nfg", "--out", OUT), ("game", "convert", FILE, "--to", "quantecon"),
    ("game", "convert", FILE, "--to", "nashpy"), ("game", "certify", FILE, "--certificate", OTHER),
)
TREE = (
    ("game", "tree", FILE), ("game", "tree", FILE, "--json"), ("game", "convert", FILE, "--to", "efg"),
    ("game", "convert", FILE, "--to", "nfg"),
)
SLOW = ("public automaton", "excluded in public", "score of a plan", "scores of a mixture")
"""Games that take seconds to solve although their files are sound: they are only read."""


@cache
def treaties() -> tuple[Original, ...]:
    """Small treaties that between them have every clause."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(ACCEPTED.glob("*.toml"))}
    return tuple(Original(name, text, "", ("read-treaty",)) for name, text in texts.items())


@cache
def small_treaties() -> tuple[Original, ...]:
    """Treaties of a state or a few, which commands judge in a fraction of a second."""
    texts = {"alone": PROCUREMENT} | {
        name: f'{PROCUREMENT}\n[[provision]]\narticle = "9"\ntype = {clause}\n' for name, clause in CLAUSES.items()
    }
    return tuple(Original(f"{name}.toml", text, "", ("read-treaty",), TREATY) for name, text in texts.items())


@cache
def terms() -> tuple[Original, ...]:
    """Paths of a treaty and values for them; the treaty stands beside them."""
    texts = ("sunset.term_years = 8", "party.A.discount = 0.5", "matter.trade.reward.A = 3", "event.shock.stay = 0",
             "'veto[7].uses_per_term' = 1", "sunset.renewal.rule = 'automatic'", "event.shock.enter = 0.2",
             "'veto[7]'.uses_per_term = 'unlimited'\nsunset.renewal.decide_by_year = 3")
    return tuple(Original("terms.txt", text, DESIGNS, ("change-treaty",)) for text in texts)


@cache
def games() -> tuple[Original, ...]:
    """Games, and a certificate about each."""
    return tuple(
        Original(
            f"{kind}.game.json", _text(game_to_json(game)), certificate_text(evidence),
            ("read-game",) if kind in SLOW else ("read-game", "read-game", "solve-game"),
            () if kind in SLOW else GAME)
        for kind, (game, evidence) in examples().items()
    )


@cache
def certificates() -> tuple[Original, ...]:
    """Certificates of every kind, and the game that each speaks of."""
    certify = (("game", "certify", OTHER, "--certificate", FILE),
               ("game", "certify", OTHER, "--certificate", FILE, "--expect", "C,C", "--json"))
    return tuple(
        Original(f"{one.name}.certificate.json", one.other, one.text, ("read-certificate",), certify) for one in games()
    )


@cache
def paths() -> tuple[Original, ...]:
    """Path files, and the game that each plans."""
    solve = (("game", "solve", OTHER, "--target", FILE), ("game", "solve", OTHER, "--target", FILE, "--json"))
    out = []
    for one in games():
        states = json.loads(one.text)["states"]
        allowed = {state["name"]: [[own[0] for own in state["actions"]]] for state in states}
        path = _text({"format": "servanda-path/1", "allowed": allowed})
        commands = solve if one.commands else ()
        out.append(Original(f"{one.name}.path.json", path, one.text, ("read-path",), commands))
    return tuple(out)


@cache
def strategies() -> tuple[Original, ...]:
    """Strategy files, and the game that they are for."""
    judge = (("game", "strategy", OTHER, FILE), ("game", "strategy", OTHER, FILE, "--json", "--certificate", OUT))
    modes = {
        "keep": {"play": ["comply", "comply"], "then": "keep", "deviation": "suspend"},
        "suspend": {"play": {"peace": ["breach", "breach"]}, "then": {"suspend": "1/2", "keep": 0.5},
                    "deviation": "suspend", "deviation_of": {"B": "keep"}},
    }
    text = _text({"format": "servanda-strategy/1", "name": "suspension", "start": "keep", "modes": modes})
    return (Original("own.strategy.json", text, LINES_GAME, ("read-strategy",), judge),)


@cache
def trees() -> tuple[Original, ...]:
    """Game trees: one with perfect information, one without, one of constant sum; and what proves their solutions."""
    reply = {"accept": terminal([1, 1], "deal"), "refuse": terminal([0, 0])}
    seen = extensive_game(["A", "B"], decision("A", {"offer": decision("B", reply), "wait": terminal([0, "1/2"])}))

    def unseen(payoffs: Sequence[Sequence[int]]) -> dict[str, object]:
        ends = [terminal(list(each)) for each in payoffs]
        sides = [decision("B", {"l": ends[2 * k], "r": ends[2 * k + 1]}, "B's") for k in (0, 1)]
        return decision("A", {"u": sides[0], "d": sides[1]}, "A's")

    pennies = extensive_game(["A", "B"], unseen([(1, -1), (-1, 1), (-1, 1), (1, -1)]))
    dilemma = extensive_game(["A", "B"], unseen([(2, 2), (-1, 3), (3, -1), (0, 0)]))
    out = []
    for name, tree in (("seen", seen), ("pennies", pennies), ("dilemma", dilemma)):
        text, proof = _text(extensive_to_json(tree)), answer(tree).certificate
        out.append(Original(f"{name}.tree.json", text, "", ("read-tree",), TREE))
        if proof is not None:
            check = (("game", "tree", OTHER, "--check", FILE),)
            out.append(Original(f"{name}.proof.json", _text(proof.to_json()), text, ("read-tree-proof",), check))
    return tuple(out)


@cache
def papers() -> tuple[Original, ...]:
    """Files of papers; each stands in a folder with the rest of its paper."""
    names = ("abreu_1988", "banzhaf_1965", "friedman_1971", "goldluecke_kranz_2012", "nash_1950")
    files = [f for name in names for f in sorted((ROOT / "papers" / name).glob("*.toml"))]
    return tuple(
        Original(
            f"{f.parent.name}/{f.name}", f.read_text(encoding="utf-8"), "", ("read-papers",),
            (("papers", "--folder", FILE),) if f.parent.name == "nash_1950" else ())
        for f in files
    )


LINES: tuple[tuple[str, ...], ...] = (
    ("check", FILE, "--discount", "0.9,0.8", "--transfers", "none", "--strict"),
    ("bargain", FILE, "--designs", "2", "--workers", "1", "--batna", "A=1,B=2", "--weights", "A=2,B=1", "--out", OUT),
    ("brief", FILE, "--discount", "0.5", "--out", OUT, "--json"),
    ("schema", "--out", OUT),
    ("papers", "nash_1950", "--folder", OUT, "--json"),
    ("game", "solve", OTHER, "--target", "comply,comply", "--discount", "0.9", "--region", "--scan", "0.5,0.9,0.2"),
    ("game", "solve", OTHER, "--concept", "rne", "--negotiation-hazard", "0.5", "--bargaining-weights", "1,2",
     "--transfers", "voluntary", "--negotiation-method", "truncated", "--dates", "5"),
    ("game", "solve", OTHER, "--transfers", "voluntary", "--all-discounts", "--slacks", "--payments", "--json"),
    ("game", "solve", OTHER, "--target", "breach,breach", "--certificate", OUT, "--solver", "nash_reversion"),
    ("game", "convert", OTHER, "--to", "nfg", "--state", "peace", "--out", OUT),
    ("game", "strategy", OTHER, "k_period", "--periods", "3", "--cooperate", "comply,comply", "--discount", "1/2"),
    ("game", "strategy", OTHER, "generous_tit_for_tat", "--chance", "1/3", "--json", "--certificate", OUT),
)
"""Command lines to be broken; `PROCUREMENT` and `LINES_GAME` are the files they read."""

LINES_GAME = json.dumps({
    "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.9, "states": [{
        "name": "peace", "actions": [["comply", "breach"]] * 2, "payoffs": [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]],
    }],
})


PROCUREMENT = """schema = "servanda-treaty/1"
title = "Joint procurement"
payoff_unit = "EUR {million} per year"
period = "year"

[[party]]
id = "A"
name = "Arcadia"
discount = 0.7

[[party]]
id = "B"
name = "Borduria"
discount = 0.7
outside_option = 0.5

[[matter]]
id = "trade"
title = "Joint purchases"
reward = { A = 2, B = 2 }
temptation = { A = 3, B = 3 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }
"""
CLAUSES = {
    "sunset": '"sunset"\nterm_years = 2\nrenewal = { rule = "mutual" }\ndesign = { term_years = [1, 2] }',
    "withdrawal": '"withdrawal"\nnotice_years = 1',
}
"""Clauses that leave the treaty small."""


def _text(data: object) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False)
