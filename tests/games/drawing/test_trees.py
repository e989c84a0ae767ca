"""Pictures of trees: everything is in them, nothing lies on anything else, the same bytes again, names do no harm."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from games import GameError
from games.drawing import plot_tree, tree_svg, tree_tikz
from games.drawing.tree_layout import ROW, tree_layout
from games.extensive_form import (
    Decision,
    ExtensiveGame,
    Terminal,
    chance,
    decision,
    extensive_game,
    sequential_equilibrium,
    terminal,
)
from games.extensive_form.classics import beer_quiche, chain_store, kuhn_poker, ratification_game, selten_horse
from tests.support.example_trees import forgetful
from tests.support.random_trees import random_tree

GAMES = [beer_quiche(), kuhn_poker(), selten_horse(), chain_store(2), ratification_game(), forgetful(), random_tree(0)]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_every_move_payoff_and_information_set_is_in_the_picture(game: ExtensiveGame) -> None:
    picture = ElementTree.fromstring(tree_svg(game))
    assert len(picture.findall(f"{SVG}line")) == len(game.nodes) - 1
    assert len(picture.findall(f"{SVG}circle")) == sum(isinstance(node, Decision) for node in game.nodes)
    assert len(picture.findall(f"{SVG}path")) == sum(len(nodes) - 1 for nodes in game.members)
    said = [text.text or "" for text in picture.findall(f"{SVG}text")]
    for known, nodes in zip(game.information_sets, game.members, strict=True):
        for action in known.actions:
            assert said.count(action) >= len(nodes)
    assert sum(isinstance(node, Terminal) for node in game.nodes) <= sum("," in text for text in said)
    assert tree_svg(game) == tree_svg(game) and tree_tikz(game) == tree_tikz(game)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_no_node_and_no_label_covers_another(game: ExtensiveGame) -> None:
    layout = tree_layout(game)
    for (x, y), (far_x, far_y) in combinations(layout.places, 2):
        assert abs(x - far_x) > 30 or abs(y - far_y) > ROW / 3
    for x, y in layout.places:
        assert 0 < x < layout.width and 0 < y < layout.height
    for branch in layout.branches:
        assert layout.places[branch.end][0] - layout.places[branch.start][0] > 7 * len(branch.said)


def test_the_path_of_play_and_mixed_actions_are_shown_on_request() -> None:
    game = kuhn_poker()
    profile = sequential_equilibrium(game).profile
    layout = tree_layout(game, profile)
    played = {branch.end for branch in layout.branches if branch.played}
    # A path starts at the root, and what is played follows what is played.
    assert all(game.parents[k] == 0 or game.parents[k] in played for k in played)
    assert 0 < len(played) < len(game.nodes) - 1
    assert tree_svg(game, profile).count('stroke-width="3.6"') == len(played)
    assert tree_tikz(game, profile).count("line width=1.6pt") == len(played)
    assert "check [2/3]" in tree_svg(game, profile) and "check [2/3]" not in tree_svg(game)
    assert "[1/6]" in tree_svg(game)


def test_nodes_that_cannot_be_told_apart_have_one_number() -> None:
    layout = tree_layout(beer_quiche())
    assert sorted(name for name in layout.names if name.startswith("Receiver")) == [
        "Receiver (set 1)", "Receiver (set 1)", "Receiver (set 2)", "Receiver (set 2)"]
    bends = {bend for _, _, bend in layout.joined}
    assert len(bends) == 2 and 0.0 not in bends


def test_names_cannot_break_out_of_the_picture() -> None:
    bad = '<b>&"\u202e\\end{document}%$_^~'
    game = extensive_game([bad, "B"], decision(bad, {bad: terminal([0, 1], bad), "x": chance({
        bad: ("1/2", terminal([1, 1])), "y": ("1/2", terminal([2, 2]))})}, bad), bad)
    text = tree_svg(game)
    assert ElementTree.fromstring(text) is not None and "\u202e" not in text and "<b>" not in text
    tikz = tree_tikz(game)
    assert "\u202e" not in tikz and tikz.count(r"\end{document}") == 1
    assert not re.search(r"(?<!\\)[%$_^~]", tikz.replace("$-$", ""))


def test_what_cannot_be_drawn_is_refused_in_words(tmp_path: Path) -> None:
    wide = extensive_game(["A"], decision("A", {str(k): terminal([k]) for k in range(301)}))
    with pytest.raises(GameError, match="301 ends of play, and up to 300 are drawn"):
        tree_svg(wide)
    with pytest.raises(GameError, match=r"must end in \.svg or \.tex"):
        plot_tree(beer_quiche(), tmp_path / "x.png")
    with pytest.raises(GameError, match="mixtures are given"):
        tree_svg(beer_quiche(), ())
    assert plot_tree(beer_quiche(), tmp_path / "x.tex").read_text() == tree_tikz(beer_quiche())
    assert ElementTree.fromstring(tree_svg(extensive_game(["A"], terminal([1])))) is not None
