"""How texts are broken: odd numbers and names, what editors and keyboards do, lines and nodes lost or misplaced."""

from __future__ import annotations

import contextlib
import copy
import datetime
import json
import random
import re
import tomllib
from collections.abc import Callable
from typing import Any

from games.certificates.sealing import sealed

ODD_NUMBERS = (
    "0", "-0.0", "1", "-1", "2", "0.5", "1.0", "1e308", "-1e308", "1e-308", "5e-324", "1e999", "nan", "inf", "-inf",
    "1" + "0" * 30, "0x" + "f" * 5000, "9" * 5000, "0.1000000000000000055", "0.99999999999999999", "60", "61", "1.5",
    "9007199254740993", "true", "[]", "{}", "[1]", '"1/3"', '"1/0"', '"0,9"', "0,9", "−1", "1_000", "1979-05-27",
    "07:32:00", "null", "NaN", "Infinity", "+1", ".5", "1.", "1e5", "-9223372036854775809", '"²"', "²", "½",
)
LIKELY_NUMBERS = ("0", "1", "2", "3", "5", "0.5", "0.25", "0.9", "0.99", "-1", "-2", "1.5", "10", "100", "1e-9", "1e9")
ODD_TEXTS = (
    "", " ", "-", "{x}", "{", "}", "{}", "{0}", "{{7*7}}", "%s", "%(a)s", "$x$", "$\\\\frac$", "$", "\\\\",
    "\\u001b[31m",
    "\\u202e", "\\u200b", "\\n", "\\r", "\\t", "\\u0000", "\\u0007", "\\u009b", "\\ud800", "\\U0001F600", "é", "²",
    "−1",
    "“x”", "../../x", "<script>", "&amp;", "[/bold]", "[bold]", "_x", "nan", "None", "value", "type", "__class__",
    "a" * 300, "a" * 20_000, "x.y", "x[0]", "#1", "\\\\d(", "()", "'", "\\\"", "comply", "status", "exit", "in force",
)
ODD_NODES: tuple[Any, ...] = (
    None, True, False, [], {}, [[]], [{}], {"": ""}, "", 0, -1, 1, 2, 10**30, 10**400, -0.5, 0.1, 1e308, -1e308,
    5e-324, -1e-13, 1 + 1e-13, float("nan"), float("inf"), float("-inf"), "1/3", "1/0", "0.5", "-1", "²", "nan",
    "1e999", "x", "EUR {million}", "{0}", "%s", "\x1b[31m", "\u202e", "\u200b", "\x07", "\0", "\ud800", "unlimited",
    "mutual", "A",
    datetime.date(1979, 5, 27), datetime.datetime(1979, 5, 27, 7, 32, tzinfo=datetime.UTC), datetime.time(7, 32),
)
ODD_BYTES = (b"\x00", b"\x1b", b"\xff", b"\xc3", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\t", b"\xc2\xa0")
NUMBER = re.compile(r"(?<![\w.\"])-?\d+(?:\.\d+)?(?![\w.])")
TEXT = re.compile(r'"[^"\n]*"')
WORD = re.compile(r"[A-Za-z_]\w*")


def broken(text: str, draw: random.Random, more: str = "") -> bytes:
    """A text after a few changes; ``more`` is another text of the kind, from which pieces may come."""
    nodes = draw.random() < (0.5 if text.startswith("{") else 0.25)
    if nodes:
        text = _nodes(text, draw, more)
    for _ in range(draw.choice((0, 0, 0, 1, 2) if nodes else (1, 1, 1, 1, 2, 3))):
        text = draw.choice(CHANGES)(text, draw, more)
    content = text.encode("utf-8", errors="surrogatepass")
    return _as_another_editor(content, draw) if draw.random() < 0.1 else content


def broken_line(line: tuple[str, ...], draw: random.Random) -> list[str]:
    """A command line after a few changes."""
    words = list(line)
    for _ in range(draw.choice((1, 1, 2))):
        k = draw.randrange(len(words)) if words else 0
        match draw.randrange(6) if words else 5:
            case 0:
                del words[k]
            case 1:
                words.insert(k, words[draw.randrange(len(words))])
            case 2 if not words[k].startswith("--"):
                words[k] = _odd(draw)
            case 3:
                words[k] = WORD.sub(lambda found: _odd(draw) if draw.random() < 0.5 else found[0], words[k], count=1)
            case 4:
                words[k] = NUMBER.sub(lambda _: _odd(draw), words[k], count=draw.choice((0, 1)))
            case _:
                words.insert(k, draw.choice((*words, _odd(draw))) if words else _odd(draw))
    return [word.replace("\0", "") for word in words]


def _odd(draw: random.Random) -> str:
    odd = draw.choice((*ODD_NUMBERS, *ODD_TEXTS))
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), odd)


