"""Treaties with types from 2 to 800 states: the least trust, with its certificate, and what it takes.

    python -m tests.benchmarks.trust      # the table alone, under a minute
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import final

from treaties.assessing.answers import Answers
from treaties.assessing.trust import trust_report
from treaties.findings.trust import TrustReport
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import apply_variant, with_terms

CASES = Path(__file__).parents[2] / "treaties" / "cases"
BREACHES = '[[party.type]]\nname = "opportunist"\nconduct = "breaches"\nwhen = "{when}"\nprior = 0.2\n'
KEEPS = '[[party.type]]\nname = "loyal"\nconduct = "keeps"\nprior = 0.1\n'
STAGES = (
    '[[provision]]\ntype = "staged_derisking"\narticle = "4"\nscales = "risk"\ngate = "calendar"\non_breach = "end"\n'
    "stages = [{ year = 0, exposure = 0.25 }, { year = 2, exposure = 0.5 }, { year = 4, exposure = 1 }]\n"
)
SUNSET = '[[provision]]\ntype = "sunset"\narticle = "9"\nterm_years = 5\nrenewal = { rule = "automatic" }\n'


@final
@dataclass(frozen=True)
class Measured:
    """A treaty, what was found of trust in it, its states, and the processor seconds from the text to the proof."""

    name: str
    report: TrustReport
    states: int
    seconds: float

    @property
    def proved(self) -> bool:
        """Whether every pair for which some trust is enough has a certificate that was accepted."""
        return all(
            pair.certificate is not None and pair.certificate.checked for pair in self.report.pairs if pair.least
        )


def dilemma(parties: str, discount: float, types: str = BREACHES.format(when="always"), more: str = "") -> Treaty:
    """Reward 2, temptation 3, sucker -1, punishment 0 a year for all of some parties with the same types."""
    text = 'schema = "servanda-treaty/1"\ntitle = "Trade"\npayoff_unit = "points per year"\n'
    text += "".join(f'[[party]]\nid = "{p}"\nname = "{p}land"\ndiscount = {discount}\n{types}' for p in parties)
    text += '[[matter]]\nid = "trade"\n'
    for kind, amount in (("reward", 2), ("temptation", 3), ("sucker", -1), ("punishment", 0)):
        text += f"{kind} = {{ {', '.join(f'{p} = {amount}' for p in parties)} }}\n"
    return read_treaty_text(text + more)


def drought(parties: str) -> str:
    """An event that makes compliance dearer."""
    costs = ", ".join(f"{p} = 0.2" for p in parties)
    return f'[[event]]\nid = "drought"\nenter = 0.2\nstay = 0.5\ncost_of_complying = {{ {costs} }}\n'


def changing(party: str) -> str:
    """Governments of a party that change, the sceptical one at a price."""
    return (
        f'[[provision]]\ntype = "turnover"\narticle = "-"\nparty = "{party}"\nto_sceptic = 0.2\nto_friendly = 0.3\n'
        "sceptic_cost_of_complying = 0.2\n"
    )


def treaties() -> dict[str, Treaty]:
    """Ten treaties by name, smallest first."""
    aurora, accord = read_treaty(CASES / "aurora.toml"), read_treaty(CASES / "limits_and_relief.toml")
    asked = apply_variant(aurora, aurora.variant("Can Norland be trusted?"))
    always, full = BREACHES.format(when="always"), BREACHES.format(when="full_exposure")
    return {
        "dilemma, discount 0.5": dilemma("AB", 0.5),
        "dilemma, discount 0.9, loyal types": dilemma("AB", 0.9, always + KEEPS),
        "three parties, discount 0.5": dilemma("ABC", 0.5),
        "five years, renewed": dilemma("AB", 0.9, more=SUNSET),
        "three parties, changing governments": dilemma("ABC", 0.9, more="".join(changing(p) for p in "ABC")),
        "stages, waiting for full exposure": dilemma("AB", 0.9, full, STAGES + SUNSET),
        "limits against relief": accord,
        "three parties, stages, droughts": dilemma("ABC", 0.9, more=STAGES + SUNSET + drought("ABC")),
        "Aurora, can Norland be trusted?": asked,
        "Aurora, terms of 53 years": with_terms(
            asked, {"sunset.term_years": 53, "sunset.renewal.decide_by_year": 51}
        ),
    }


def measured(name: str, treaty: Treaty) -> Measured:
    """What is found of trust, from the treaty to proofs that were checked again."""
    began = time.process_time()
    text = Answers(treaty).text
    report = trust_report(text)
    return Measured(name, report, text.compiled.game.n_states, time.process_time() - began)


def table(smoke: bool = False) -> list[Measured]:
    """Print a line per treaty: the greatest of its least trusts, and what it took; the first warms up."""
    every = treaties()
    trust_report(Answers(next(iter(every.values()))).text)
    print(f"\n{'trust':40}{'parties':>8}{'states':>8}{'least':>10}{'all alike':>11}{'proof':>14}{'seconds':>9}")
    found = []
    for name, treaty in list(every.items())[: 3 if smoke else None]:
        one = measured(name, treaty)
        found.append(one)
        enough = [(pair.least, pair.certificate) for pair in one.report.pairs if pair.least is not None]
        most, proof = max(enough, key=lambda pair: pair[0], default=(None, None))
        alike = one.report.least_common
        kinds = "none" if proof is None else proof.kind
        print(
            f"{name:40}{len(treaty.parties):8}{one.states:8}{'none' if most is None else f'{float(most):.6f}':>10}"
            f"{'' if alike is None else f'{float(alike.high):.7f}':>11}{kinds if one.proved else 'REFUSED':>14}"
            f"{one.seconds:9.2f}",
            flush=True,
        )
    return found


if __name__ == "__main__":
    table()
