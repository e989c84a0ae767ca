"""Advice in sentences, the same for a page and a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from treaties.advising.advice import Advice
from treaties.advising.in_worlds import InWorlds, OptionInWorlds
from treaties.advising.packages import Package
from treaties.advising.reason_words import reason_lines
from treaties.advising.smallest_change import SmallestChange
from treaties.findings.amounts import listed, money, number, per_period, sentence
from treaties.findings.quantities import NumberWords
from treaties.model.treaty import Treaty
from treaties.sweeping.levers import Lever, Term
from treaties.sweeping.moves import Flip, Together

PROVED, COMPUTED = "proved", "computed, not proved"
"""How a flip is known: the last words of the sentence on it, which no shorter telling may leave out."""


def advice_lines(found: Advice, treaty: Treaty) -> list[str]:
    """All of it, a sentence or two a line."""
    return [
        *worlds_lines(found.worlds, treaty),
        *([] if found.smallest is None else smallest_lines(found.smallest, treaty)),
        *package_lines(found, treaty),
        *reason_lines(found.reasons, treaty),
    ]


def worlds_lines(found: InWorlds | None, treaty: Treaty) -> list[str]:
    """In how many worlds it holds, who breaks first where it fails, and in how many each option holds."""
    if found is None:
        return []
    lines = [worlds_sentence(found.text, treaty, "It")]
    others = [f"“{one.name}” in {one.likelihood.in_words()}" for one in found.options[1:] if one.likelihood is not None]
    if others:
        lines.append(sentence(f"Of its options hold: {'; '.join(others)}"))
    return lines


def worlds_sentence(one: OptionInWorlds, treaty: Treaty, subject: str) -> str:
    """One option in all worlds; what is undecided is told as such."""
    if one.likelihood is None:
        return f"{subject} is a treaty in none of the worlds that its ranges allow."
    said = f"{subject} holds in {one.likelihood.in_words()}"
    if one.likelihood.undecided:
        said += f"; {number(one.likelihood.undecided)} of the worlds tested are not decided"
    if one.breaks is not None:
        names = treaty.names
        said += f"; where it fails {names[one.breaks.party]} breaks first in {round(100 * one.breaks.share)} of 100"
        if one.breaks.year:
            said += f", mostly in {treaty.period} {one.breaks.year} after signature"
    return sentence(said)


def smallest_lines(found: SmallestChange, treaty: Treaty) -> list[str]:
    """The smallest change that flips the answer, and the options of the file that mend it."""
    lines = [smallest_sentence(found, treaty)]
    if found.options:
        named = listed([f"“{name}”" for name in found.options])
        lines.append(f"Of the options of the file {named} {'make' if len(found.options) > 1 else 'makes'} it hold.")
    return lines


def smallest_sentence(found: SmallestChange, treaty: Treaty) -> str:
    """The smallest change that mends or breaks it, with what it costs whom; else that none was found, or not known."""
    crosses = "".join(f" It crosses a red line of {line.name} ({line.text})." for line in found.crosses)
    short = f" Not everything was tried: {found.note}." if found.note else ""
    if found.moved is not None and found.flip is not None:
        return _one_term(found.moved.lever, found.flip, treaty, breaks=found.answer == "breaks") + crosses + short
    if found.two is not None and found.two.holds is not None:
        return _two_terms(found.two, treaty) + crosses + short
    if not found.terms:
        return sentence(found.note or "No term of the text is a number that negotiators could move")
    tried = f"{number(found.tried)} values of {number(found.terms)} {'term' if found.terms == 1 else 'terms'}"
    together = f" and {number(found.pairs)} pairs of values" if found.pairs else ""
    if found.answer == "none found":
        return sentence(f"None of {tried}{together} that were tried flips the answer")
    why = [f"{number(found.undecided)} of them could not be decided"] if found.undecided else []
    why += [found.note] if found.note else []
    open_ = f"of {tried}{together} none does, and {'; '.join(why)}"
    return sentence(f"Whether a small change of the text flips the answer is not known: {open_}")


def _one_term(lever: Lever, flip: Flip, treaty: Treaty, *, breaks: bool) -> str:
    """A flip of one term.  Of a text that holds, where it breaks; else where it holds, with what that is worth."""
    name, told = NumberWords.of(treaty).in_prose(lever.path), value_words(lever, flip.holds, treaty)
    here, (failed, held) = value_words(lever, lever.value, treaty), flip.proved
    if breaks:
        fails = "" if flip.fails is None else value_words(lever, flip.fails, treaty)
        upto = f" (it holds up to {told})" if told not in (here, fails) else ""
        how = PROVED if failed and held else COMPUTED
        return sentence(f"The smallest change that breaks it: {name} from {here} to {fails}{upto}; {how}")
    how = PROVED if held else COMPUTED
    said = f"The smallest change that makes it hold: {name} from {here} to {told}; {how}"
    return sentence(said) + cost_sentence(flip.cost, treaty)


def _two_terms(found: Together, treaty: Treaty) -> str:
    assert found.holds is not None
    words = NumberWords.of(treaty)
    told = [
        f"{words.in_prose(lever.path)} from {value_words(lever, lever.value, treaty)} to "
        f"{value_words(lever, value, treaty)}"
        for lever, value in zip(found.levers, found.holds, strict=True)
    ]
    how = PROVED if found.proved[1] else COMPUTED
    said = sentence(f"No term alone makes it hold, of those tried; two together do: {' and '.join(told)}; {how}")
    return said + cost_sentence(found.cost, treaty)


def cost_sentence(cost: Mapping[str, float], treaty: Treaty) -> str:
    """What a change costs whom, or brings, with a space in front; empty if that is not known."""
    if not cost:
        return ""
    if not any(cost.values()):
        return " It costs nobody anything while all comply."
    flow = per_period(treaty.payoff_unit, treaty.period)
    told = [
        f"{treaty.names[party]} {money(abs(change), flow)} {'more' if change > 0 else 'less'}"
        for party, change in cost.items()
        if change
    ]
    return f" While all comply it then brings {listed(told)}."


def package_lines(found: Advice, treaty: Treaty) -> list[str]:
    """What can be traded, or why nothing."""
    lines = [package_sentence(one, treaty) for one in found.packages]
    if found.packages:
        return [*lines, sentence(found.packages_note)]
    if found.smallest is None:
        return []
    return [sentence(f"No package of two changes is known by which all gain: {found.packages_note}")]


def package_sentence(one: Package, treaty: Treaty) -> str:
    """Two changes, who gains what by both, and that it holds."""
    words, flow = NumberWords.of(treaty), per_period(treaty.payoff_unit, treaty.period)
    changes = [
        f"{words.in_prose(change.path)} from {term_words(change.path, change.before, treaty)} to "
        f"{term_words(change.path, change.after, treaty)}"
        for change in one.clauses
    ]
    gains = [f"{treaty.names[party]} {money(gain, flow, sign=True)}" for party, gain in one.gains.items()]
    return sentence(f"A trade by which all gain and it holds: {' with '.join(changes)} ({listed(gains)}; proved)")


def value_words(lever: Lever, value: Term, treaty: Treaty) -> str:
    """A value of a term in its unit; of a whole number or a listed value as it is."""
    return term_words(lever.path, value, treaty, counted=lever.kind != "number")


def term_words(path: str, value: Term, treaty: Treaty, *, counted: bool | None = None) -> str:
    """A value of the term at a path; ``counted`` a whole number, None: look it up."""
    if isinstance(value, str):
        return value
    words = NumberWords.of(treaty)
    if counted or (counted is None and not any(known.path == path for known in treaty.numbers())):
        return number(value)
    return words.amount(path, value)
