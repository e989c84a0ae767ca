"""What ``servanda game solve`` says of maximal scores: the limit set, and what the signals tell of who did what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from games.command_line.terminal import say

MOST_LINES = 12

DIMENSION: dict[bool | None, str] = {
    True: "it has full dimension, so that patient enough players come as near to each of its points as one likes",
    False: "it lacks full dimension, so that even for patient players it is only a bound",
    None: "whether it has full dimension is not known",
}


def say_scores(found: Mapping[str, Any]) -> None:
    """The limit set and identifiability of a ``servanda-solution/1`` object, if it has them, in words."""
    if "directions_tried" not in found:
        return
    if not found["empty"]:
        say(f"  limit    {found['directions_tried']} directions tried; the set holds all equilibrium payoffs at every "
            f"common discount factor; {DIMENSION[found['full_dimension']]}")
    for line in identifiability_lines(found["identifiability"]):
        say(f"  seen     {line}")


def identifiability_lines(profiles: list[dict[str, Any]]) -> list[str]:
    """What the signals do not tell, profile by profile, and how many profiles they tell everything about."""
    lines = [f"at ({', '.join(profile['profile'])}): {finding['words']}"
             for profile in profiles for finding in profile["findings"]]
    more = len(lines) - MOST_LINES
    if more > 0:
        lines = [*lines[:MOST_LINES], f"and {more} more; --json gives all"]
    clear = sum(_full(profile, len(profile["profile"])) for profile in profiles)
    if clear == len(profiles):
        return ["at every profile each deviation shows, and shows who deviated"]
    if clear:
        lines.append(f"at {clear} of {len(profiles)} profiles each deviation shows, and shows who deviated")
    return lines


def _full(profile: Mapping[str, Any], players: int) -> bool:
    pairs = players * (players - 1) // 2
    return len(profile["individual_full_rank"]) == players and len(profile["pairwise_full_rank"]) == pairs
