"""The way back up: states, rows and deviations of the compiled game in the treaty's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.merging import MergedChoice
from treaties.effects import (
    NO_DUTY,
    RENEWAL,
    STATUS,
    YEAR,
    Enforced,
    Scale,
    StateVariable,
    amount_paid,
    event_variable,
    government_variable,
    payee_of,
)
from treaties.findings.amounts import capital, money, once
from treaties.findings.phrases import under
from treaties.findings.records import WeakestLink


@final
@dataclass(frozen=True)
class DeviationWords:
    """A deviation in words: what the party does instead, the articles concerned, and whether that is lawful."""

    words: str
    article: str
    lawful: bool


def state_in_words(compiled: CompiledTreaty, state: int) -> dict[str, str]:
    """A state variable by variable, leaving out what is as usual (in force, no event, an open vote).

    Once the treaty has ended, of all the rest only governments are told, and stocks that are still there.
    """
    columns = compiled.state_columns
    left_out = {YEAR} if not columns.operating[state] else set()
    if columns.is_value(STATUS, "ended")[state]:
        left_out = set(columns.values) - {STATUS, *_governments(compiled), *_surviving_stocks(compiled)}
    return _told(compiled, state, [name for name in columns.values if name not in left_out])


def world_in_words(compiled: CompiledTreaty, state: int) -> dict[str, str]:
    """The world around the treaty in a state, variable by variable: events under way, and governments."""
    around = {event_variable(event) for event in compiled.context.events} | _governments(compiled)
    return _told(compiled, state, [name for name in compiled.state_columns.values if name in around])


def _governments(compiled: CompiledTreaty) -> set[str]:
    return {government_variable(party) for party in compiled.context.parties}


def _surviving_stocks(compiled: CompiledTreaty) -> set[str]:
    variables = (effect for effect in compiled.effects if isinstance(effect, StateVariable))
    return {variable.name for variable in variables if variable.grid is not None and not variable.of_treaty}


def _told(compiled: CompiledTreaty, state: int, variables: Sequence[str]) -> dict[str, str]:
    """Some variables of a state as readers see them; those that are as usual are left out."""
    columns = compiled.state_columns
    declared = {e.name: e for e in compiled.effects if isinstance(e, StateVariable)}
    out: dict[str, str] = {}
    for name in variables:
        variable = declared[name]
        values = values_of(compiled, state, name)
        if values and (variable.usual is None or values != (variable.usual,)):
            said = name if variable.words is None else named(compiled, variable.words) + variable.citing
            value = " or ".join(f"at {value:g}" if variable.grid is not None else str(value) for value in values)
            out[said] = f"{value} of {len(columns.values[name])}" if variable.counted else value
    return out


def values_of(compiled: CompiledTreaty, state: int, name: str) -> tuple[str | int | float, ...]:
    """The values of a state variable that a state stands for; none of a clock on which nothing depends there."""
    if name in compiled.told:
        return compiled.told[name][state]
    columns = compiled.state_columns
    return (columns.values[name][int(columns.codes[name][state])],)


def situation(compiled: CompiledTreaty, state: int) -> str:
    """A state as one phrase: "year of the term 8, stage 2 of 3"."""
    return ", ".join(
        name if value == "yes" else f"{name} {value}" for name, value in state_in_words(compiled, state).items()
    )


def term_year(compiled: CompiledTreaty, state: int) -> int | None:
    """The year of the term (1 is the first), None if there is no clock, or nothing depends on it."""
    columns = compiled.state_columns
    if YEAR not in columns.codes or not columns.operating[state] or len(values_of(compiled, state, YEAR)) != 1:
        return None
    return int(columns.codes[YEAR][state]) + 1


def moves_in_words(compiled: CompiledTreaty, moves: Sequence[tuple[MergedChoice, int]]) -> str:
    """Options that a party takes as one verb phrase: breaches first, what is done in several matters said once."""
    matters: dict[str, list[str]] = {}
    for choice, option in sorted(moves, key=lambda move: move[0].options[move[1]].compliant):
        verb, matter = _move(compiled, choice, option)
        matters.setdefault(verb, []).extend([f"on {matter}"] if matter else [])
    return " and ".join(" ".join([verb, " and ".join(on)]) if on else verb for verb, on in matters.items())


def _move(compiled: CompiledTreaty, choice: MergedChoice, option: int) -> tuple[str, str]:
    """An option as a verb and the matter that it is about, "" if the verb says all."""
    taken = choice.options[option]
    payee = payee_of(choice.matter)
    if payee is not None:
        return _payment_in_words(compiled, choice, option, payee), ""
    if taken.words is None:
        return f"plays {taken.name}", _names(compiled).get(choice.matter, choice.matter.replace("_", " "))
    verb = named(compiled, taken.words) + taken.citing
    return verb, "" if taken.on is None else _names(compiled)[taken.on]


def _names(compiled: CompiledTreaty) -> dict[str, str]:
    """Names of matters and parties by id, as readers should see them."""
    matters = {matter.id: (matter.title or matter.id).replace("_", " ") for matter in compiled.treaty.matters}
    return matters | {party.id: party.name for party in compiled.treaty.parties}


def named(compiled: CompiledTreaty, text: str) -> str:
    """A clause's words with names where it has ids of parties and matters in braces: "audit of {A} on {coal}"."""
    names = _names(compiled)
    # In one pass: a name that has braces of its own is text, and so is what stands in braces and is no id.
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], found[0]), text)


