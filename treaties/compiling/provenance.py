"""The way back up: states, rows and deviations of the compiled game in the treaty's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import final

from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.merging import MergedChoice
from treaties.effects import EXIT, RENEWAL, STAGE, STATUS, YEAR, Enforced, Scale, StateVariable, amount_paid, payee_of
from treaties.findings.amounts import money, once
from treaties.findings.records import WeakestLink

_MOVES = {
    (EXIT, "leave"): "leaves the treaty",
    (EXIT, "give notice"): "gives notice of withdrawal",
    (RENEWAL, "renew"): "votes for renewal",
    (RENEWAL, "refuse"): "refuses renewal",
    (STAGE, "advance"): "consents to the next stage",
    (STAGE, "wait"): "blocks the next stage",
}
_BREACHES = "breaches its obligations on "


@final
@dataclass(frozen=True)
class DeviationWords:
    """A deviation in words: what the party does instead, the articles concerned, and whether that is lawful."""

    words: str
    article: str
    lawful: bool


def state_in_words(compiled: CompiledTreaty, state: int) -> dict[str, str]:
    """A state variable by variable, leaving out what is as usual (in force, no event, an open vote)."""
    columns = compiled.state_columns
    names = {party.id: party.name for party in compiled.treaty.parties}
    usual = {e.name: e.usual for e in compiled.effects if isinstance(e, StateVariable)}
    out: dict[str, str] = {}
    for variable, values in columns.values.items():
        value = values[int(columns.codes[variable][state])]
        if usual[variable] is not None and value == usual[variable]:
            continue
        if variable == STATUS:
            if value != "in force":
                out["status"] = str(value)
        elif variable == YEAR:
            if compiled.context.term_years != 1 and columns.operating[state]:
                out["year of the term"] = str(value)
        elif variable == STAGE:
            out["stage"] = f"{value} of {len(values)}"
        elif variable.startswith("event "):
            if value == "yes":
                out[variable.removeprefix("event ").replace("_", " ")] = "yes"
        elif variable == RENEWAL:
            if value != "open":
                out["renewal"] = str(value)
        elif value == "held":
            continue
        else:
            for party_id, name in names.items():
                variable = variable.replace(f"of {party_id}", f"of {name}").replace(f"to {party_id}", f"to {name}")
            out[variable] = str(value)
    if out.get("status") == "ended":
        return {"status": "ended"} | {k: v for k, v in out.items() if k.startswith("government")}
    return out


def situation(compiled: CompiledTreaty, state: int) -> str:
    """A state as one phrase: "year of the term 8, stage 2 of 3"."""
    return ", ".join(
        name if value == "yes" else f"{name} {value}" for name, value in state_in_words(compiled, state).items()
    )


def term_year(compiled: CompiledTreaty, state: int) -> int | None:
    """The year of the term (1 is the first), None if the treaty keeps no clock or has ended."""
    columns = compiled.state_columns
    if YEAR not in columns.codes or not columns.operating[state]:
        return None
    return int(columns.codes[YEAR][state]) + 1


def move_in_words(compiled: CompiledTreaty, choice: MergedChoice, option: int) -> str:
    """One option of a choice as a verb phrase."""
    name, said = choice.options[option].name, choice.options[option].words
    if said is not None:
        return said.format_map(_names(compiled))
    if (choice.matter, name) in _MOVES:
        return _MOVES[choice.matter, name]
    payee = payee_of(choice.matter)
    if payee is not None:
        return _payment_in_words(compiled, choice, option, payee)
    matter = next((m for m in compiled.treaty.matters if m.id == choice.matter), None)
    subject = (matter.title if matter is not None and matter.title else choice.matter).replace("_", " ")
    if choice.options[option].suspends:
        return f"vetoes {subject}"
    if name == "comply":
        return f"complies on {subject}"
    if name == "breach":
        return f"{_BREACHES}{subject}"
    return f"plays {name} on {subject}"


def _names(compiled: CompiledTreaty) -> dict[str, str]:
    """Names of matters and parties by id, as readers should see them."""
    matters = {matter.id: (matter.title or matter.id).replace("_", " ") for matter in compiled.treaty.matters}
    return matters | {party.id: party.name for party in compiled.treaty.parties}


def named(compiled: CompiledTreaty, text: str, *ids: str) -> str:
    """A text in which ids of parties and matters stand, with their names: "audit of Arcadia on coal"."""
    names = _names(compiled)
    for each in ids:
        text = names[each].join(re.split(rf"\b{re.escape(each)}\b", text))
    return text


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


def _joined(phrases: list[str]) -> str:
    """Verb phrases in one, naming several breaches once."""
    breaches = [phrase.removeprefix(_BREACHES) for phrase in phrases if phrase.startswith(_BREACHES)]
    others = [phrase for phrase in phrases if not phrase.startswith(_BREACHES)]
    return " and ".join(([_BREACHES + " and on ".join(breaches)] if breaches else []) + others)


def row_in_words(compiled: CompiledTreaty, row: int, player: int) -> str:
    """What one party does in a row: conduct, and procedural moves that are not the usual ones."""
    party = compiled.treaty.parties[player].id
    words = []
    for choice in compiled.choices:
        option = int(compiled.columns.chosen[choice.party, choice.matter][row])
        if choice.party != party or option < 0:
            continue
        votes = choice.matter == RENEWAL
        if not choice.procedural or option != choice.default or votes:
            words.append(move_in_words(compiled, choice, option))
    return _joined(words) or "has nothing to decide"


def deviation_in_words(compiled: CompiledTreaty, played: int, deviation: int, player: int) -> DeviationWords:
    """What changes when a party brings about ``deviation`` instead of ``played``."""
    party = compiled.treaty.parties[player].id
    words, articles, lawful = [], [], True
    for choice in compiled.choices:
        if choice.party != party:
            continue
        chosen = compiled.columns.chosen[choice.party, choice.matter]
        before, after = int(chosen[played]), int(chosen[deviation])
        if before == after:
            continue
        words.append(move_in_words(compiled, choice, after))
        in_breach = not choice.procedural and bool(compiled.columns.in_breach[party, choice.matter][deviation])
        lawful &= not in_breach
        given = choice.options[after].article
        articles.extend(_obligation_articles(compiled, choice.matter) if given == "-" else [given])
    known = [a for k, a in enumerate(articles) if a != "-" and a not in articles[:k]]
    return DeviationWords(_joined(words) or "does nothing different", ", ".join(known) or "-", lawful)


def _obligation_articles(compiled: CompiledTreaty, matter: str) -> list[str]:
    """Articles that shape what a breach in a matter wins: its exposure first, else its remedy."""
    if matter not in compiled.context.matters:
        return ["-"]
    scales = [e.article for e in compiled.effects if isinstance(e, Scale) and e.matter in (None, matter)]
    remedies = [e.article for e in compiled.effects if isinstance(e, Enforced)]
    return sorted(set(scales) or set(remedies))


def weakest_link(
    compiled: CompiledTreaty, state: int, player: int, played: int, deviation: int, margin: float
) -> WeakestLink:
    """The record of one deviation, with a sentence that an adviser can read out."""
    party = compiled.treaty.parties[player]
    said = deviation_in_words(compiled, played, deviation, player)
    where = situation(compiled, state)
    worth = money(abs(margin), once(compiled.treaty.payoff_unit, compiled.treaty.period))
    effect = f"costs it {worth}" if margin >= 0 else f"pays it {worth}"
    nearest = "comes nearest to deviating" if margin >= 0 else "gains most by deviating"
    article = "" if said.article == "-" else f" (Article {said.article})"
    return WeakestLink(
        party=party.id,
        party_name=party.name,
        article=said.article,
        state=state_in_words(compiled, state),
        year=term_year(compiled, state),
        deviation=said.words,
        lawful=said.lawful,
        margin=margin,
        sentence=f"{party.name} {nearest}{article} when the situation is: {where or 'as at signature'}; there, if it "
        f"{said.words} instead, that {effect}, as a one-off.",
    )
