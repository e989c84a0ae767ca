"""Treaties: read a treaty file, compile it to a game, ask whether it will be kept, and brief the people who decide.

The public names are imported on first use, so that the command line starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treaties.assessing.assess import assess
    from treaties.briefing.briefing import brief
    from treaties.compiling.compile import compile_treaty
    from treaties.reading.treaty_file import read_treaty

__all__ = ["read_treaty", "compile_treaty", "assess", "brief"]

_HOME = {
    "read_treaty": "treaties.reading.treaty_file",
    "compile_treaty": "treaties.compiling.compile",
    "assess": "treaties.assessing.assess",
    "brief": "treaties.briefing.briefing",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the module it lives in (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion and help."""
    return sorted({*globals(), *__all__})
