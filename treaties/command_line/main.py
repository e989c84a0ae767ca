"""The ``servanda`` command.  Everything slow is imported inside the command that needs it.

Exit codes: 0 answered, 1 certificate refused or published result not met, 2 bad input, 3 undecided although
``--strict`` asked for an answer, 70 a fault of the program.
"""

from __future__ import annotations

import gc
import io
import os
import shutil
import sys
import warnings
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from games.command_line.game import game_app
from games.command_line.options import AsJson, ShowProgress
from games.command_line.papers import EXAMPLE, papers_command
from games.command_line.places import insist_on_places
from games.command_line.progress import progress_line
from games.command_line.streams import lasting_streams
from games.command_line.terminal import (
    BAD_INPUT,
    INTERNAL,
    INTERRUPTED,
    UNDECIDED,
    BadInput,
    factors,
    fail,
    remarks_told,
    say,
    say_json,
    say_lines,
    tell,
)
from games.numerics.progress import part
from games.numerics.remarks import Remark
from treaties.command_line.bargain import EXAMPLE as BARGAIN_EXAMPLE
from treaties.command_line.bargain import bargain_command
from treaties.command_line.cases import EXAMPLE as CASES_EXAMPLE
from treaties.command_line.cases import cases_command
from treaties.command_line.chart import EXAMPLE as CHART_EXAMPLE
from treaties.command_line.chart import chart_command
from treaties.command_line.compare import EXAMPLE as COMPARE_EXAMPLE
from treaties.command_line.compare import compare_command
from treaties.command_line.design import EXAMPLE as DESIGN_EXAMPLE
from treaties.command_line.design import design_command
from treaties.command_line.fix import EXAMPLE as FIX_EXAMPLE
from treaties.command_line.fix import fix_command
from treaties.command_line.new import EXAMPLE as NEW_EXAMPLE
from treaties.command_line.new import new_command
from treaties.command_line.play import EXAMPLE as PLAY_EXAMPLE
from treaties.command_line.play import play_command
from treaties.command_line.provisions import EXAMPLE as PROVISIONS_EXAMPLE
from treaties.command_line.provisions import provisions_command
from treaties.command_line.studio import EXAMPLE as STUDIO_EXAMPLE
from treaties.command_line.studio import studio_command
from treaties.command_line.sweep import EXAMPLE as SWEEP_EXAMPLE
from treaties.command_line.sweep import sweep_command
from treaties.command_line.threshold import EXAMPLE as THRESHOLD_EXAMPLE
from treaties.command_line.threshold import threshold_command
from treaties.command_line.world_options import MOST_WORLDS, Seed

if TYPE_CHECKING:
    from treaties.advising.advice import Advice
    from treaties.assessing.assess import Assessment
    from treaties.model.treaty import Treaty

app = typer.Typer(
    name="servanda",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
    rich_markup_mode=None,  # plain help: half the start-up time, any terminal shows it
    help="Which agreements will be kept: treaties compiled to games, answers with proofs that exact code re-checks.",
    epilog="Start with: servanda brief treaties/cases/aurora.toml, or servanda new for a file of your own.",
)
app.add_typer(game_app, name="game", short_help="Games as such: repeated, stochastic, one round, trees.")
# Help lists commands in this order: a file first, then what to ask of it.
app.command("new", short_help="Write a first treaty file, with placeholders for numbers.", epilog=NEW_EXAMPLE)(
    new_command
)
app.command(
    "provisions", short_help="Which clauses can a file have?  With a name: all about it.", epilog=PROVISIONS_EXAMPLE
)(provisions_command)

SELDOM = 100_000
"""New objects between two searches for cycles."""
MOST_WORKERS = 4
"""More processes are not used unasked: each takes memory, and one judges the text itself however many there are."""

USAGE_ERROR: Any = typer.BadParameter.__mro__[2]
"""What all errors of typer about a command line are (``ClickException``), which it does not name itself."""

