"""The answer of a bargain in words: for the terminal, and for the page."""

from __future__ import annotations

from treaties.bargaining.bargain import Bargain
from treaties.bargaining.designs import AS_IT_STANDS, NO_TREATY, DesignOutcome
from treaties.bargaining.predictions import COMMITTEE, NASH, PAID_COMMITTEE, Prediction
from treaties.bargaining.terms import TermEffect
from treaties.findings import phrases
from treaties.findings.amounts import capital, money, number, signed
from treaties.findings.cooperation import by_cooperation
from treaties.findings.signal_words import lasting_in_short

ASSUMED = (
    "Values are what full compliance brings each party on average per period, at the numbers in the file and its own "
    "discount factor. A design counts only if an exactly checked certificate shows that all can be kept to it. Who may "
    "propose when, equal weights and lotteries over designs are assumptions about the talks, not facts of the file."
)


def terms_of(one: DesignOutcome) -> str:
    """What a design changes, as a reader would say it."""
    variant = one.design.variant
    if one.design.name == AS_IT_STANDS:
        return one.design.name
    if variant is None or variant.name == one.design.name:
        return f"“{one.design.name}”"
    said = [phrases.paths(f"{path} = {value}") for path, value in variant.set.items()]
    said += [f"without {phrases.paths(name)}" for name in variant.without]
    return "; ".join([*said, *(f"with {phrases.paths(name)}" for name in variant.added)])


def shares(found: Bargain, values: tuple[float, ...]) -> str:
    """Who gets how much: ``Norland 9.03, Sundmark 7.63``."""
    return ", ".join(f"{p.name} {number(v)}" for p, v in zip(found.treaty.signatories, values, strict=True))


def counted(found: Bargain, tried_what: str = "designs tried") -> str:
    """How many designs were tried, kept and acceptable, in one sentence."""
    tried, kept, deals = len(found.outcomes), len(found.kept), len(found.deals)
    of = f" of the {found.size:,} that the file opens" if found.size > tried else ""
    open_ = found.count("undecided")
    all_of = "all" if deals == kept > 1 else f"{deals:,}"
    left = f"{open_} could not be decided" if open_ else ""
    bad = found.count(NO_TREATY)
    left += ", " * bool(left and bad) + (f"{bad} are no treaty because their terms do not go together" if bad else "")
    left = f" ({left})" if left else ""
    return (
        f"Of {tried:,} {tried_what}{of}, {kept:,} {'is' if kept == 1 else 'are'} proved to be kept{left}; {all_of} of "
        f"those kept also {'gives' if deals == 1 else 'give'} every party at least what it has without an agreement, "
        f"{'crosses' if deals == 1 else 'cross'} no red line and would be ratified."
    )


def advice(found: Bargain, tried_what: str = "designs tried") -> list[str]:
    """The paragraph that an adviser would sign, sentence by sentence; ``tried_what`` says what was compared."""
    out = [counted(found, tried_what)]
    noun = tried_what.split()[0]
    out += _longest(found)
    if not found.deals:
        return [*out, _no_deal(found)]
    names = [party.name for party in found.treaty.signatories]
    unit = found.treaty.payoff_unit
    zones = [found.zone(i) for i in range(len(names))]
    alike = all(number(zone[0]) == number(zone[1]) for zone in zones if zone is not None)
    ranges = [
        f"{name} {'gets' if alike else 'can hope for'} "
        + ("" if number(zone[0]) == number(zone[1]) else f"{number(zone[0])} to ")
        + f"{money(zone[1], unit)}, against {number(base)} without an agreement"
        for name, zone, base in zip(names, zones, found.batna, strict=True) if zone is not None
    ]
    if alike:
        return [*out, *_alike(found, "; ".join(ranges), noun)]
    out.append("Between the deals " + "; ".join(ranges) + ".")
    nash = next((one for one in found.predictions if one.concept == NASH), None)
    if nash is not None:
        deal = found.outcomes[nash.nearest]
        margin = "" if deal.margin is None else f", kept with a margin of {signed(deal.margin)} as a one-off"
        out.append(
            f"With equal bargaining strength (Nash) the parties would settle near this deal: {terms_of(deal)}; it is "
            f"worth {shares(found, deal.values)}{margin}."
        )
        out.extend(_out_of_reach(found, nash.nearest, noun))
    out.append(_spread(found))
    if not any(one.concept in (COMMITTEE, PAID_COMMITTEE) for one in found.predictions):
        out.append("What a committee would choose is undecided: no stationary equilibrium was confirmed.")
    return out


def _longest(found: Bargain) -> list[str]:
    """Of designs in which a breach may go unseen, with which cooperation lasts longest and shortest before a break."""
    known = [(one.finding.cooperation, terms_of(one)) for one in found.outcomes
             if one.finding is not None and one.finding.cooperation is not None]
    if not known:
        return []
    ranked = sorted(known, key=lambda one: by_cooperation(one[0]))
    (longest, best), (shortest, least) = (
        (terms, lasting_in_short(lasts, found.treaty.period)) for lasts, terms in (ranked[0], ranked[-1])
    )
    said = f"Where a breach may go unseen, cooperation lasts longest with {longest}: {best}"
    if len(ranked) > 1:
        said += f"; shortest with {shortest}: {least}"
    return [
        f"{said}. Of each design that is the best equilibrium found that begins with compliance, by a quick search in "
        "floating point; servanda check searches further, and its years count where the two differ."
    ]


