"""What the terminal says of an assessment, from the record that its page is written from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from treaties.compiling.coarsening import coarser_sentences
from treaties.findings.amounts import capital, money, once, per_period, signed
from treaties.findings.cooperation import by_cooperation
from treaties.findings.fix_words import fix_sentences
from treaties.findings.grid_words import grid_sentences, path_sentences
from treaties.findings.participation_words import after_exit_sentences, participation_lines
from treaties.findings.payment_words import payment_lines
from treaties.findings.right_words import division_sentences, right_sentences
from treaties.findings.signal_words import lasting_in_short, longest_lasting, report_lines, rungs_words
from treaties.findings.third_party_words import third_party_sentences
from treaties.findings.trust_words import trust_lines
from treaties.findings.unravelling_words import unravelling_sentences
from treaties.findings.verdict_words import even_words, is_even

if TYPE_CHECKING:
    from treaties.assessing.assess import Assessment
    from treaties.findings.records import VariantFinding, WeakestLink


def summary(found: Assessment) -> list[str]:
    """An assessment in a few lines."""
    treaty = found.treaty
    lines = [f"{treaty.title}: full compliance is {found.verdict} ({found.concept})."]
    lasts = None if found.monitoring is None else found.monitoring.stances[0].cooperation
    if lasts is not None and found.verdict == "unsustainable":
        lines.append(f"{capital(lasting_in_short(lasts, treaty.period))}.")
    elif found.margin is not None:
        unit = once(treaty.payoff_unit, treaty.period)
        even = f" {even_words(found.matters, unit)}" if is_even(found.margin, found.matters) else ""
        lines.append(f"Margin {money(found.margin, unit, sign=True)}, as a one-off.{even}")
    if found.weakest_link is not None:
        lines.append(found.weakest_link.sentence)
    for rung in found.ladder:
        margin = "" if rung.margin is None else f", margin {signed(rung.margin)}"
        lines.append(f"  rung {rung.number} {rung.name}: {rung.verdict}{margin} ({rung.detail})")
    lines.append(f"Common discount factors at which it holds: {_factors(found)}.")
    options = found.variants[1:]
    if longest := longest_lasting(found.variants, treaty.period):
        lines.append(longest)
        options = tuple(sorted(options, key=_by_cooperation))
    for option in options:
        if option.cooperation is not None and option.verdict == "unsustainable":
            lines.append(f"  option {option.name}: {lasting_in_short(option.cooperation, treaty.period)}")
            continue
        margin = "" if option.margin is None else f", margin {signed(option.margin)}"
        margin += ", about even" if is_even(option.margin, found.matters) else ""
        # The margin is that of the verdict, whatever milder rung it stands on already.
        where = f"; it stands on rung {option.first_rung}" if option.first_rung else ""
        trust = f"; {option.trust}" if option.trust else ""
        lines.append(f"  option {option.name}: {option.verdict}{margin}{where}{trust}")
    lines += trust_lines(found.trust, treaty)
    lines += [f"Limited: {said}." for said in treaty.limits_told]
    lines += unravelling_sentences(found.timeline, treaty.period)
    if found.departure is not None:
        lines.append(f"Best plan instead: {found.departure.first_departure}")
    if found.certificate is not None:
        checked = "checked by exact arithmetic" if found.certificate.checked else "NOT CHECKED"
        lines.append(f"Certificate: {found.certificate.kind}, {checked}; game {found.certificate.game_digest[:12]}.")
    lines += _stocks(found)
    lines += [f"Remark: {odd.place}: {odd.problem}; {odd.remedy}." for odd in found.lints if odd.severity != "note"]
    return [*lines, *_rights(found), *_members(found), *_payments(found), *_monitoring(found)]


def _by_cooperation(option: VariantFinding) -> tuple[bool, tuple[float, float]]:
    """Sorts options that hold first, then those in which cooperation lasts longest."""
    return option.verdict != "sustainable", by_cooperation(option.cooperation)


def explain(found: Assessment) -> list[str]:
    """Why: the deviation that matters most, step by step, in the treaty's words."""
    lines = [
        found.treaty.title,
        "",
        f"Question: can full compliance from signature on be stable ({found.concept})?",
        f"Answer: {found.verdict}.",
    ]
    link = found.weakest_link
    if link is not None:
        lines += ["", *(_deviation(found, link) if found.monitoring is None else [link.sentence])]
    lines += ["", "How much punishment it leans on"]
    if found.monitoring is not None:
        lines.append(f"  {rungs_words(found.transfers)}")
    for rung in found.ladder:
        margin = "" if rung.margin is None else f", margin {signed(rung.margin)}"
        lines.append(f"  {rung.number} {rung.name}: {rung.verdict}{margin}. {rung.detail}.")
        if rung.weakest_link is not None and rung.verdict == "unsustainable":
            lines.append(f"    {rung.weakest_link.sentence}")
    if backwards := unravelling_sentences(found.timeline, found.treaty.period):
        lines += ["", "How a term comes apart from its end", *(f"  {line}" for line in backwards)]
    if trust := trust_lines(found.trust, found.treaty):
        lines += ["", "How much trust it needs", *(f"  {line}" for line in trust)]
    if found.departure is not None:
        lines += ["", "What to expect instead (the equilibrium of greatest joint payoff)"]
        lines.append(found.departure.first_departure)
        lines.append("Its likeliest history, step by step:")
        lines += _history(found.departure.path)
    if stocks := _stocks(found):
        lines += ["", "Stocks", *(f"  {line}" for line in stocks)]
    if rights := _rights(found):
        lines += ["", "Third parties, and rights used at will", *rights]
    if members := _members(found):
        lines += ["", *members]
    if found.side_payments is not None:
        lines += ["", *_payments(found)]
    if found.monitoring is not None:
        lines += ["", "What nobody can see, and what it costs", *(f"  {line}" for line in _monitoring(found))]
    if found.fixes:
        lines += ["", "What would change the answer"]
        lines += [f"  {fix}" for fix in fix_sentences(found.fixes, found.treaty)]
    return [*lines, "", _size(found)]


