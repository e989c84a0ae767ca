"""Treaties: read a treaty file, compile it to a game, ask whether it will be kept, and brief the people who decide.

Read: ``read_treaty`` and ``read_treaty_text`` give a ``Treaty``, or one ``TreatyFileError`` that lists every fault;
``lint`` says what is odd before anything is solved.

Change: ``with_terms(treaty, {"sunset.term_years": 8})`` and ``apply_variant`` give another treaty.

Ask: ``assess(treaty)`` gives an ``Assessment``: verdict, margin, what breaks first, options, proofs.
``bargain(treaty)`` says which of the designs that the file opens the parties would agree on; ``compile_treaty`` gives
the game itself, for the researcher.  ``sweep(treaty, worlds=1000)`` judges the text and its variants in many worlds
drawn from the ranges of its numbers and gives a ``pandas.DataFrame``; ``fix(treaty)`` how small a change of one term
makes it hold, or breaks it; ``chart(treaty, [path], low, high)`` what becomes of it and its variants along one number;
``design(treaty)`` the designs that no other beats in likelihood and in value to any party.

Tell: ``brief(path)`` writes the briefing, one offline HTML page.

The folders below are internal; games as such are in ``games``.

>>> from treaties import assess, read_treaty_text
>>> treaty = read_treaty_text('''
... schema = "servanda-treaty/1"
... title = "Joint procurement"
... payoff_unit = "EUR million per year"
... period = "year"
... party = [{ id = "NOR", name = "Norland", discount = 0.7 }, { id = "SUN", name = "Sundmark", discount = 0.7 }]
... [[matter]]
... id = "procurement"
... reward     = { NOR = 2,  SUN = 2 }
... temptation = { NOR = 3,  SUN = 3 }
... sucker     = { NOR = -1, SUN = -1 }
... punishment = { NOR = 0,  SUN = 0 }
... ''')
>>> assess(treaty, region=False).verdict
'sustainable'
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treaties.assessing.assess import assess
    from treaties.assessing.assessment import Assessment
    from treaties.bargaining.bargain import bargain
    from treaties.briefing.write import brief
    from treaties.compiling.compile import compile_treaty
    from treaties.compiling.compiled_treaty import CompiledTreaty
    from treaties.effects import CompilationError
    from treaties.linting.clauses import lint
    from treaties.model.errors import TreatyFileError
    from treaties.model.treaty import Treaty
    from treaties.reading.treaty_file import read_treaty, read_treaty_text
    from treaties.reading.variants import apply_variant, with_terms
    from treaties.sweeping.charting import chart
    from treaties.sweeping.designing import design
    from treaties.sweeping.fixing import fix
    from treaties.sweeping.sweep import sweep
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "treaties.assessing.assess": ("assess",),
        "treaties.assessing.assessment": ("Assessment",),
        "treaties.bargaining.bargain": ("bargain",),
        "treaties.briefing.write": ("brief",),
        "treaties.compiling.compile": ("compile_treaty",),
        "treaties.compiling.compiled_treaty": ("CompiledTreaty",),
        "treaties.effects": ("CompilationError",),
        "treaties.linting.clauses": ("lint",),
        "treaties.model.errors": ("TreatyFileError",),
        "treaties.model.treaty": ("Treaty",),
        "treaties.reading.treaty_file": ("read_treaty", "read_treaty_text"),
        "treaties.reading.variants": ("apply_variant", "with_terms"),
        "treaties.sweeping.charting": ("chart",),
        "treaties.sweeping.designing": ("design",),
        "treaties.sweeping.fixing": ("fix",),
        "treaties.sweeping.sweep": ("sweep",),
    })

__all__ = [
    "read_treaty", "read_treaty_text", "Treaty", "TreatyFileError", "lint",
    "with_terms", "apply_variant",
    "assess", "Assessment", "bargain", "compile_treaty", "CompiledTreaty", "CompilationError",
    "brief", "chart", "design", "fix", "sweep",
]