def _no_deal(found: Bargain) -> str:
    """That there is no deal, or that none is proved: a design that could not be decided may be one."""
    count = len(found.open_deals)
    if not count:
        return "So there is no deal among them: whatever is signed would not be kept, or not be signed."
    one = count == 1
    return (
        f"So no deal among them is proved; {count:,} that could not be decided may be {'one' if one else 'some'}: "
        f"whether {'it' if one else 'they'} would be kept was not found out."
    )


def heading(found: Bargain) -> str:
    """The answer in a few words."""
    if found.deals:
        return "A deal is possible"
    return "No deal is proved among the designs tried" if found.open_deals else "No deal among the designs tried"


def _alike(found: Bargain, ranges: str, noun: str) -> list[str]:
    """Where deals differ in nothing that the parties get, all that is left is how firmly they stand."""
    firmest = max(found.deals, key=lambda k: (found.outcomes[k].margin or 0.0, -k))
    deal = found.outcomes[firmest]
    margin = "" if deal.margin is None else f" (margin {signed(deal.margin)} as a one-off)"
    if len(found.deals) == 1:
        said = [f"That one deal is {terms_of(deal)}{margin}: {ranges}."]
    else:
        said = [
            f"They are worth the same to each party: {ranges}.",
            f"So every theory of bargaining expects these values, and what is left to choose is how firmly the deal "
            f"stands: most firmly {terms_of(deal)}{margin}.",
        ]
    return [*said, *_out_of_reach(found, firmest, noun)]


def _out_of_reach(found: Bargain, number_of_deal: int, noun: str) -> list[str]:
    """What all parties would prefer and cannot have, because it would not be kept."""
    deal = found.outcomes[number_of_deal]
    better = [
        one for one in found.outcomes
        if one.verdict == "unsustainable" and all(v > w for v, w in zip(one.values, deal.values, strict=True))
    ]
    if not better:
        return []
    best = max(better, key=lambda one: sum(one.values))
    worth = f"{terms_of(best)} ({shares(found, best.values)})"
    return [
        f"{capital(worth)} would be worth more to every party, but would not be kept: enforcement, not bargaining, "
        "stands in the way."
        if len(better) == 1
        else f"{len(better):,} {noun} would be worth more to every party but would not be kept, the best of them "
        f"{worth}: enforcement, not bargaining, stands in the way."
    ]


def _spread(found: Bargain) -> str:
    """How far the predictions are apart, the committee's left out where its values need payments."""
    sentences = []
    feasible = [one for one in found.predictions if one.concept != PAID_COMMITTEE]
    for i, party in enumerate(found.treaty.signatories):
        values = [one.values[i] for one in feasible]
        low, high = min(values), max(values)
        if number(low) == number(high):
            sentences.append(f"{party.name} {number(low)} under each")
            continue
        lead = next(one.concept for one in feasible if one.values[i] == high)
        sentences.append(f"{party.name} from {number(low)} to {number(high)} (most under {lead})")
    return f"Theories of bargaining differ by how the talks run: {'; '.join(sentences)}."


def rights(found: Bargain) -> list[str]:
    """What each right that is open to talks is worth, and what patience and alternatives are worth."""
    out = []
    held = tuple(f"{found.treaty.path_of(clause)}." for clause in found.treaty.provisions if clause.right)
    by_path: dict[str, list[TermEffect]] = {}
    for effect in found.terms:
        by_path.setdefault(effect.path, []).append(effect)
    for path, effects in by_path.items():
        if not path.startswith(held):
            continue
        possible = [effect for effect in effects if effect.values is not None]
        none = [str(effect.value) for effect in effects if effect.values is None]
        if len(possible) > 1:
            first, last = possible[0], possible[-1]
            assert first.values is not None and last.values is not None
            moved = ", ".join(
                f"{party.name} {signed(b - a)}"
                for party, a, b in zip(found.treaty.signatories, first.values, last.values, strict=True)
            )
            start = phrases.paths(f"{path} = {first.value}")
            out.append(f"Going from {start} to {last.value} moves the Nash deal by {moved}.")
        if none:
            out.append(f"No deal was found with {phrases.paths(path)} = {' or '.join(none)}.")
    for worth in found.worths:
        party = found.treaty.party(worth.party).name
        if worth.gain is None:
            out.append(f"With {worth.what} for {party} no deal would be left.")
        else:
            gain = money(worth.gain, found.treaty.payoff_unit, sign=True)
            out.append(f"{capital(worth.what)} is worth {gain} to {party} ({worth.concept}).")
    return out


def keeping(found: Bargain, prediction: Prediction) -> str:
    """Which party would sign, ratify and keep the deal nearest to a prediction."""
    deal = found.outcomes[prediction.nearest]
    gains = [v - b for v, b in zip(deal.values, found.batna, strict=True)]
    signs = ", ".join(f"{p.name} {signed(g)}" for p, g in zip(found.treaty.signatories, gains, strict=True))
    proof = f"{deal.certificate}, checked"
    return f"signed by all (gains over no agreement: {signs}), ratified by all, kept by all ({proof})"