TreatyFile = Annotated[
    Path, typer.Argument(metavar="TREATY.toml", help="A treaty file (servanda-treaty/1).", show_default=False)
]
Discount = Annotated[
    str | None,
    typer.Option(
        "--discount",
        metavar="X",
        help="Discount factor for all parties, or one for each in the file's order: 0.9 or 0.9,0.8 or 1/3.",
    ),
]
Long = Annotated[bool, typer.Option("--long", help="Say all of it, not the twelve lines that matter most.")]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=256,
        help=f"Processes that judge variants; the default is one per core, {MOST_WORKERS} at most.",
        show_default=False,
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"servanda {version('servanda')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Which agreements will be kept: treaties compiled to games, answers with proofs that exact code re-checks."""


@app.command(
    short_help="Does full compliance hold, by what margin, what breaks first?",
    epilog="Example: servanda check treaties/cases/aurora.toml --json",
)
def check(
    treaty: TreatyFile,
    discount: Discount = None,
    json: AsJson = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 if the answer is undecided.")] = False,
    variants: Annotated[bool, typer.Option("--variants", help="Judge the file's variants as well.")] = False,
    transfers: Annotated[
        Literal["none", "voluntary"] | None,
        typer.Option(
            "--transfers",
            help="Judge it without or with voluntary side payments, and then say what these buy; "
            "the default is what the text says.",
            show_default=False,
        ),
    ] = None,
    long: Long = False,
    size: Annotated[
        bool, typer.Option("--size", help="Only count the states and rows of its game, and what each variable adds.")
    ] = False,
    workers: Workers = None,
    show_progress: ShowProgress = False,
) -> None:
    """Does full compliance hold?  Verdict, margin, weakest link, discount factors at which it holds.

    Where the file says that a party may be of another type ([[party.type]]), it tells in place of discount factors how
    sure of it the others must be.
    """
    if size:
        _say_size(_read(treaty, discount), json)
        return
    with progress_line("assessing", show_progress) as progress:
        document = _read(treaty, discount)
        from treaties.assessing.assess import assess

        assessment = assess(
            document, progress=progress, variants=variants, transfers=transfers, workers=_processes(workers)
        )
    if json:
        say_json(assessment.to_json())
    else:
        say_lines(_told(assessment, long))
    if strict and assessment.verdict == "undecided":
        raise typer.Exit(UNDECIDED)


@app.command(
    short_help="Write the briefing: one HTML page in plain language.",
    epilog="Example: servanda brief treaties/cases/aurora.toml --out aurora.html",
)
def brief(
    treaty: TreatyFile,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write; the default is <treaty>.briefing.html in this folder."),
    ] = None,
    discount: Discount = None,
    worlds: Annotated[
        int,
        typer.Option(
            min=0, max=MOST_WORLDS, help="Judge it in so many worlds drawn from the ranges of its numbers; 0: none."
        ),
    ] = 200,
    seed: Seed = 0,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="Faster: without worlds, the smallest change, trades and sliders."),
    ] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Also write it as a PDF beside the page; needs servanda[pdf].")
    ] = False,
    tables: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Also write its tables here, as CSV and LaTeX, and its figures as SVG.",
            show_default=False,
        ),
    ] = None,
    long: Long = False,
    json: AsJson = False,
    workers: Workers = None,
    show_progress: ShowProgress = False,
) -> None:
    """Write a plain-language briefing as one HTML file: does it hold, what breaks first, what would fix it.

    It also says in how many worlds it holds, which small change mends or breaks it, what could be traded, and on which
    clauses the answer rests.
    """
    insist_on_places((treaty,), {"--out": out}, folders=True)
    if pdf and find_spec("typst") is None:
        fail("--pdf needs typst, which is not installed; install servanda[pdf], or print the page")
    with progress_line("assessing", show_progress) as progress:
        document = _read(treaty, discount)
        from treaties.advising.advice import advise
        from treaties.assessing.assess import assess
        from treaties.briefing.write import ASSESSING, write_briefing, write_pdf, write_tables

        processes = _processes(workers)
        assessment = assess(
            document, progress=part(progress, 0.0, ASSESSING), side_payments="options", workers=processes
        )
        advice = None
        if not plain:
            rest = part(progress, ASSESSING, 1.0)
            advice = advise(document, assessment, worlds=worlds, seed=seed, workers=processes, progress=rest)
        written = [write_briefing(assessment, out, advice)]
        if pdf:
            written.append(write_pdf(assessment, written[0].with_suffix(".pdf"), advice))
        if tables is not None:
            written += write_tables(assessment, tables, advice)
    if json:
        files = {"briefing": str(written[0]), "files": [str(path) for path in written]}
        say_json(files | assessment.to_json() | {"advice": None if advice is None else advice.to_json()})
    else:
        say_lines(_told(assessment, long, advice))
        more = f" and {len(written) - 1} more files" if len(written) > 1 else ""
        say(f"wrote {written[0]}{more}{'' if long else '; --long says more here'}")