def _size(found: Assessment) -> str:
    """How large the game is, before and after what makes no difference to anybody was merged."""
    compiled, game = found.compiled, found.compiled.game
    said = f"The game has {game.n_states:,} states and {game.n_rows:,} rows (a state and what everyone does)"
    if compiled.profiles > game.n_rows:
        said += f", of {compiled.profiles:,} before moves and years that make no difference were merged"
    if compiled.row_classes is not None and compiled.row_classes < game.n_rows:
        said += f"; {compiled.row_classes:,} of them differ in what they bring or in what else could be done"
    return " ".join([f"{said}.", *coarser_sentences(compiled)])


def _history(path: Sequence[tuple[int, str, str]]) -> Iterator[str]:
    """Years in which the same is done in the same situation, one after the other, in one line."""
    for (where, doing), years in groupby(path, key=lambda step: step[1:]):
        first, *rest = [year + 1 for year, _, _ in years]
        yield f"  {f'years {first} to {rest[-1]}' if rest else f'year {first}'}{where and f' ({where})'}: {doing}"


def _factors(found: Assessment) -> str:
    """The common discount factors at which it holds; only why not, where they were not sought."""
    region = found.discount_region
    if region.grid[1] == 0 and (found.monitoring is not None or found.trust is not None):
        return region.note
    said = ", ".join(f"[{low:.6f}, {high:.6f}]" for low, high in region.intervals)
    if region.undecided:
        # What is not decided is no "none".
        said = f"{said or 'none that could be told'}; open at {len(region.undecided)} of the factors tried"
    return f"{said or 'none'} ({region.note})"


def _deviation(found: Assessment, link: WeakestLink) -> list[str]:
    """The deviation that matters most: who, when, what, under which article, and what it is worth."""
    treaty, holds = found.treaty, link.margin >= 0
    worth = money(abs(link.margin), once(treaty.payoff_unit, treaty.period))
    return [
        "The deviation that comes nearest to paying" if holds else "The deviation that pays",
        f"  who        {link.party_name}",
        f"  when       {', '.join(f'{k} {v}' for k, v in link.state.items()) or 'at signature'}",
        f"  what       {link.deviation}" + ("" if link.lawful else " (a breach)"),
        f"  article    {link.article}",
        f"  worth      {'complying' if holds else 'deviating'} is better by {worth}, as a one-off",
    ]


def _members(found: Assessment) -> list[str]:
    """Who would sign, and what is left when a party leaves; empty where the text asks neither."""
    told = after_exit_sentences(found.after_exit, found.treaty)
    return [*participation_lines(found.participation, found.treaty), *told]


def _stocks(found: Assessment) -> list[str]:
    """Stocks, and the answers on their grids and on finer ones; empty where there are none."""
    treaty = found.treaty
    unit = once(treaty.payoff_unit, treaty.period)
    return [*path_sentences(found.stocks, treaty.period), *grid_sentences(found.stocks, found.grid, unit)]

def _rights(found: Assessment) -> list[str]:
    """What third parties do, what use is made of rights at will, and what they take in talks; empty without any."""
    return [
        *third_party_sentences(found.third_parties, found.treaty),
        *right_sentences(found.rights, found.treaty),
        *division_sentences(found.divisions, found.treaty),
    ]


def _payments(found: Assessment) -> list[str]:
    """What side payments would buy; empty if that was not asked for."""
    if found.side_payments is None:
        return []
    treaty = found.treaty
    names = {party.id: party.name for party in treaty.parties}
    unit, flow = once(treaty.payoff_unit, treaty.period), per_period(treaty.payoff_unit, treaty.period)
    return payment_lines(found.side_payments, names, unit, flow, treaty.period)


def _monitoring(found: Assessment) -> list[str]:
    """What comes of nobody seeing everything; empty where everyone does."""
    if found.monitoring is None:
        return []
    treaty = found.treaty
    return report_lines(found.monitoring, per_period(treaty.payoff_unit, treaty.period), treaty.period)
