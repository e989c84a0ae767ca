"""What ``servanda game`` says on the terminal: solutions, verdicts, checks of certificates, game trees."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from games.command_line.terminal import VERDICT_COLOUR, say, told, told_factor

if TYPE_CHECKING:
    from games.certificates.certificate import CheckReport
    from games.extensive_form.answers import TreeAnswer
    from games.solvers.solution import Solution

MOST_STATES = 12
MOST_LINES = 24
MOST_LISTED = 12
MOST_MOVES = 40
BELIEFS = {
    "supported": "weak perfect Bayesian, some beliefs justify it",
    "unsupported": "not perfect Bayesian, whatever is believed",
    "undecided": "whether beliefs support it was not settled",
}


def say_check(report: CheckReport, claim: str | None = None) -> None:
    """Whether a certificate was accepted, what it claims (in full, if given), and where and why it was refused."""
    say("accepted" if report.accepted else "refused", bold=True, colour="green" if report.accepted else "red")
    say(f"  claim    {report.claim if claim is None else claim}")
    if not report.accepted:
        say(f"  where    {report.place}")
        say(f"  why      {report.problem}")


def say_solution(solution: Solution) -> None:
    """The game, the method with its remarks, and what equilibria can give in every state."""
    found = solution.to_json()
    game = solution.game
    say(game.name or "game", bold=True)
    counts = (("player", game.n_players), ("state", game.n_states), ("profile", game.n_rows))
    say(f"  size     {', '.join(f'{count} {thing}' + 's' * (count != 1) for thing, count in counts)}")
    say(f"  discount {', '.join(map(told_factor, found['discount']))}")
    say(f"  solver   {found['solver']}: {found['why']}")
    say(f"  concept  {found['concept']}")
    bound = f", error at most about {found['error_bound']:.1e}" if found["error_bound"] is not None else ""
    say(f"  status   {found['status']} ({found['iterations']} iterations{bound}, {found['seconds']:.2f} s)")
    for word, sentence in solution.remarks():
        say(f"  {word:<8} {sentence}")
    if found["empty"]:
        say("no equilibrium of this concept exists from the initial state", bold=True)
    for k, (name, state) in enumerate(found["states"].items()):
        if k == MOST_STATES:
            say(f"and {game.n_states - MOST_STATES} more states; --json gives all")
            break
        _say_state(name, state, solution.status, game.players)


def _say_state(name: str, state: dict[str, Any], status: str, players: tuple[str, ...]) -> None:
    if "vertices" in state:
        what = "equilibrium payoffs" if status == "converged" else "equilibrium payoffs lie within"
        say(f"state {name}: {what}" + (": none" if not state["vertices"] else ""))
        _say_vertices(state["vertices"])
        if status != "converged" and state["inner"]:
            say("  and equilibria were found at")
            _say_vertices(state["inner"])
    elif "joint_payoff" in state and state["joint_payoff"] is None:
        say(f"state {name}: equilibrium payoffs: none")
    elif "joint_payoff" in state:
        span = f"from {told(state['least_joint_payoff'])} to " if "least_joint_payoff" in state else "at most "
        say(f"state {name}: joint payoff {span}{told(state['joint_payoff'])}, "
            f"by ({', '.join(state['equilibrium_actions'])})")
        for player, least, profile in zip(
            players, state["punishment_payoffs"], state["punishment_actions"], strict=True
        ):
            say(f"    {player} at least {told(least)}, held to it by ({', '.join(profile)})")
        if "negotiated_payoffs" in state:
            say("    negotiated payoffs " + ", ".join(told(r) for r in state["negotiated_payoffs"]))
    elif "support" in state:
        support = state["support"]
        if "gap" in support:
            _say_span(name, support, players, status)
            return
        say(f"state {name}: bounds on the largest payoff in each direction")
        for direction, low, high in zip(support["directions"], support["inner"], support["outer"], strict=True):
            say(f"    {direction}: at least {told(low)}, at most {told(high)}")


def _say_span(name: str, support: dict[str, Any], players: tuple[str, ...], status: str) -> None:
    """Each player's least and greatest payoff and the greatest joint one, between the two bounds where they differ."""
    if not support["facets"]:
        proved = "" if status == "converged" else ", as far as floating point tells; no proof was found"
        say(f"state {name}: equilibrium payoffs: none{proved}")
        return
    gap, corners = support["gap"], len(support["vertices"])
    apart = "how far these are from all is not known" if gap is None else f"others lie within {gap:.1e} of their hull"
    say(f"state {name}: equilibrium payoffs, {corners} corners found; {apart}" if corners
        else f"state {name}: equilibrium payoffs lie within, and none was found")
    bounds = {tuple(d): ends for d, *ends in zip(
        support["directions"], support["outer"], support["inner"], strict=True)}
    n = len(players)
    largest = max((abs(x) for ends in bounds.values() for x in ends if x is not None), default=0.0)
    unit = [tuple(float(i == k) for i in range(n)) for k in range(n)]
    for who, up in (*zip(players, unit, strict=True), ("together", (1.0,) * n)):
        least = _reach(bounds.get(tuple(-x for x in up)), -1, largest)
        most = _reach(bounds.get(up), 1, largest)
        say(f"    {who}: " + (f"least {least}, greatest {most}" if sum(up) == 1 else f"greatest {most}"))