@app.command(
    short_help="Why the answer is what it is, step by step.",
    epilog="Example: servanda explain treaties/cases/aurora.toml",
)
def explain(treaty: TreatyFile, discount: Discount = None, show_progress: ShowProgress = False) -> None:
    """Why the answer is what it is: the deviation that decides it, step by step, in the treaty's words."""
    with progress_line("assessing", show_progress) as progress:
        document = _read(treaty, discount)
        from treaties.advising.reason_words import reason_lines
        from treaties.advising.reasons import reasons
        from treaties.assessing.assess import assess
        from treaties.briefing.terminal import explain as explanation

        assessment = assess(document, progress=part(progress, 0.0, 0.6), side_payments="text")
        why = reasons(document, assessment, part(progress, 0.6, 1.0))
    say_lines([*explanation(assessment), *reason_lines(why, document)])


@app.command(
    short_help="The JSON Schema of treaty files, for editors.",
    epilog="Example: servanda schema --out servanda-treaty.schema.json",
)
def schema(
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write here, not to standard output.")] = None,
) -> None:
    """The JSON Schema of treaty files, for editors that complete and check them."""
    from treaties.reading.schema import treaty_schema

    content = treaty_schema()
    if out is None:
        say_json(content)
        return
    import json

    from games.files.writing import write_text

    tell(f"wrote {write_text(out, json.dumps(content, indent=1, ensure_ascii=False) + chr(10))}")


app.command("studio", short_help="Change it on a local page; each change is judged at once.", epilog=STUDIO_EXAMPLE)(
    studio_command
)
app.command("bargain", short_help="Which design would they agree on?", epilog=BARGAIN_EXAMPLE)(bargain_command)
app.command("sweep", short_help="In how many of the worlds that its ranges allow is it kept?", epilog=SWEEP_EXAMPLE)(
    sweep_command
)
app.command("compare", short_help="Which text is kept in more worlds, and worth more to whom?", epilog=COMPARE_EXAMPLE)(
    compare_command
)
app.command("fix", short_help="The smallest change of one term that mends or breaks it.", epilog=FIX_EXAMPLE)(
    fix_command
)
app.command("design", short_help="Which designs are kept in most worlds and worth most?", epilog=DESIGN_EXAMPLE)(
    design_command
)
app.command("chart", short_help="What becomes of it and its variants along one number?", epilog=CHART_EXAMPLE)(
    chart_command
)
app.command(
    "threshold", short_help="From which value of a number on is it kept, as a formula?", epilog=THRESHOLD_EXAMPLE
)(threshold_command)
app.command("play", short_help="A page on which a class drafts, predicts and plays it.", epilog=PLAY_EXAMPLE)(
    play_command
)
app.command("cases", short_help="Real treaties: what was to be foretold, and what happened.", epilog=CASES_EXAMPLE)(
    cases_command
)
app.command("papers", short_help="Published results recomputed, beside what the papers say.", epilog=EXAMPLE)(
    papers_command
)


