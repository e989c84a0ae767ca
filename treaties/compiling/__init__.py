"""From a treaty to a game, and from the game's rows back to articles."""