def _reach(ends: list[float | None] | None, sign: int, largest: float) -> str:
    """The end of a range between its bounds (outer, inner).

    ``sign``  -1 for the least of what is bounded by its negative.
    """
    if ends is None or ends[0] is None:
        return "not known"
    outer, inner = (None if x is None else told(sign * x if abs(x) > 1e-7 * largest else 0.0) for x in ends)
    if inner is None:
        return f"at {'most' if sign > 0 else 'least'} {outer}"
    return f"{inner}" if inner == outer else f"from {inner} to {outer}" if sign > 0 else f"from {outer} to {inner}"


def _say_vertices(vertices: list[list[float]]) -> None:
    """Each vertex once, as far as six digits tell them apart."""
    largest = max((abs(x) for vertex in vertices for x in vertex), default=0.0)
    told = [
        "    (" + ", ".join(f"{x if abs(x) > 1e-7 * largest else 0.0:.6g}" for x in vertex) + ")" for vertex in vertices
    ]
    for line in dict.fromkeys(told):
        say(line)


def say_verdict(verdict: Mapping[str, Any]) -> None:
    """The ``verdict`` of ``servanda-solution/1``: the answer, its proof, and where it is weakest."""
    word, link = verdict["verdict"], verdict["weakest_link"]
    say(f"{verdict['target']}: {word}", bold=True, colour=VERDICT_COLOUR[word])
    say(f"  concept  {verdict['concept']}")
    if word == "undecided":
        say(f"  reason   {verdict['reason']}")
        for key, value in verdict["bounds"].items():
            say(f"  {key.replace('_', ' ')}  {told(value)}")
    else:
        say(f"  margin   {told(verdict['margin'])}")
        say(f"  proof    {verdict['certificate']['kind']}, checked exactly")
    if link is not None and "deviations" in link:
        _say_together(link)
    elif link is not None:
        played = ",".join(link["played"])
        say(f"  weakest  state {link['state']}: {link['player']} could play {link['deviation']} instead of {played}")


def say_parts(parts: Mapping[str, Any]) -> None:
    """Further parts of ``servanda-solution/1``: discount factors, payments, slacks, thresholds."""
    if "region" in parts:
        _say_region(parts["region"])
    if "payments" in parts:
        _say_payments(parts["payments"])
    if "slacks" in parts:
        _say_slacks(parts["slacks"])
    if "staircase" in parts:
        _say_staircase(parts["staircase"])
    if "liquidity" in parts:
        _say_liquidity(parts["liquidity"])


def _say_together(link: Mapping[str, Any]) -> None:
    """The weakest link where all players' temptations count together."""
    gains = ", ".join(
        f"{d['player']} could play {d['deviation']}, {_gain(d['gain'])}" for d in link["deviations"])
    say(f"  weakest  state {link['state']}, ({', '.join(link['played'])}): {gains}; at stake {told(link['at_stake'])}")


def _gain(amount: float) -> str:
    return f"gaining {told(amount)}" if amount > 0 else f"losing {told(abs(amount))}"


def _say_payments(found: Mapping[str, Any] | None) -> None:
    if found is None:
        say("payments: no equilibrium was proved, so there is nothing to pay")
        return
    say("payments at the start of a period, once its state is seen (whoever does not pay is punished at once)")
    for entry in found["due"][:MOST_LINES]:
        say(f"    {_when(entry, len(found['path']) + len(found['restored']) > 1)}: {_paid(entry)}")
    if len(found["due"]) > MOST_LINES:
        say(f"    and {len(found['due']) - MOST_LINES} more; --json gives all")
    for player, profiles in found["punishments"].items():
        shown = [f"({', '.join(profile)}) in {state}" for state, profile in list(profiles.items())[:4]]
        more = ", ..." if len(profiles) > 4 else ""
        say(f"  after a deviation by {player} one period of {', '.join(shown)}{more}")


def _when(entry: Mapping[str, Any], name_state: bool) -> str:
    if entry["after"] is None:
        return "at the start"
    profile = f"({', '.join(entry['after']['profile'])})"
    place = f" in {entry['after']['state']}, now {entry['state']}" if name_state else ""
    if entry["phase"] == "punishment":
        return f"after {profile}{place}, played to punish {entry['punished']}"
    return f"after {profile}{place}" + (", punishments being over" if entry["phase"] == "restored" else "")


