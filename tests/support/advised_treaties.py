"""Small treaties of which it is known by hand what advice has to say."""

from __future__ import annotations

from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

PARTIES = """schema = "servanda-treaty/1"
title = "Joint works (fictional)"
payoff_unit = "points per year"
[[party]]
id = "A"
name = "Aland"
discount = { value = 0.7, low = 0.2, high = 0.9 }
[[party]]
id = "B"
name = "Bland"
discount = 0.7
[[matter]]
id = "trade"
reward     = { A = 2,  B = 2 }
temptation = { A = 3,  B = 3 }
sucker     = { A = -1, B = -1 }
punishment = { A = 0,  B = 0 }
"""
SUNSET = '[[provision]]\ntype = "sunset"\narticle = "12"\nterm_years = 3\nrenewal = { rule = "none" }\n'
REMEDY = (
    '[[provision]]\ntype = "remedy"\narticle = "5"\ndelay_years = 0\n'
    "amount = { value = %s, low = 0, high = 10 }\nupheld = { value = 0.5, low = 0.5, high = 0.6 }\n"
)
IDLE = '[[provision]]\ntype = "custom"\nname = "Preamble"\narticle = "1"\n' + (
    'terms = { nothing = 0 }\npayoffs = [{ party = ["A", "B"], amount = "nothing" }]\n'
)
WORKS = """[[provision]]
type = "custom"
name = "Bridge"
article = "{article}"
terms = {{ length = {{ value = 0, low = 0, high = 2 }} }}
payoffs = [{{ party = "{pays}", amount = "-length" }}, {{ party = "{gains}", amount = "{worth} * length" }}]
"""
STOCK = """[[provision]]
type = "custom"
name = "Stock"
article = "3"
[[provision.states]]
name = "stock"
values = [0, 1]
next = [{ to = "1" }]
[[provision]]
type = "custom"
name = "Levy"
article = "4"
payoffs = [{ party = "A", amount = "-stock" }]
"""


def stock_and_levy() -> Treaty:
    """No term, and a levy (article 4) on a stock that article 3 brings: without article 3 there is nothing to levy."""
    return read_treaty_text(PARTIES + STOCK, "b.toml")


def fixed_term(damages: float, *clauses: str) -> Treaty:
    """Three years, never renewed: in the last one the breach earns 1, and half of the damages are owed for it.

    It holds if and only if the damages are 2 or more, and, without a term, whatever they are.
    """
    return read_treaty_text(PARTIES + SUNSET + REMEDY % damages + "".join(clauses), "t.toml")


def works(worth: float) -> Treaty:
    """No term, and two works: each costs one party its length a year and brings the other ``worth`` times as much.

    It holds whatever is built; both gain by building both alike if and only if ``worth`` is above 1.
    """
    clauses = (
        WORKS.format(article="7", pays="A", gains="B", worth=worth),
        WORKS.format(article="8", pays="B", gains="A", worth=worth),
    )
    return read_treaty_text(PARTIES + "".join(clauses), "w.toml")
