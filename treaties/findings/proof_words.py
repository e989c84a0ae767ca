"""What certificates prove, what the checker said of them, and what "holds" means: in plain sentences."""

from __future__ import annotations

from treaties.findings.amounts import money
from treaties.findings.answer import Answer
from treaties.findings.records import CertificateNote

PROOFS = {
    "no-profitable-deviation": (
        "A complete rule of play",
        "The certificate writes down what every party does in every situation, breach included. "
        "At no point does any party gain by departing from it once.",
    ),
    "self-generation": (
        "A closed set of promises",
        "The certificate lists outcomes that support one another: each is kept because every departure leads to "
        "a worse outcome in the same list.",
    ),
    "profitable-deviation": (
        "A step that pays",
        "The certificate names one step away from the rule of play, and computes that it pays.",
    ),
    "transfer-plan": (
        "A plan with payments",
        "The certificate writes down what is played in every situation, what all parties have together from then on, "
        "and the least that each can be held to. In no situation do all temptations together exceed what is at stake.",
    ),
    "surplus-shortfall": (
        "Too little at stake",
        "The certificate strikes out, round by round, every way of playing whose temptations together exceed all that "
        "the parties have to lose. Full compliance is struck out.",
    ),
    "public-transfer-plan": (
        "A plan with payments on what everyone sees",
        "The certificate writes down what is played in every situation and how what all have together is shared out "
        "after everything that may be seen. No party gains by departing once, mistakes included.",
    ),
    "public-shortfall": (
        "Too little is seen",
        "The certificate strikes out, round by round, every way of playing that nothing seen by everyone can enforce "
        "with what the parties have to lose. Full compliance is struck out.",
    ),
    "public-self-generation": (
        "A complete rule of play on what everyone sees",
        "The certificate writes down what every party does after everything that may be seen. At no point does any "
        "party gain by departing from it once, mistakes included.",
    ),
    "public-profitable-deviation": (
        "A breach that this rule of play does not deter",
        "The certificate writes down what every party does after everything that may be seen, and names a moment at "
        "which a party gains by departing from it once. It speaks of this one rule only.",
    ),
    "public-exclusion": (
        "A chain of exclusions on what everyone sees",
        "The certificate starts from everything that could happen and strikes out, step by step, what no credible "
        "answer to anything that may be seen can hold up. Full compliance without a break is struck out.",
    ),
    "undetected-deviation": (
        "A breach that pays and shows nothing",
        "The certificate names a situation that compliance comes to with some chance, and a departure there that pays "
        "and leaves the chances of everything that may be seen and of all that follows as they are. Nothing can answer "
        "it.",
    ),
    "exclusion": (
        "A chain of exclusions",
        "The certificate starts from everything that could happen and strikes out, step by step, what no credible "
        "punishment can hold up. Full compliance is struck out.",
    ),
    "negotiated-plan": (
        "A plan that is bargained over anew",
        "The certificate writes down what every review would bring each party, and that play until the next review can "
        "neither bring all of them more nor hold any of them to less.",
    ),
    "maximal-score": (
        "Too little is seen, however patient the parties",
        "The certificate bounds what all together can have when every answer to what may be seen has to be paid for. "
        "Full compliance lies beyond these bounds at every discount factor.",
    ),
}
"""What a certificate is and what it proves, by its kind; one entry for every kind of ``Certificate``."""


TYPED_PROOFS = {
    "typed-rule": (
        "A rule of play and what everyone believes",
        "The certificate writes down a rule of play for every type that chooses. The check works out by Bayes’ rule "
        "what is believed wherever play and deviations lead, and finds that no type gains by departing once.",
    ),
    "typed-deviation": (
        "A deviation from a rule that pays",
        "The certificate names a rule of play, a situation with what is believed there, and a departure of one type "
        "that pays. It speaks of this rule; another might do.",
    ),
    "typed-belief-intervals": (
        "A rule of play and all that may come to be believed",
        "The certificate writes down a rule of play and, for every situation, between which bounds beliefs lie. The "
        "check works out by Bayes’ rule that no outcome and no change of government leads out of them, and finds that "
        "at none of these beliefs a type gains by departing once.",
    ),
    "typed-belief-deviation": (
        "A departure that pays after what may be seen",
        "The certificate names a rule of play, what is seen up to a situation, and a departure of one type that pays "
        "at what is then believed. It speaks of this rule; another might do.",
    ),
    "trust-region": (
        "The chances of types at which a rule holds",
        "The certificate writes down inequalities in the chances of types. The check recomputes what every departure "
        "costs against every type, and finds that the rule is an equilibrium exactly where they hold.",
    ),
    "trust-shortfall": (
        "Leaving the plan pays in every equilibrium",
        "The certificate names a type, a year and what the type does from then on. The check bounds what compliance "
        "can bring, against every type of the others and whatever follows once one has shown itself, and what the "
        "departure brings at least. It speaks of every equilibrium, mixed ones too.",
    ),
    "typed-self-generation": (
        "A closed set of promises where types are not known",
        "The certificate lists outcomes, each with what is then believed, that support one another. The check works "
        "out by Bayes’ rule which of them may follow what is seen, and finds that no type gains by departing once.",
    ),
    "typed-term-bound": (
        "How many last years can fail",
        "The check goes back from the end of the term: what follows a breach is settled, and complying brings more "
        "than breaching at once, whatever else is played. It speaks of every equilibrium, mixed ones too.",
    ),
}
"""The same by the kind of ``TypedCertificate``."""


def proof(note: CertificateNote | None, verdict: Answer) -> tuple[str, str]:
    """A certificate in plain words: its name and what it proves."""
    if verdict == "undecided":
        return "No proof either way", "A yes and a no each need a certificate, and neither could be made."
    if note is None:
        return "No certificate", ""
    return (PROOFS | TYPED_PROOFS)[note.kind]


def check(note: CertificateNote | None, verdict: Answer, unit: str) -> str:
    """What the independent checker said, and by how much it passed."""
    if verdict == "undecided":
        return ""
    if note is None:
        return "Nothing was given to the independent check. Do not rely on the answer."
    if not note.checked:
        return "The independent check did NOT accept this certificate. Do not rely on the answer."
    said = "Re-proved by exact rational arithmetic, by code that does not use the solver."
    slack = note.numbers.get("least_slack")
    if slack is not None:
        said += (
            f" Least slack: {money(slack, unit)} (over every condition checked, breach included; zero or more passes)."
        )
    return said


def concept(name: str) -> str:
    """A solution concept in one plain sentence, followed by its name in the field."""
    plain = (
        "“Holds” means: at every moment, after every history, no party gains by departing once from what is expected "
        "of it, "
        "and every threatened punishment would really be carried out; parties may coordinate on a public chance event"
    )
    if "voluntary transfers" in name:
        plain += "; at the start of each period they may pay one another, and nobody can be made to pay"
    if "perfect public" in name:
        plain += "; all act on what everyone sees and on nothing else"
    if "Bayesian" in name:
        plain += "; what the others are is believed by Bayes’ rule from the chances of the file and what was seen"
    if "mixed" in name:
        plain += ", and some punishments may involve chance moves by a party"
    caveat = " “Does not hold” is said of plans without private chance moves; it is not said of all others."
    if "mixed" in name:
        caveat = ""
    elif "Bayesian" in name:
        caveat = (
            " “Does not hold” is said of the rules of rungs 1 to 3; of all equilibria only where the part on trust "
            "says so."
        )
    return f"{plain} ({name}).{caveat}"