def _number(text: str, draw: random.Random, _more: str) -> str:
    return _replaced(NUMBER, text, draw, lambda _: draw.choice(ODD_NUMBERS))


def _likely(text: str, draw: random.Random, _more: str) -> str:
    """A number gives way to one that might well stand there, or to another of the file."""
    others = NUMBER.findall(text) or ["0"]
    return _replaced(NUMBER, text, draw, lambda _: draw.choice((*LIKELY_NUMBERS, draw.choice(others))))


def _name(text: str, draw: random.Random, _more: str) -> str:
    """A text in quotation marks gives way to an odd one, or to another of the file."""
    others = TEXT.findall(text) or ['""']
    return _replaced(TEXT, text, draw, lambda _: draw.choice((draw.choice(others), f'"{draw.choice(ODD_TEXTS)}"')))


def _inside(text: str, draw: random.Random, _more: str) -> str:
    """Something odd within a text, everywhere that text stands."""
    found = TEXT.findall(text)
    if not found:
        return text
    old = draw.choice(found)
    at = draw.randrange(1, len(old)) if len(old) > 1 else 1
    return text.replace(old, old[:at] + draw.choice(ODD_TEXTS) + old[at:])


def _value(text: str, draw: random.Random, _more: str) -> str:
    """What stands after an equals sign gives way to something of another type."""
    return _replaced(re.compile(r"(?<== ).*"), text, draw, lambda _: draw.choice(
        (*ODD_NUMBERS, *(f'"{odd}"' for odd in ODD_TEXTS), '"""\n"""', "[[]]", "{ a = 1 }", "{ a.b = 1, a.c = 2 }")))


def _word(text: str, draw: random.Random, more: str) -> str:
    return _replaced(WORD, text, draw, lambda _: draw.choice(WORD.findall(text + more)))


def _lines(text: str, draw: random.Random, more: str) -> str:
    """Lines are lost, doubled, moved, or come from another file."""
    lines, others = text.split("\n"), (more or text).split("\n")
    k, size = draw.randrange(len(lines)), draw.choice((1, 1, 2, 5))
    match draw.randrange(4):
        case 0:
            del lines[k : k + size]
        case 1:
            lines[k:k] = lines[k : k + size]
        case 2:
            j = draw.randrange(len(lines))
            lines[k], lines[j] = lines[j], lines[k]
        case _:
            j = draw.randrange(len(others))
            lines[k:k] = others[j : j + size]
    return "\n".join(lines)


def _nesting(text: str, draw: random.Random, _more: str) -> str:
    """A number or a text gives way to something nested deeply, or to something very long."""
    deep = draw.choice((20, 60, 1100, 20_000))
    odd = draw.choice((
        "[" * deep + "]" * deep, "{a=" * deep + "1" + "}" * deep, '{"a":' * deep + "1" + "}" * deep, "[" * deep,
        "a" + ".a" * deep + "=1", f'"{"a" * deep}"', f"[{'1,' * deep}1]", "1" * deep, "0." + "1" * deep,
        f'"{"(" * deep}{")" * deep}"', f'"{"not " * deep}x"', f'"{"-" * deep}1"', f'"1{"+1" * deep}"',
    ))
    return _replaced(draw.choice((NUMBER, TEXT)), text, draw, lambda _: odd)


def _block(text: str, draw: random.Random, more: str) -> str:
    """A block of another file, or one block less, or a block twice."""
    blocks, others = re.split(r"(?m)^(?=\[)", text), re.split(r"(?m)^(?=\[)", more or text)
    k = draw.randrange(len(blocks))
    match draw.randrange(3):
        case 0:
            blocks.append("\n" + draw.choice(others))
        case 1:
            del blocks[k]
        case _:
            blocks.append("\n" + blocks[k])
    return "".join(blocks)


def _character(text: str, draw: random.Random, _more: str) -> str:
    k = draw.randrange(len(text) + 1)
    gone = draw.choice((0, 0, 1, 1, 5))
    plain, odd = "\"'[]{},.=#:-\n\t ", "“”−²\u00a0\ufeff\u202e\x1b\0\r"
    added: str = draw.choice(("", *plain, *odd))
    return text[:k] + added + text[k + gone :]


