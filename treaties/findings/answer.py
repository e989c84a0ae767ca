"""The three answers to whether a treaty is kept; an undecided one is no "no"."""

from __future__ import annotations

from typing import Literal

Answer = Literal["sustainable", "unsustainable", "undecided"]
