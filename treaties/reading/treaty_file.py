"""Reading treaty files (TOML, ``servanda-treaty/1``), with every error named by file, line, article and field.

Nothing in a file is ever executed. A file with faults raises one `TreatyFileError` that lists them all.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from games.files.mistyped import mistyped
from games.files.reading import UnreadableFile, read_bytes
from treaties.model.errors import Place, TreatyError, TreatyFileError
from treaties.model.meanings import expression_faults
from treaties.model.treaty import Treaty
from treaties.reading.document import Fault, validate_document
from treaties.reading.expressions import ExpressionError, parse_expression
from treaties.reading.paths import PathError
from treaties.reading.size import refusal
from treaties.reading.toml_lines import line_numbers
from treaties.reading.variants import changed_treaty, design_faults, lookup_in

LARGEST = 5_000_000
"""Files of more bytes than this are refused."""


def read_treaty(path: str | Path) -> Treaty:
    """Read a treaty file; raises `TreatyFileError` with everything that is wrong in it."""
    path = Path(path)
    name = str(path)
    try:
        content = read_bytes(path, LARGEST)
    except UnreadableFile as error:
        raise _refused(name, error.problem, error.remedy) from None
    return _read(content, name)


def read_treaty_text(text: str, name: str = "treaty.toml") -> Treaty:
    """Read a treaty from text; ``name`` stands for the file in errors. Raises `TreatyFileError`."""
    content = text.encode("utf-8", errors="surrogatepass")
    if len(content) > LARGEST:
        raise _refused(name, f"is larger than {LARGEST // 1_000_000} MB", "no treaty file needs so much")
    return _read(content, name)


def _read(content: bytes, name: str) -> Treaty:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused(name, "is not UTF-8 text", "save the file as UTF-8", line) from None
    if not text.strip():
        raise _refused(name, "is empty", 'begin with schema = "servanda-treaty/1"')
    if (large := refusal(text)) is not None:
        where, problem, remedy = large
        raise _refused(name, problem, remedy, where)
    treaty, faults, data = _judged(text, name)
    if treaty is None or faults:
        lines = line_numbers(text)
        raise TreatyFileError([_located(fault, name, data, lines) for fault in faults])
    return treaty.came_from(name, hashlib.sha256(content).hexdigest())


def treaty_or_faults(text: str, name: str) -> tuple[Treaty | None, tuple[Fault, ...]]:
    """The treaty that a text states, as ``read_treaty_text`` reads it, or None and every fault at its place.

    Raises `TreatyFileError` if the text is no TOML, or too large to be parsed.
    """
    if (large := refusal(text)) is not None:
        where, problem, remedy = large
        raise _refused(name, problem, remedy, where)
    treaty, faults, _ = _judged(text, name)
    if treaty is None or faults:
        return None, tuple(faults)
    return treaty.came_from(name, hashlib.sha256(text.encode("utf-8")).hexdigest()), ()


def _judged(text: str, name: str) -> tuple[Treaty | None, list[Fault], dict[str, Any]]:
    """What a text states, what is wrong with it, and its tables; a treaty with faults of meaning is given with them."""
    data = _parsed(text, name)
    faults = list(_whole_numbers_too_large(data))
    treaty, faults = (None, faults) if faults else validate_document(data)
    if treaty is not None:
        faults = list(_faults_of_meaning(treaty))
    return treaty, faults, data


def _refused(name: str, problem: str, remedy: str = "", line: int | None = None) -> TreatyFileError:
    return TreatyFileError([TreatyError(name, line, None, "", problem, remedy)])


_SYNTAX = {
    "Cannot overwrite a value": ("the same field is given twice", "keep one of them"),
    "Cannot declare": ("the same table is given twice", "write [[…]] for blocks that repeat, or keep one of them"),
    "Expected '=' after a key": ("expected '=' after the name of a field", "write name = value"),
    "Invalid statement": ("this is no line of a TOML file", "write name = value, [table] or [[block]]"),
    "Invalid value": ("the value cannot be read", "put text in quotes; write numbers plainly, lists in [ ]"),
    "Unclosed array": ("a list is not closed, or an entry lacks its comma", "write [a, b, c]"),
    "Unclosed inline table": ("a table is not closed, or an entry lacks its comma", "write { a = 1, b = 2 }"),
    "Unterminated string": ("text is not closed", "end it with the quotation mark it began with"),
    "Illegal character '\\n'": ("text is not closed on this line", "end it with the quotation mark it began with"),
    "Illegal character": ("there is a character that cannot stand here", "look for an unclosed quotation mark"),
    "Expected newline or end of document": ("there is something after the value", "one field a line"),
}


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _refused(name, "is nested too deeply", "write the file with fewer brackets") from None
    except ValueError as error:  # TOMLDecodeError is one; so is what Python says of absurdly long numbers
        found = re.search(r"at line (\d+), column (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1 if "end of document" in str(error) else None
        message = re.sub(r" \(at .*\)$", "", str(error))
        starts = [0, *(end.end() for end in re.finditer("\n", text))]
        at = starts[int(found[1]) - 1] + int(found[2]) - 1 if found else len(text)
        if found and text.startswith("[", starts[int(found[1]) - 1]) and message.startswith("Cannot overwrite"):
            message = "Cannot declare a table twice"
        known = next((words for start, words in _SYNTAX.items() if message.startswith(start)), None)
        problem, remedy = known or (f"{message[:1].lower()}{message[1:]}", "")
        remedy = mistyped(text, at) or remedy
        where = f" (column {found[2]})" if found else ""
        raise _refused(name, f"not valid TOML: {problem}{where}", remedy, line) from None


def _whole_numbers_too_large(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Whole numbers beyond 64 bits, which TOML does not have (v1.0.0, Integer) and no field of a treaty wants."""
    waiting: list[tuple[Place, Any]] = [((), data)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, int) and not _fits_64_bits(value):
            yield Fault(place, "is a whole number of more than 64 bits", "write a smaller one")
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [((*place, key), item) for key, item in inner]


