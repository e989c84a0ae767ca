"""Strategies and games in symbols for tests: reversion, suspension, lags, terms with a draw at their end, horizons."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from games.symbolic import Machine, SymbolicGame, stochastic

KEEP, BREAK = ("C", "C"), ("D", "D")
T, R, P, S, delta = sp.symbols("T R P S delta")
ORDERED = (T - R, R - P, P - S)
DILEMMA = [[[R, R], [S, T]], [[T, S], [P, P]]]
LABELS = [["C", "D"], ["C", "D"]]
Plays = Mapping[str, tuple[str, ...]]


def grim(keep: tuple[str, ...] | Plays = KEEP, end: tuple[str, ...] | Plays = BREAK) -> Machine:
    """Anything but what is kept to ends it for good."""

    def after(mode: str, state: str, seen: tuple[str, ...]) -> str:
        kept = keep[state] if isinstance(keep, Mapping) else keep
        return "keep" if mode == "keep" and seen == kept else "end"

    return Machine({"keep": keep, "end": end}, after)


def suspension(k: int, keep: tuple[str, ...] = KEEP, stick: tuple[str, ...] = BREAK) -> Machine:
    """Any deviation is answered by ``k`` periods of ``stick``, which one of them starts afresh; then it is forgiven."""

    def after(mode: str, state: str, seen: tuple[str, ...]) -> str:
        if seen != (keep if mode == "keep" else stick):
            return f"{k} left"
        left = 0 if mode == "keep" else int(mode.split()[0]) - 1
        return f"{left} left" if left else "keep"

    return Machine({"keep": keep, **{f"{left} left": stick for left in range(1, k + 1)}}, after)


def tit_for_tat() -> Machine:
    """Each plays what the other did last."""
    return Machine({"CC": KEEP, "CD": ("C", "D"), "DC": ("D", "C"), "DD": BREAK},
                   lambda mode, state, seen: seen[1] + seen[0])


def lagging(lag: int) -> tuple[SymbolicGame, Machine]:
    """A dilemma in which a breach is seen only ``lag`` periods after it was begun: till then the other can only keep.

    States name who breaches unseen and for how many periods more; "known" is the dilemma after it was seen.
    """
    names = ["kept", *(f"{who} {left}" for who in (1, 2) for left in range(lag - 1, 0, -1)), "known"]
    payoffs, laws, actions = [], [], []
    for name in names:
        if name in ("kept", "known"):
            first = f"{{}} {lag - 1}" if lag > 1 else "known"
            after = {name: 1} if name == "known" else None
            payoffs.append(DILEMMA)
            actions.append(LABELS)
            laws.append([[after or {"kept": 1}, after or {first.format(2): 1}],
                         [after or {first.format(1): 1}, after or {"known": 1}]])
            continue
        who, left = map(int, name.split())
        then = {f"{who} {left - 1}": 1} if left > 1 else {"known": 1}
        payoffs.append([[[T, S]]] if who == 1 else [[[S, T]]])
        actions.append([["D"], ["C"]] if who == 1 else [["C"], ["D"]])
        laws.append([[then]])
    game = stochastic(payoffs, laws, delta, states=names, actions=actions, assuming=ORDERED)
    plays = {name: KEEP if name == "kept" else BREAK if name == "known" else
             ("D", "C") if name.startswith("1") else ("C", "D") for name in names}
    return game, Machine({"play": plays}, lambda mode, state, seen: "play")


def term(years: int, p: sp.Expr, drawn: int | None = None) -> SymbolicGame:
    """A treaty of so many years that begins anew with chance ``p``, drawn at the end of year ``drawn`` (the last).

    Without it nothing is left but mutual breach.  A draw before the last year is known in the years that follow.
    """
    drawn = years if drawn is None else drawn
    early = range(1, drawn + 1)
    late = [f"year {y}, {said}" for said in ("renewed", "refused") for y in range(drawn + 1, years + 1)]
    names = [*(f"year {y}" for y in early), *late, "over"]

    def after(name: str) -> dict[str, sp.Expr]:
        if name == "over":
            return {"over": 1}
        year, _, said = name.partition(", ")
        y = int(year.split()[1])
        if said:
            return {f"year {y + 1}, {said}": 1} if y < years else {"year 1" if said == "renewed" else "over": 1}
        if y < drawn:
            return {f"year {y + 1}": 1}
        yes, no = ("year 1", "over") if y == years else (f"year {y + 1}, renewed", f"year {y + 1}, refused")
        return {yes: p, no: 1 - p}

    laws = [[[after(name)] * 2] * 2 for name in names]
    payoffs = [[[[P, P]] * 2] * 2 if name == "over" else DILEMMA for name in names]
    return stochastic(payoffs, laws, delta, states=names, actions=[LABELS] * len(names), assuming=ORDERED)


def term_rule(game: SymbolicGame) -> Machine:
    """Keep while the treaty lasts; a breach ends that for good."""
    return grim({name: BREAK if name == "over" else KEEP for name in game.states},
                {name: BREAK for name in game.states})


def horizon(k: int) -> tuple[SymbolicGame, Machine]:
    """One period of cooperation with ``k`` more to come before the end, of a stage game with two equilibria.

    A breach gains ``tau`` once; ever after the bad equilibrium is played, which is worth ``gamma`` less a period.
    Source: Benoit and Krishna (1985).
    """
    tau, gamma, good = sp.symbols("tau gamma g")
    far = good + 10 * gamma
    pairs = {("C", "C"): (4, 4), ("D", "C"): (4 + tau, -far), ("C", "D"): (-far, 4 + tau),
             ("D", "D"): (good - gamma,) * 2, ("E", "E"): (good, good)}
    labels = [["C", "D", "E"]] * 2
    names = ["cooperate", *(f"{left} left" for left in range(k, 0, -1)), "over"]
    stage = [[list(pairs.get((a, b), (-far, -far))) for b in "CDE"] for a in "CDE"]
    laws = [[[{names[min(s + 1, len(names) - 1)]: 1}] * 3] * 3 for s in range(len(names))]
    payoffs = [stage if name != "over" else [[[0, 0]] * 3] * 3 for name in names]
    game = stochastic(payoffs, laws, delta, states=names, actions=[labels] * len(names), assuming=[gamma, good])
    keep = {name: KEEP if name == "cooperate" else ("E", "E") for name in names}
    return game, grim(keep, {name: BREAK for name in names})