def _told(found: Assessment, long: bool, advice: Advice | None = None) -> list[str]:
    """What the terminal says of an assessment."""
    if long:
        from treaties.briefing.terminal import summary

        if advice is None:
            return summary(found)
        from treaties.advising.words import advice_lines

        return [*summary(found), *advice_lines(advice, found.treaty)]
    from treaties.briefing.briefing import Briefing
    from treaties.briefing.short import short

    width = shutil.get_terminal_size().columns
    return short(Briefing.of(found, advice), width, advised=advice is not None, concept=found.concept)


def _say_size(treaty: Treaty, json: bool) -> None:
    from treaties.compiling.coarsening import coarser_sentences
    from treaties.compiling.compile import compile_treaty
    from treaties.compiling.state_count import state_count, told

    compiled = compile_treaty(treaty)
    found, coarser = state_count(compiled), coarser_sentences(compiled)
    if json:
        say_json(found.to_json() | {"coarser": coarser})
    else:
        say_lines([*told(found), *coarser])


def _processes(asked: int | None) -> int:
    """How many processes to use, as asked for or as many as there are cores."""
    return asked or min(os.cpu_count() or 1, MOST_WORKERS)


def _read(path: Path, discount: str | None) -> Treaty:
    from treaties.reading.treaty_file import read_treaty

    treaty = read_treaty(path)
    if discount is None:
        return treaty
    from treaties.reading.variants import with_terms

    asked = factors(discount, len(treaty.parties), "parties")
    for x in sorted({x for x in asked if Fraction(repr(float(x))) != x}):
        told = f"{x} is taken as {float(x)!r}: a treaty's numbers are decimals"
        warnings.warn(Remark(f"--discount {discount}: {told}"), stacklevel=2)
    return with_terms(
        treaty, {f"party.{party.id}.discount": float(x) for party, x in zip(treaty.parties, asked, strict=True)}
    )


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; always ends in ``SystemExit`` with one of the exit codes above, never in a traceback.

    The exit code is that of the answer, also where nobody can read it any more.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # Exact arithmetic makes millions of small numbers and hardly a cycle: Python need not look for cycles so often.
    gc.set_threshold(SELDOM)
    with lasting_streams():
        _run(arguments)


def _run(arguments: list[str] | None) -> None:
    try:
        with remarks_told():
            code = app(args=arguments, prog_name="servanda", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except KeyboardInterrupt:
        tell("interrupted")
        sys.exit(INTERRUPTED)
    except BadInput as error:
        tell(f"servanda: {error}")
        sys.exit(BAD_INPUT)
    except USAGE_ERROR as error:
        said = io.StringIO()
        error.show(said)  # quotes what was typed as it is
        tell(said.getvalue().expandtabs(2).rstrip("\n"))
        sys.exit(error.exit_code)
    except Exception as error:
        if "SERVANDA_DEBUG" in os.environ:
            raise
        sys.exit(_end_with(error))


def _end_with(error: Exception) -> int:
    """Tell an error in a line or two and give the exit code: the user's input, or a fault of the program."""
    if _is_bad_input(error):
        tell(f"servanda: {error}")
        return BAD_INPUT
    if isinstance(error, OSError) and error.filename is not None:
        tell(f"servanda: {error.filename}: cannot be read or written: {error.strerror}; name another place")
        return BAD_INPUT
    first_line = (str(error).splitlines() or [""])[0]
    tell(f"servanda: a fault of the program: {type(error).__name__}: {first_line}")
    tell("set SERVANDA_DEBUG=1 and run again for the traceback, and please report it")
    return INTERNAL


def _is_bad_input(error: Exception) -> bool:
    """Whether an error is about what the user gave."""
    from games.model.stochastic_game import GameError
    from treaties.effects import CompilationError
    from treaties.model.errors import TreatyFileError

    return isinstance(error, (GameError, TreatyFileError, CompilationError))


if __name__ == "__main__":
    main()
