"""Docstrings as Markdown, for the handbook: doctests become code, aligned fields become lists."""

import re
from typing import Any

import griffe

FIELD = re.compile(r"^``[^`].*``  +\S|^``[^`]+``, ``.*``  +\S")


def as_markdown(text: str) -> str:
    """A plain docstring as Markdown."""
    out: list[str] = []
    in_code = in_field = False
    for line in text.splitlines():
        prompt = line.startswith(">>>")
        if prompt and not in_code:
            out += ["", "```pycon"]
        elif in_code and not line.strip():
            out.append("```")
        in_code = bool(line.strip()) and (prompt or in_code)
        if in_code:
            out.append(line)
            continue
        line = re.sub(r"(``.*?``)|\[", lambda found: found[1] or r"\[", line)      # no links in plain prose
        if FIELD.match(line):
            out += [] if in_field else [""]
            in_field = True
            out.append("- " + re.sub(r"``  +", "``: ", line, count=1))
        elif in_field and line.startswith(" "):
            out.append("  " + line.strip())
        else:
            out += ["", line] if in_field and line else [line]
            in_field = False
    return "\n".join([*out, "```"] if in_code else out)


class Markdown(griffe.Extension):
    """Rewrites every docstring of a package once it is loaded."""

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        """Called by griffe for each package."""
        self._rewrite(pkg)

    def _rewrite(self, item: griffe.Object) -> None:
        if item.docstring is not None:
            item.docstring.value = as_markdown(item.docstring.value)
        for member in item.members.values():
            if isinstance(member, griffe.Object):
                self._rewrite(member)
