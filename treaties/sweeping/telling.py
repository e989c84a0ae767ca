"""A sweep in the words of policy people."""

from __future__ import annotations

from collections.abc import Sequence

from treaties.bargaining.designs import AS_IT_STANDS
from treaties.findings.grid_words import held_finer
from treaties.findings.quantities import NumberWords
from treaties.sweeping.breaking import FirstBreak, first_breaks
from treaties.sweeping.discovery import scenario
from treaties.sweeping.influence import influences, told_of
from treaties.sweeping.plan import BLOCK
from treaties.sweeping.sweep import Swept

DRAWN = {"latin": "Latin hypercube", "sobol": "scrambled Sobol nets", "independent": "independent draws"}


def summary(found: Swept) -> list[str]:
    """What a sweep found, design by design."""
    plan = found.plan
    names = {party.id: party.name for party in plan.treaty.parties}
    drawn = f"{DRAWN[plan.draws.sampling]}, seed {plan.draws.seed}"
    lines = [
        f"{plan.treaty.title}: {worlds_told(plan.draws.worlds)} ({drawn}), "
        f"{_counted(len(plan.spans))} from a range, each independently of the others.",
        "",
    ]
    width = max(len(design.name) for design in plan.designs)
    broken = first_breaks(found.table)
    missing = {one.name: one.no_treaty for one in found.samples}
    for name, likely in found.likelihoods().items():
        if not found.blocks[0]:
            lines.append(f"  {name:<{width}}  not judged in any block yet")
            continue
        if likely is None:
            lines.append(f"  {name:<{width}}  no treaty: {found.problems.get(name, 'its numbers never go together')}")
            continue
        undecided = f"; {likely.undecided:,} undecided" if likely.undecided else ""
        void = f"; {left_out(missing[name])}" if missing[name] else ""
        first = _first(broken.get(name), names)
        lines.append(f"  {name:<{width}}  holds in {likely.in_words()}{undecided}{void}{first}")
    lines += ["", *_explained(found), ""]
    if found.blocks[0] < found.blocks[1]:
        done, wanted = found.blocks
        lines.append(
            f"Time was up after {done} of {wanted} blocks of {BLOCK} worlds; ask again in the same words to go on."
        )
    lines += [*in_what_sense(found.concepts), *held_finer(plan.treaty)]
    checks = told_checks(found.proved, found.unproved)
    lines.append(f"{checks}; {found.seconds_cpu:.0f} s of processor time for {found.table.num_rows:,} answers.")
    if found.path is not None:
        lines.append(
            f"wrote {found.path}"
            if found.blocks[0] == found.blocks[1] and not found.refused
            else f"what is finished is kept beside {found.path}"
        )
    return lines


def worlds_told(count: int) -> str:
    """So many worlds, in words."""
    return "1 world" if count == 1 else f"{count:,} worlds"


def left_out(count: int) -> str:
    """Worlds in which a design is no treaty, as part of a sentence."""
    return f"{worlds_told(count)} in which its numbers do not go together {'is' if count == 1 else 'are'} left out"


def in_what_sense(concepts: Sequence[str]) -> list[str]:
    """What it means that a treaty holds, in a sentence; none if nothing was judged."""
    if not concepts:
        return []
    kept = "the rule of one of rungs 1 to 3 is an equilibrium that" if any("Bayesian" in one for one in concepts) else (
        "some equilibrium")  # fmt: skip
    return [f"It holds where {kept} keeps to it ({'; '.join(concepts)})."]


def told_checks(proved: int, unproved: int) -> str:
    """How many answers were proved, as the beginning of a sentence."""
    return f"{proved:,} answers were proved in exact arithmetic" + (
        f", of {unproved:,} it could not tell" if unproved else ""
    )


def _explained(found: Swept) -> list[str]:
    """What matters to the first design, as a rule the text, and where it breaks."""
    words, sample = NumberWords.of(found.plan.treaty), found.samples[0]
    whose = "" if sample.name == AS_IT_STANDS else f"Of {sample.name}: "
    return [*told_of(influences(sample), words), f"{whose}{scenario(sample).in_words(words)}"]


def _first(broken: FirstBreak | None, names: dict[str, str]) -> str:
    """Who breaks first where it fails, and when as a rule."""
    if broken is None:
        return ""
    told = f"; {names[broken.party]} breaks first in {round(100 * broken.share)} of 100 failures"
    return f"{told}, mostly in year {broken.year}" if broken.year else told


def _counted(count: int) -> str:
    return "1 number drawn" if count == 1 else f"{count} numbers drawn"
