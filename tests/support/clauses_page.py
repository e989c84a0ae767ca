"""The reference of clauses in the handbook, written from what the provisions say of themselves.

Renew it after a change to a provision: python -m tests.support.clauses_page
"""

from __future__ import annotations

from pathlib import Path

from pydantic_core import PydanticUndefined

from treaties.model.provision import Provision
from treaties.provisions import all_provisions

PAGE = Path(__file__).resolve().parents[2] / "papers/handbook/pages/clauses.md"
BEGIN = "<!-- written by tests/support/clauses_page.py; what is below is the provisions' own text -->\n"


def reference() -> str:
    """Every clause: its title, what it does to incentives, its source, its terms."""
    return "\n".join(_clause(kind, provision) for kind, provision in all_provisions().items())


def _clause(kind: str, provision: type[Provision]) -> str:
    told = f"`type = \"{kind}\"`. {provision.mechanism} Source: {provision.reference}."
    lines = [f"### {provision.title}", "", told, ""]
    lines += ["| term | meaning |", "|---|---|"]
    for name, field in provision.model_fields.items():
        if name in Provision.model_fields:
            continue
        needed = " *Needed.*" if field.default is PydanticUndefined and field.default_factory is None else ""
        meaning = (field.description or "").replace("|", "\\|")
        lines.append(f"| `{field.alias or name}` | {meaning}{needed} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    written = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    PAGE.write_text(written + BEGIN + "\n" + reference(), encoding="utf-8")
