"""What moving single terms does, as lines for a reader."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import groupby

from rich import box
from rich.console import Console
from rich.table import Table

from treaties.findings.amounts import capital, listed, money, number, once, per_period, percent, signed
from treaties.findings.grid_words import held_finer
from treaties.findings.signal_words import for_ever
from treaties.sweeping.levers import POINTS, Lever, Term, size, whole_list
from treaties.sweeping.likelihood import Likelihood
from treaties.sweeping.moves import Fixed, Flip, InWorlds, Moved, Pairs
from treaties.sweeping.telling import in_what_sense, left_out, told_checks, worlds_told
from treaties.sweeping.two_terms import STEPS

WIDTH = 118
SHOWN = 5
"""Pairs of terms that are told."""
DOES = {"yes": "holds", "no": "does not hold", "undecided": "is undecided"}


def summary(found: Fixed) -> list[str]:
    """What was found."""
    flipping = [moved for moved in found.moved if moved.flips]
    lines = [f"{found.treaty.title}: {_standing(found)}.", ""]
    if not found.moved:
        lines.append(
            "No term can be moved: the text has no number of its own with a range; name values to try by design, "
            "or move the numbers of the world with --facts."
        )
    elif flipping:
        lines += [_heading(found), "", *_table(found, flipping), ""]
        lines += [*_ranked(found, flipping[0]), *_gaps(flipping)]
    lines += _without(found)
    if found.pairs is not None:
        lines += ["", *_together(found, found.pairs)]
    if found.moved:
        lines += ["", *_how(found, flipping)]
    lines += [*held_finer(found.treaty), *for_ever(found.treaty)]
    if found.skipped:
        lines.append(f"Not moved: {'; '.join(f'{path} {why}' for path, why in found.skipped.items())}.")
    return lines


def _standing(found: Fixed) -> str:
    unit = once(found.treaty.payoff_unit, found.treaty.period)
    wanted = f" with a margin of {money(found.margin, unit)}" if found.margin else ""
    if found.worlds is not None:
        undecided = f", {found.worlds.text.undecided:,} undecided" if found.worlds.text.undecided else ""
        told = f"full compliance{wanted} holds in {found.worlds.text.in_words()}{undecided} as it stands"
        return f"{told}; asked for are {number(100 * found.worlds.share)} of 100"
    return f"full compliance{wanted} {DOES[found.verdict]} as it stands"


def _heading(found: Fixed) -> str:
    if found.verdict == "yes":
        return "How far each term can be moved, all others as they are, before it breaks:"
    return "Changes of one term, all others as they are, that make it hold, the smallest first:"


def _table(found: Fixed, flipping: Iterable[Moved]) -> list[str]:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    threshold = "holds up to" if found.verdict == "yes" else "holds from"
    right = ("now", threshold, "fails at", "share")
    how = "proved" if found.worlds is None else "of 100 worlds"
    for column in ("term", "now", "direction", *right[1:], how, "value to parties"):
        table.add_column(
            column, justify="right" if column in right else "left", overflow="fold", no_wrap=column == "term"
        )
    for moved in flipping:
        for flip in moved.flips:
            table.add_row(
                moved.lever.path,
                told(moved.lever.value),
                flip.direction,
                _holds(flip),
                _fails(flip),
                percent(flip.share),
                _proved(flip) if flip.likely is None else _worlds(*flip.likely),
                _cost(flip),
            )
    console = Console(file=StringIO(), width=WIDTH, color_system=None, force_terminal=False, emoji=False, markup=False)
    console.print(table)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _proved(flip: Flip) -> str:
    fails, holds = flip.proved
    if fails and holds:
        return "both"
    return "what holds" if holds else "what fails" if fails else "no"


def _worlds(fails: Likelihood | None, holds: Likelihood) -> str:
    """In how many worlds it holds at the threshold, with the error of sampling, and beyond it."""
    least, most = (round(100 * end) for end in holds.interval)
    beyond = "" if fails is None else f"; {number(100 * fails.share[0])} beyond"
    return f"{number(100 * holds.share[0])} ({least} to {most}{beyond})"


def _cost(flip: Flip) -> str:
    if not flip.cost:
        return "not known"
    changed = [f"{party} {signed(value)}" for party, value in flip.cost.items() if value]
    return ", ".join(changed) or "no change"


def _ranked(found: Fixed, first: Moved) -> Iterator[str]:
    """The smallest change, in a sentence, and what ranks them."""
    flip, lever = first.flips[0], first.lever
    unit = per_period(found.treaty.payoff_unit, found.treaty.period)
    names = {party.id: party.name for party in found.treaty.parties}
    pays = [
        f"{names[party]} {'gains' if value > 0 else 'loses'} {money(abs(value), unit)}"
        for party, value in flip.cost.items()
        if value
    ]
    effect = listed(pays) if pays else "no party's value of compliance changes" if flip.cost else ""
    verb = {"lower": "lowered", "raise": "raised", "keep": "settled at its value"}[flip.direction]
    if found.verdict == "yes":
        said = f"It is nearest to breaking by {lever.path}, now {told(lever.value)}: "
        if flip.holds == lever.value and flip.fails is not None:
            said += f"{verb} to {_fails(flip)} it fails"
        else:
            said += f"{verb} to {_holds(flip)} it holds" + (
                f", at {_fails(flip)} it fails" if flip.fails is not None else ""
            )
    else:
        to = "" if flip.direction == "keep" else f" to {_holds(flip)}"
        said = f"The smallest change: {lever.path}, now {told(lever.value)}, {verb}{to}"
    yield f"{said}{f'; {effect}' if effect else ''}."


def _gaps(flipping: Iterable[Moved]) -> Iterator[str]:
    """Where the two sides of a flip are not next to one another."""
    for moved in flipping:
        for flip in moved.flips:
            if flip.direction == "keep":
                yield f"{moved.lever.path}: it is enough to settle it at {_holds(flip)}, which worlds now vary."
            elif flip.fails is None:
                yield f"{moved.lever.path}: on the way to {_holds(flip)} nothing is decided."
            elif moved.lever.kind == "number" and _far(flip):
                between = f"{_holds(flip)} (holds) and {_fails(flip)} (fails)"
                yield f"{moved.lever.path}: no answer was found between {between}."


def _in_worlds(worlds: InWorlds) -> Iterator[str]:
    """How the share was found, and how far it was proved."""
    numbers = "1 number" if worlds.varied == 1 else f"{worlds.varied} numbers"
    yield (
        f"Every value was judged in the same {worlds_told(worlds.draws.worlds)} (Latin hypercube, seed "
        f"{worlds.draws.seed}; {numbers} drawn from a range); a term that is moved has its value in all of them."
    )
    if worlds.no_treaty:
        yield f"Of these, {left_out(worlds.no_treaty)}."
    checks = told_checks(worlds.proved, worlds.unproved)
    yield f"Shares of worlds are computed, not proved: {checks}. Other worlds would move the thresholds."


def _far(flip: Flip) -> bool:
    """The two sides are farther apart than digits that are told."""
    near = 1e-4 if flip.likely is not None else 3e-6
    return not math.isclose(size(flip.holds), size(flip.fails or 0), rel_tol=near, abs_tol=1e-12)


def _together(found: Fixed, pairs: Pairs) -> Iterator[str]:
    """What two terms do together."""
    if not pairs.count:
        yield "There are no two terms to move together."
        return
    least = found.moved[0].share if found.moved else math.inf
    for one in pairs.helping[:SHOWN]:
        assert one.holds is not None
        changes = [
            f"{lever.path} from {told(lever.value)} to {told(value)}"
            for lever, value in zip(one.levers, one.holds, strict=True)
        ]
        beyond = "" if one.fails is None else f" (at {' and '.join(told(value) for value in one.fails)} it fails)"
        both = {
            (True, True): "both sides proved",
            (False, True): "what holds proved",
            (True, False): "what fails proved",
        }
        effect = ", ".join(f"{party} {signed(value)}" for party, value in one.cost.items() if value) or "no change"
        yield (
            f"Together: {listed(changes)}{beyond}: {percent(one.share)} of their ranges, added up; "
            f"{both.get(one.proved, 'not proved')}; value to parties: {effect}."
        )
    more = len(pairs.helping) - SHOWN
    if more > 0:
        yield f"and {more} pairs more, which need larger changes (--json)."
    if pairs.helping and pairs.helping[0].share >= least:
        yield "One term alone needs less than any of these pairs."
    if not pairs.helping:
        yield "No pair of terms was found that needs less together than one of them alone."
    undecided = sum(one.undecided for one in pairs.found)
    tried = "the only pair that there is" if pairs.count == 1 else f"all {pairs.count:,} pairs"
    if len(pairs.found) < pairs.count:
        tried = f"{len(pairs.found):,} of {pairs.count:,} pairs, as many as time and number allowed"
    yield (
        f"Two terms were moved together in {tried}, at up to {STEPS} values a side of each; the nearest that holds was "
        "narrowed along the way from the text. Smaller changes between these values are not excluded"
        f"{f', nor at {undecided:,} where it is undecided' if undecided else ''}."
    )


def _without(found: Fixed) -> Iterator[str]:
    """Terms that flip nothing, by what can be said of them."""
    rest = sorted((moved for moved in found.moved if not moved.flips), key=lambda moved: moved.answer)
    for answer, some in groupby(rest, key=lambda moved: moved.answer):
        for proved, same in groupby(sorted(some, key=_all_proved), key=_all_proved):
            terms = [f"{moved.lever.path} ({_span(moved.lever)}, {_values(moved)})" for moved in same]
            if answer == "undecided":
                yield f"No flip was found, and some values tried are undecided: {listed(terms)}."
                continue
            head = answer.replace("value", "value of these terms" if len(terms) > 1 else "value of this term")
            how = "each proved in exact arithmetic" if proved else "computed, not each proved"
            yield f"{capital(head)} ({how}): {listed(terms)}."


def _all_proved(moved: Moved) -> bool:
    return moved.proved == moved.tried


def _values(moved: Moved) -> str:
    return "1 value tried" if moved.tried == 1 else f"{moved.tried} values tried"


def _span(lever: Lever) -> str:
    return f"{told(lever.ends[0])} to {told(lever.ends[1])}"


def _how(found: Fixed, flipping: Iterable[Moved]) -> Iterator[str]:
    """What was tried, and what is not said."""
    if any(not whole_list(moved.lever) for moved in found.moved):
        yield (
            f"Amounts and chances were tried at {POINTS} values or more on either side of the text's as far as their "
            "ranges go, then narrowed; narrower islands between two values tried are not excluded."
        )
    if any(whole_list(moved.lever) for moved in found.moved):
        yield "Whole numbers and listed values were all tried, between the ends of their ranges."
    ranges = [f"{moved.lever.path} {_span(moved.lever)} ({moved.lever.whence})" for moved in flipping]
    if ranges:
        yield f"Ranges: {'; '.join(ranges)}. Changes are ranked by their share of the range."
    if found.worlds is not None:
        yield from _in_worlds(found.worlds)
    yield from in_what_sense([found.text.concept] if found.text.concept else [])
    if found.margin:
        yield "Margins are computed; what is proved is only that compliance holds, or does not."


def told(value: Term | None, beyond: float = 0.0) -> str:
    """A value of a term in seven digits; rounded towards where ``beyond`` is, from the value on, if it is not 0."""
    if value is None or isinstance(value, str):
        return value or "none"
    text = f"{value:.7g}"
    if beyond and value and (float(text) - value) * beyond < 0:
        last = 10.0 ** (math.floor(math.log10(abs(value))) - 6)
        text = f"{value + math.copysign(last / 2, beyond):.7g}"
    return text


def _holds(flip: Flip) -> str:
    """The threshold, rounded to the side that holds."""
    return told(flip.holds, 0.0 if flip.fails is None else size(flip.holds) - size(flip.fails))


def _fails(flip: Flip) -> str:
    """The value that fails next to it, rounded to the side that fails."""
    return told(flip.fails, 0.0 if flip.fails is None else size(flip.fails) - size(flip.holds))