def _paid(entry: Mapping[str, Any]) -> str:
    said = [f"{t['from']} pays {t['to']} {_amount(t['amount'])}" for t in entry["transfers"]]
    if Fraction(entry["burnt"]) > Fraction(1, 10**9):
        said.append(f"{_amount(entry['burnt'])} is burnt")
    return ", ".join(said) or "nobody pays"


def _amount(text: str) -> str:
    return told(float(Fraction(text)))


def _say_slacks(entries: list[dict[str, Any]]) -> None:
    say("slack of every profile, and each player's best deviation")
    for entry in entries[:MOST_LINES]:
        if entry["slack"] is None:
            continue
        gains = ", ".join(f"{d['player']} {d['deviation']} {d['gain']:+.6g}" for d in entry["deviations"])
        said = f"{told(entry['slack'])}" + ("" if entry["playable"] else ", not played in any equilibrium")
        say(f"    {entry['state']} ({', '.join(entry['profile'])}): {said}; {gains or 'nobody can deviate'}")
    if len(entries) > MOST_LINES:
        say(f"    and {len(entries) - MOST_LINES} more; --json gives all")


def _say_staircase(found: Mapping[str, Any]) -> None:
    say("at all discount factors")
    if not found["steps"]:
        say("    no pure equilibrium at any")
    elif found["steps"][0]["from"] != "0":
        say(f"    below {_exact(found['steps'][0]['from'])}: no pure equilibrium")
    for step in found["steps"]:
        least = ", ".join(_exact(v) for v in step["punishment_payoffs"])
        say(f"    from {_exact(step['from'])}: joint payoff {_exact(step['joint_payoff'])} by "
            f"({', '.join(step['equilibrium_actions'])}), players at least {least}")
    for entry in found["profiles"][:MOST_LINES]:
        always, once = entry["always_from"], entry["sometimes_from"]
        if once is None:
            continue
        forever = f"for ever from {_exact(always)}" if always is not None else "never for ever"
        say(f"    ({', '.join(entry['profile'])}): {forever}, at times from {_exact(once)}")
    if len(found["profiles"]) > MOST_LINES:
        say(f"    and {len(found['profiles']) - MOST_LINES} more profiles; --json gives all")


def _say_liquidity(found: Mapping[str, Any]) -> None:
    say("at all discount factors: what can be at stake and brings most")
    for level in found["levels"]:
        least = ", ".join(told(v) for v in level["punishment_payoffs"])
        say(f"    from {told(level['from'])}: liquidity {told(level['liquidity'])}, joint payoff "
            f"{told(level['joint_payoff'])} by ({', '.join(level['equilibrium_actions'])}), players at least {least}")
    for entry in found["profiles"][:MOST_LINES]:
        if entry["always_from"] is not None:
            said = f"needs liquidity {told(entry['needs'])}, for ever from {told(entry['always_from'])}"
            say(f"    ({', '.join(entry['profile'])}): {said}")


def _exact(text: str) -> str:
    return text if "/" not in text or len(text) <= 12 else f"about {told(float(Fraction(text)))}"


def _say_region(region: Mapping[str, Any]) -> None:
    """The common discount factors at which a target holds, in words."""
    held = ", ".join(f"[{low:.6f}, {high:.6f}]" for low, high in region["intervals"]) or "none of those tried"
    say(f"holds at common discount factors {held}")
    for edge in region["edges"]:
        proof = "both sides proved" if edge["proved"] else "not proved on both sides"
        say(f"  edge     {edge['discount']:.6f}, holds {edge['holds']}: {proof}")
    if region["undecided"]:
        say(f"  unclear  at {', '.join(told(d) for d in region['undecided'])}")
    say(f"  note     {region['note']}")