def _fits_64_bits(number: int) -> bool:
    return -(2**63) <= number < 2**63


def _faults_of_meaning(treaty: Treaty) -> Iterator[Fault]:
    """What only a treaty that is otherwise whole can be asked: its conditions, its designs and its variants."""
    lookup = lookup_in(treaty)
    for k, party in enumerate(treaty.parties):
        for j, red_line in enumerate(party.red_lines):
            place: Place = ("party", k, "red_lines", j)
            try:
                parse_expression(red_line).holds(lookup)
            except ExpressionError as error:
                yield Fault(place, f"the red line {red_line!r} {error}", "write, for example, veto.uses_per_term >= 1")
            except PathError as error:
                yield Fault(place, f"the red line {red_line!r}: {error.problem}", error.remedy)
    for k, inner, problem, remedy in expression_faults(treaty):
        yield Fault(("provision", k, *inner), problem, remedy)
    yield from design_faults(treaty)
    for k, variant in enumerate(treaty.variants):
        _, faults = changed_treaty(treaty, variant)
        for fault in faults:
            yield Fault(("variant", k, *fault.place), fault.problem, fault.remedy)


def _located(fault: Fault, name: str, data: Mapping[str, Any], lines: Mapping[Place, int]) -> TreatyError:
    field, label = _in_words(fault.place, data)
    return TreatyError(name, _line_of(fault.place, lines), label, field, fault.problem, fault.remedy)


def _line_of(place: Place, lines: Mapping[Place, int]) -> int | None:
    """The line of a place, or of the nearest block around it."""
    if place[:1] == ("variant",) and place not in lines:
        place = (
            *place[:3],
            *(step for key in place[3:] for step in (key.split(".") if isinstance(key, str) else [key])),
        )
    around = (place[:length] for length in range(len(place), 0, -1))
    return next((lines[outer] for outer in around if outer in lines), None)


def _in_words(place: Place, data: Mapping[str, Any]) -> tuple[str, str | None]:
    """A place as a reader would write it, and the article or block it belongs to."""
    label = None
    steps: Iterable[str | int] = place
    if len(place) > 1 and isinstance(place[1], int):
        kind, k = str(place[0]), place[1]
        blocks = data.get(kind)
        block = blocks[k] if isinstance(blocks, list) and k < len(blocks) else None
        block = block if isinstance(block, dict) else {}
        named = block.get({"provision": "type", "variant": "name"}.get(kind, "id"))
        if kind == "provision":
            article = block.get("article", "-")
            small = isinstance(article, int) and _fits_64_bits(article)
            article = article if isinstance(article, str) or small else "-"
            known = named if isinstance(named, str) else f"provision {k + 1}"
            label = known if article == "-" else f"article {article}, {known}"
            if place[2:] == ("type",):
                named = None
        if kind == "variant":
            label, named = (f"variant {named!r}" if isinstance(named, str) else f"variant {k + 1}"), None
        step = [str(named)] if isinstance(named, str) else []
        steps = [kind, *step, *place[2:]]
    text = ""
    for item in steps:
        text += f"[{item}]" if isinstance(item, int) else f".{item}" if text else str(item)
    return text, label