CHANGES: tuple[Callable[[str, random.Random, str], str], ...] = (
    *(_likely,) * 24, *(_number,) * 8, *(_name,) * 8, *(_inside,) * 10, *(_value,) * 4, *(_word,) * 4, *(_lines,) * 4,
    *(_block,) * 8, *(_character,) * 4, _nesting,
)


def _replaced(pattern: re.Pattern[str], text: str, draw: random.Random, new: Callable[[str], str]) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    one = draw.choice(found)
    return text[: one.start()] + new(one[0]) + text[one.end() :]


def _as_another_editor(content: bytes, draw: random.Random) -> bytes:
    k = draw.randrange(len(content) + 1)
    match draw.randrange(6):
        case 0:
            return content.replace(b"\n", draw.choice((b"\r\n", b"\r")))
        case 1:
            return b"\xef\xbb\xbf" + content
        case 2:
            return content.decode("utf-8", errors="replace").encode(draw.choice(("utf-16", "utf-32", "utf-7")))
        case 3:
            return content[:k]
        case 4:
            return content[:k] + draw.choice(ODD_BYTES) + content[k:]
        case _:
            return content.decode("utf-8", errors="replace").encode("latin-1", errors="replace")


def _nodes(text: str, draw: random.Random, more: str) -> str:
    """JSON or TOML in which nodes are lost, doubled, exchanged or replaced; a certificate is sealed again."""
    read = json.loads if text.startswith("{") else tomllib.loads
    try:
        data = read(text)
        spare = read(more) if more else data
    except ValueError:
        return text
    for _ in range(draw.choice((1, 1, 2))):
        places = list(_places(data))
        if not places:
            break
        owner, key = draw.choice(places)
        match draw.randrange(6):
            case 0:
                del owner[key]
            case 1:
                other, name = draw.choice(places)
                if name in other if isinstance(other, dict) else name < len(other):
                    owner[key] = copy.deepcopy(other[name])
            case 2:
                other, name = draw.choice(list(_places(spare)))
                owner[key] = copy.deepcopy(other[name])
            case 3 if isinstance(owner, list):
                owner.insert(key, copy.deepcopy(owner[key]))
            case 3:
                owner[draw.choice(ODD_TEXTS)] = owner.pop(key)
            case 4 if isinstance(owner[key], str) and owner[key]:
                at = draw.randrange(len(owner[key]) + 1)
                owner[key] = owner[key][:at] + draw.choice(ODD_TEXTS) + owner[key][at:]
            case _:
                owner[key] = draw.choice(ODD_NODES)
    if isinstance(data, dict) and "seal" in data and draw.random() < 0.9:
        with contextlib.suppress(ValueError, TypeError):  # what cannot be sealed keeps its old seal
            data = _sealed_again(data)
    if read is tomllib.loads:
        return "".join(f"{_toml(key)} = {_toml(value)}\n" for key, value in data.items())
    return json.dumps(data, indent=1, ensure_ascii=draw.random() < 0.5, default=str)


def _toml(node: Any) -> str:
    """A node as TOML, tables within a line."""
    match node:
        case dict():
            return "{" + ", ".join(f"{_toml(str(key))} = {_toml(value)}" for key, value in node.items()) + "}"
        case list():
            return "[" + ", ".join(_toml(value) for value in node) + "]"
        case str():
            return json.dumps(node, ensure_ascii=False)
        case bool():
            return str(node).lower()
        case datetime.date() | datetime.time():
            return node.isoformat()
        case None:
            return '""'
        case _:
            return str(node)


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every (owner, key or index) below a node."""
    out: list[tuple[Any, Any]] = []
    waiting = [node]
    while waiting:
        owner = waiting.pop()
        inner = list(owner.items()) if isinstance(owner, dict) else list(enumerate(owner))
        out += [(owner, key) for key, _ in inner]
        waiting += [child for _, child in inner if isinstance(child, (dict, list))]
    return out


def _sealed_again(data: dict[str, Any]) -> dict[str, Any]:
    out = {
        key: [_sealed_again(x) if isinstance(x, dict) and "seal" in x else x for x in value]
        if isinstance(value, list) else value
        for key, value in data.items()
    }
    return sealed({key: value for key, value in out.items() if key != "seal"})