def _payment_in_words(compiled: CompiledTreaty, choice: MergedChoice, option: int, payee: str) -> str:
    """A payment, and what was agreed if it falls short of that: "pays EUR 5 million to Norland under article 12"."""
    treaty, taken = compiled.treaty, choice.options[option]
    unit = once(treaty.payoff_unit, treaty.period)
    paid = amount_paid(taken.name)
    said = f"pays {money(paid, unit) if paid else 'nothing'} to {treaty.party(payee).name}"
    if not taken.compliant:
        agreed = amount_paid(choice.options[choice.default].name)
        said += f" in place of the {money(agreed, unit)} agreed"
    return said if taken.article == "-" else f"{said} under article {taken.article}"


def row_in_words(compiled: CompiledTreaty, row: int, player: int) -> str:
    """What one party does in a row: conduct, and procedural moves that are not the usual ones."""
    party = compiled.treaty.parties[player].id
    moves = []
    for choice in compiled.choices:
        option = int(compiled.columns.chosen[choice.party, choice.matter][row])
        if choice.party != party or option < 0:
            continue
        votes = choice.matter == RENEWAL
        if choice.names[option] == NO_DUTY:
            continue
        if not choice.procedural or option != choice.default or votes:
            moves.append((choice, option))
    return moves_in_words(compiled, moves) or "has nothing to decide"


def deviation_in_words(compiled: CompiledTreaty, played: int, deviation: int, player: int) -> DeviationWords:
    """What changes when a party brings about ``deviation`` instead of ``played``."""
    party = compiled.treaty.parties[player].id
    moves, articles, lawful = [], [], True
    for choice in compiled.choices:
        if choice.party != party:
            continue
        chosen = compiled.columns.chosen[choice.party, choice.matter]
        before, after = int(chosen[played]), int(chosen[deviation])
        if before == after:
            continue
        moves.append((choice, after))
        in_breach = not choice.procedural and bool(compiled.columns.in_breach[party, choice.matter][deviation])
        lawful &= not in_breach
        given = choice.options[after].article
        articles.extend(_obligation_articles(compiled, party, choice.matter, deviation) if given == "-" else [given])
    known = sorted({a for a in articles if a != "-"}, key=_by_number)
    return DeviationWords(moves_in_words(compiled, moves) or "does nothing different", ", ".join(known) or "-", lawful)


def _by_number(article: str) -> list[tuple[int, str]]:
    """Sorts article 7(1) before 26, and articles that begin with a number before the others."""
    parts = re.findall(r"\d+|\D+", article)
    return [(int(part), "") if part.isdigit() else (10**6, part) for part in parts]


def _obligation_articles(compiled: CompiledTreaty, party: str, matter: str, row: int) -> list[str]:
    """Articles that shape what a party's breach in a matter wins: its exposure first, else what it then has to pay."""
    if matter not in compiled.context.matters:
        return ["-"]
    scales = [e.article for e in compiled.effects if isinstance(e, Scale) and e.matter in (None, matter)]
    owed = [e for e in compiled.effects if isinstance(e, Enforced) and e.payer == party]
    # A price of exit is owed in some rows only, and not for a breach by itself.
    remedies = [e.article for e in owed if e.matter in (None, matter) and e.amount(compiled.columns)[row]]
    return sorted(set(scales) or set(remedies))


def weakest_link(
    compiled: CompiledTreaty, state: int, player: int, played: int, deviation: int, margin: float, kind: int = 0
) -> WeakestLink:
    """The record of one deviation, with a sentence that an adviser can read out.

    ``kind``  which of the party's types deviates, 0 for the party as described.
    """
    party = compiled.treaty.parties[player]
    name = f"{party.name} (if it is of the type {party.type[kind - 1].name})" if kind else party.name
    said = deviation_in_words(compiled, played, deviation, player)
    where = situation(compiled, state)
    worth = money(abs(margin), once(compiled.treaty.payoff_unit, compiled.treaty.period))
    effect = f"costs it {worth}" if margin >= 0 else f"pays it {worth}"
    nearest = "comes nearest to deviating" if margin >= 0 else "gains most by deviating"
    return WeakestLink(
        party=party.id,
        party_name=name,
        article=said.article,
        state=state_in_words(compiled, state),
        year=term_year(compiled, state),
        deviation=said.words,
        lawful=said.lawful,
        margin=margin,
        sentence=f"{capital(name)} {nearest}{under(said.article)} when the situation is: {where or 'as at signature'}; "
        f"there, if it {said.words} instead, that {effect}, as a one-off.",
    )