def say_tree(answer: TreeAnswer) -> None:
    """The solution of a game tree: what kind of game it is, what is played, and the proof."""
    found = answer.to_json()
    say(found["name"] or "game tree", bold=True)
    sizes = ((len(found["players"]), "player"), (found["nodes"], "node"),
             (found["information_sets"], "information set"), (found["subgames"], "subgame"))
    say("  size     " + ", ".join(f"{number} {what}{'s' * (number != 1)}" for number, what in sizes))
    seen = "perfect information" if found["perfect_information"] else "imperfect information"
    say(f"  kind     {seen}, {'perfect recall' if found['perfect_recall'] else 'no perfect recall'}"
        + ("" if found["constant_sum"] is None else f", payoffs always add up to {found['constant_sum']}"))
    say(f"  method   {found['method']}")
    if found["status"] == "undecided":
        say(f"  undecided: {found['reason']}")
    if "value" in found:
        low, high = found["bounds"]
        say(f"value to {found['players'][0]}: {low if low == high else f'between {low} and {high}'}", bold=True)
        _say_strategies(found["strategies"])
        if not found["subgame_perfect"]:
            say("  in subgames that are not reached other play may be better")
        for missed in found["unreached"][:MOST_LISTED]:
            say(f"  {missed['player']}, {missed['information_set']}: nobody arrives here; "
                "that this is best here is not claimed")
        _say_rest(len(found["unreached"]))
    elif "payoffs" in found:
        say(f"payoffs ({', '.join(found['payoffs'])})", bold=True)
        _say_strategies(found["strategies"])
        for tie in found["ties"]:
            say(f"  {tie['player']} is indifferent here: {tie['information_set']}")
        everything = found["all_payoffs"]
        if everything is None:
            say("  too many other equilibria to list")
        elif len(everything) > 1:
            say(f"  all {len(everything)} payoffs of pure subgame-perfect equilibria:")
            for payoffs in everything[:MOST_LISTED]:
                say(f"    ({', '.join(payoffs)})")
            _say_rest(len(everything))
    elif "equilibrium" in found:
        _say_two_players(found)
    elif "equilibria" in found:
        count = len(found["equilibria"])
        say(f"subgame-perfect equilibria in pure strategies: {count or 'none'}", bold=True)
        for equilibrium in found["equilibria"][:MOST_LISTED]:
            say(f"payoffs ({', '.join(equilibrium['payoffs'])}): {_justified(equilibrium)}")
            _say_strategies(equilibrium["strategies"])
        _say_rest(count)
    if answer.certificate is not None:
        say(f"  proof    {answer.certificate.kind}, checked exactly")


def _say_two_players(found: dict[str, Any]) -> None:
    """One sequential equilibrium, those in pure strategies and all extreme Nash equilibria of a small tree."""
    one = found["equilibrium"]
    say(f"a sequential equilibrium: payoffs ({', '.join(one['payoffs'])})", bold=True)
    _say_strategies(one["strategies"])
    for player, sets in one["beliefs"].items():
        for name, belief in sets.items():
            say(f"  {player} believes at {name}: " + "; ".join(f"{place} {p}" for place, p in belief.items()))
    if "equilibria" in found:
        pure = found["equilibria"]
        say(f"subgame-perfect equilibria in pure strategies: {len(pure) or 'none'}")
        for equilibrium in pure[:MOST_LISTED]:
            say(f"  payoffs ({', '.join(equilibrium['payoffs'])}): {_justified(equilibrium)}")
        _say_rest(len(pure))
    else:
        say(f"equilibria in pure strategies are not listed: {found['pure_left_out']}")
    nash = found["nash_equilibria"]
    if not nash["complete"]:
        say(f"Nash equilibria: not all are listed, because {nash['why']}")
        return
    say(f"extreme Nash equilibria: {nash['count']}, complete", bold=True)
    for equilibrium in nash["extreme"][:MOST_LISTED]:
        say(f"payoffs ({', '.join(equilibrium['payoffs'])}): {_refined(equilibrium)}")
        _say_strategies(equilibrium["strategies"])
    _say_rest(nash["count"])


def _justified(equilibrium: dict[str, Any]) -> str:
    """What a pure equilibrium is, with beliefs."""
    said = "sequential" if equilibrium["sequential"] == "yes" else BELIEFS[equilibrium["beliefs"]]
    return said + (f" ({equilibrium['why']})" if equilibrium["why"] else "")


def _refined(equilibrium: dict[str, Any]) -> str:
    """What an extreme equilibrium is."""
    if equilibrium["sequential"] == "yes":
        return "sequential"
    why = f" ({equilibrium['why']})" if equilibrium["why"] else ""
    if equilibrium["subgame_perfect"] == "no":
        return f"not subgame perfect{why}"
    if equilibrium["subgame_perfect"] == "open":
        return f"whether it is subgame perfect is open{why}"
    return f"subgame perfect, {'not sequential' if equilibrium['sequential'] == 'no' else 'sequential or not'}{why}"


def _say_strategies(strategies: dict[str, Any]) -> None:
    lines = [
        f"  {player}, {name}: " + ", ".join(action if p == "1" else f"{action} {p}" for action, p in law.items())
        for player, sets in strategies.items() for name, law in sets.items()
    ]
    for line in lines[:MOST_MOVES]:
        say(line)
    if len(lines) > MOST_MOVES:
        say(f"  and {len(lines) - MOST_MOVES} more moves; --json gives all")


def _say_rest(count: int) -> None:
    if count > MOST_LISTED:
        say(f"and {count - MOST_LISTED} more; --json gives all")
