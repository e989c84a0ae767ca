"""The reference of clauses in the handbook, written from what the provisions say of themselves.

Renew it after a change to a provision: python -m tests.support.clauses_page
"""

from __future__ import annotations

from pathlib import Path

from pydantic_core import PydanticUndefined

from tests.support.clause_table import in_markdown
from treaties.model.presets import Preset
from treaties.model.provision import Provision
from treaties.provisions import all_provisions
from treaties.reading.toml_text import in_toml

PAGE = Path(__file__).resolve().parents[2] / "papers/handbook/pages/clauses.md"
SHOWN = (
    "Files are those of `tests/treaties/reading/accepted/` and `tests/treaties/reading/rejected/`; a law is a test "
    "with its hypotheses in its name, found by its mark. Every clause also has a test worked out by hand."
)
BEGIN = "<!-- written by tests/support/clauses_page.py; what is below is the provisions' own text -->\n"


def reference() -> str:
    """Every clause: its title, what it does to incentives, its source, its terms; then the table of what shows it."""
    clauses = [_clause(kind, provision) for kind, provision in all_provisions().items()]
    return "\n".join([*clauses, "## What shows each clause", "", SHOWN, "", *in_markdown(), ""])


def _clause(kind: str, provision: type[Provision]) -> str:
    told = f"`type = \"{kind}\"`. {provision.mechanism} Source: {provision.reference}."
    lines = [f"### {provision.title}", "", told, ""]
    lines += ["| term | meaning |", "|---|---|"]
    for name, field in provision.model_fields.items():
        if name in Provision.model_fields and name not in provision.own_limits:
            continue
        needed = " *Needed.*" if field.default is PydanticUndefined and field.default_factory is None else ""
        meaning = (field.description or "").replace("|", "\\|")
        lines.append(f"| `{field.alias or name}` | {meaning}{needed} |")
    if provision.presets:
        lines += ["", *(_preset(name, preset) for name, preset in provision.presets.items())]
    return "\n".join([*lines, ""])


def _preset(name: str, preset: Preset) -> str:
    given = [f"`{term} = {in_toml(value)}`" for term, value in preset.terms.items()]
    given += [f"`{term}` *needed*" for term in preset.required]
    return f"Preset `{name}` ({', '.join(given)}): {preset.title}. {preset.mechanism}"


if __name__ == "__main__":
    written = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    PAGE.write_text(written + BEGIN + "\n" + reference(), encoding="utf-8")
