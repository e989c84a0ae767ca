"""A treaty file for the studio: remarks everywhere, and blocks of several kinds in between one another."""

from __future__ import annotations

from pathlib import Path

REMARKED = """\
#:schema ./servanda-treaty.schema.json
# What the file is about.
schema = "servanda-treaty/1"
title = "Remarked"   # the title
payoff_unit = "points per year"

# Who signs.
[[party]]
id = "A"
name = "Arcadia"
discount = { value = 0.80, low = 0.70, high = 0.95, source = "guess", confidence = "low" }  # patient

[[matter]]   # what it is about
id = "trade"
title = "trade"
reward = { A = 3, B = 3 }      # both comply
temptation = { A = 5, B = 5 }

# Nobody complies.
sucker = { A = -1, B = -1 }
[matter.punishment]
A = 0  # nothing
B = 0

# The second party stands below the matter: order is the author's.
[[party]]
id = "B"
name = "Borduria"
discount = 0.8
outside_option = -0.5

[[provision]]
# Damages.
type = "remedy"
article = "7"
amount = { value = 1.5, low = 1, high = 2 } # paid late
upheld = 0.75
delay_years = 1

[[event]]
id = "shock"
enter = 0.10   # one year in ten
stay = 0.5
cost_of_complying = { A = 1, B = 0 }

# Ends after a while.
[[provision]]
type = "sunset"
article = "21"
term_years = 6
renewal = { rule = "mutual", decide_by_year = 5 }

[[provision]]
type = "veto"
article = "14"
holder = [ # by right
  "A", # the founder
  "B",
]
matter = "trade"
uses_per_term = 1
grounds = "shock"

# Options.
[[variant]]
name = "No veto"
set = { "veto.uses_per_term" = 0 }
# The end.
"""
NUMBERS = {
    "party.0.discount.value": (0.7, 0.95), "party.1.discount.value": (0.5, 0.95),
    "party.1.outside_option.value": (-2, 1), "matter.0.reward.A.value": (2, 4), "matter.0.reward.B.value": (2, 4),
    "matter.0.temptation.A.value": (4, 6), "matter.0.sucker.B.value": (-2, -1), "matter.0.punishment.A.value": (-1, 0),
    "provision.0.amount.value": (1, 2), "provision.0.upheld.value": (0, 1), "event.0.enter.value": (0, 1),
    "event.0.cost_of_complying.A.value": (0, 2),
}  # fmt: skip
"""Fields of numbers, and between what they may lie in this file."""


def remarked(folder: Path, text: str = REMARKED) -> Path:
    """The file, on disk."""
    path = folder / "remarked.toml"
    path.write_bytes(text.encode("utf-8"))
    return path
