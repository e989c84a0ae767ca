"""Clauses side by side: a small host treaty, blocks of every clause and preset that fit it, pairs and random treaties.

Blocks come from the accepted files, found by looking: of each clause the first that stands in the host, alone or with
one clause of its own file beside it that it cannot do without.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, final

from tests.support.provisions import examples_of
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.drafting.example_blocks import example_block
from treaties.effects import CompilationError
from treaties.linting.clauses import lint
from treaties.model.treaty import Treaty
from treaties.provisions import all_types
from treaties.reading.document import validate_document
from treaties.reading.variants import document_of

Block = dict[str, Any]

NAMES = {"A": "Arcadia", "B": "Borduria", "C": "Cumbria", "F": "Forge Works"}
FIRM = "F"
"""Of the parties of a host the one that signs nothing."""
GAINS = {"A": (2, 3, -1, 0), "B": (3, 4, -1, 0), "C": (2, 4, -1, 0)}
"""Reward, temptation, sucker, punishment per year."""


def host(parties: str = "AB", *, hidden: bool = False, discount: float = 0.8) -> dict[str, Any]:
    """A treaty without clauses, as a document: one matter, one event; ``hidden``: nobody sees conduct, but a flag."""
    signatories = parties.replace(FIRM, "")
    kinds = ("reward", "temptation", "sucker", "punishment")
    matter: Block = {"id": "trade", **{k: {p: GAINS[p][n] for p in signatories} for n, k in enumerate(kinds)}}
    if hidden:
        matter["observability"] = "private"
    return {
        "schema": "servanda-treaty/1",
        "title": "Host of clauses",
        "payoff_unit": "points per year",
        "party": [
            {"id": p, "name": NAMES[p], "discount": discount} | ({} if p in signatories else {"signatory": False})
            for p in parties
        ],
        "event": [{"id": "shock", "enter": 0.1, "stay": 0.5, "cost_of_complying": dict.fromkeys(signatories, 1)}],
        "matter": [matter],
    }


@final
@dataclass(frozen=True)
class Fitting:
    """A clause that stands in a host: its block, those that it cannot do without, and the host's parties and matter."""

    kind: str
    block: Block
    beside: tuple[Block, ...]
    parties: str
    hidden: bool

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks, each with an article named after the clause."""
        names = {self.block["article"]: self.kind}
        names |= {b["article"]: f"{self.kind}, {b['type']}" for b in self.beside}
        return tuple(_renamed(block, names) for block in (self.block, *self.beside))


def _renamed(block: Block, names: dict[str, str]) -> Block:
    """A block with other article numbers, also where it refers to them."""
    return {k: names.get(v, v) if k != "type" and isinstance(v, str) else v for k, v in block.items()}


def treaty_of(document: dict[str, Any], blocks: Sequence[Block]) -> Treaty | None:
    """A document with clauses as a treaty; None if it is none."""
    found, _ = validate_document(copy.deepcopy({**document, "provision": list(blocks)}))
    return found


def _stands(document: dict[str, Any], blocks: Sequence[Block]) -> bool:
    treaty = treaty_of(document, blocks)
    if treaty is None or any(finding.severity == "error" for finding in lint(treaty)):
        return False
    try:
        compile_treaty(treaty)
    except CompilationError:
        return False
    return True


@cache
def fittings(kind: str) -> tuple[Fitting, ...]:
    """The clause in hosts that can take it, from accepted files; with placeholders if there is none."""
    found: list[Fitting] = []
    for parties, example in itertools.product(("AB", "ABC"), examples_of(kind)):
        parties += "" if len(example.signatories) == len(example.parties) else FIRM
        hidden = any(matter.unseen for matter in example.matters)
        blocks = [{k: v for k, v in b.items() if k not in ("design", "note", "source")} for b in _blocks(example)]
        own = [{"article": "-"} | block for block in blocks if block["type"] == kind]
        others = [block for block in blocks if block["type"] != kind]
        for block in own:
            tried = (Fitting(kind, block, beside, parties, hidden) for beside in [(), *((other,) for other in others)])
            stands = next((fit for fit in tried if _stands(host(parties, hidden=hidden), fit.blocks)), None)
            if stands is not None and not any(block == fit.block for fit in found):
                found.append(stands)
    if found:
        return tuple(found)
    for parties in ("AB", "ABC", "ABF"):
        made = example_block(all_types()[kind], host(parties))
        if made is not None and _stands(host(parties), [made]):
            return (Fitting(kind, made, (), parties, hidden=False),)
    raise AssertionError(f"no accepted file has a clause {kind} that stands in a small treaty; add one")


def fitting(kind: str) -> Fitting:
    """The clause in the first host that can take it."""
    return fittings(kind)[0]


def _blocks(treaty: Treaty) -> list[Block]:
    return [dict(block) for block in document_of(treaty).get("provision", [])]


def together(*found: Fitting) -> tuple[dict[str, Any], list[Block]]:
    """A host for all of them, and their blocks."""
    document = host("".join(sorted({p for f in found for p in f.parties})), hidden=any(f.hidden for f in found))
    return document, [block for each in found for block in each.blocks]


def pairs() -> list[tuple[str, str]]:
    """All pairs of types, in alphabetical order."""
    return list(itertools.combinations(sorted(all_types()), 2))


def compiled(document: dict[str, Any], blocks: Sequence[Block]) -> CompiledTreaty | str:
    """The game of a document with clauses; or why they cannot stand together, as reader, lint or compiler say it."""
    found, faults = validate_document(copy.deepcopy({**document, "provision": list(blocks)}))
    if found is None:
        return "; ".join(f"{fault.problem}; {fault.remedy}" for fault in faults)
    wrong = [str(finding) for finding in lint(found) if finding.severity == "error"]
    if wrong:
        return "; ".join(wrong)
    try:
        return compile_treaty(found)
    except CompilationError as error:
        return str(error)


MOST_CLAUSES = 8
MOST_ROWS = 1_500
"""A random treaty with more rows is left as it is: it would take minutes to solve."""


def random_treaty(seed: int) -> Treaty:
    """A treaty of 3 to 8 clauses drawn by lot, in an order drawn by lot; every sixth with conduct that nobody sees.

    Beside every fifth there is somebody who signs nothing and has a choice.
    Clauses that cannot stand beside those that are there, or make the game too large, are passed over.
    """
    draw = random.Random(seed)
    hidden = seed % 6 == 5
    parties = "ABC" if seed % 4 == 3 and not hidden else "AB"
    parties += FIRM if seed % 5 == 1 else ""
    document = host(parties, hidden=hidden)
    for party in document["party"]:
        party["discount"] = draw.choice((0.3, 0.5, 0.7, 0.8, 0.9))
        party["outside_option"] = draw.choice((-1, 0, 1))
    for payoff in ("reward", "temptation"):
        amounts = document["matter"][0][payoff]
        for party in amounts:
            amounts[party] += draw.choice((0, 0.5, 2))
    wanted, found = draw.randint(3, 8), list[Block]()
    kinds = sorted(all_types())
    draw.shuffle(kinds)
    kinds.sort(key=lambda kind: all(FIRM not in fit.parties for fit in fittings(kind)))
    clauses = 0
    for kind in kinds:
        able = [fit for fit in fittings(kind) if set(fit.parties) <= set(parties) and (hidden or not fit.hidden)]
        if not able:
            continue
        more = [_varied(block, draw) for block in draw.choice(able).blocks]
        if len(found) + len(more) > MOST_CLAUSES:
            continue
        try:
            small = _rows(document, [*found, *more]) <= (200 if hidden else MOST_ROWS)
        except CompilationError:
            continue
        if small:
            found += more
            clauses += 1
        if clauses == wanted:
            break
    draw.shuffle(found)
    treaty = treaty_of({**document, "title": f"Drawn by lot, seed {seed}"}, found)
    assert treaty is not None
    return treaty


def _varied(block: Block, draw: random.Random) -> Block:
    """A block with some of its own numbers changed a little, as long as it stays legal in a host."""
    varied = dict(block)
    for term, value in block.items():
        if isinstance(value, float) and draw.random() < 0.5:
            varied[term] = round(value * draw.choice((0.5, 0.9, 1.1)), 3)
    legal = any(treaty_of(host(parties), [varied]) is not None for parties in ("AB", "ABC"))
    return varied if legal else block


def _rows(document: dict[str, Any], blocks: Sequence[Block]) -> float:
    """Rows of the game; infinitely many where the clauses are no treaty."""
    treaty = treaty_of(document, blocks)
    if treaty is None or any(finding.severity == "error" for finding in lint(treaty)):
        return float("inf")
    return compile_treaty(treaty).game.n_rows
