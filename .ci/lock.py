"""Write requirements.lock: what pyproject.toml asks for, resolved once for all platforms, in sections by who needs it.

A line ``# for test dev`` says of the packages below it that the extras ``test`` and ``dev`` need them and the core does
not.  The core is what the package needs to run, and what builds it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
LOCK = PROJECT.with_name("requirements.lock")
HEADER = "# Written by `make lock`, installed section by section by the Makefile; all together, it fits as well.\n"


def resolve(folder: Path, *options: str) -> dict[str, str]:
    """The packages of one resolution: the text of each, hashes included, by its first line."""
    written = folder / "resolved"
    written.unlink(missing_ok=True)
    subprocess.run(
        ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--only-binary", ":all:",
         "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
         *options, str(PROJECT), str(folder / "build.in"), "--output-file", str(written)],
        check=True, stdout=subprocess.DEVNULL)
    blocks = re.split(r"\n(?=\S)", written.read_text(encoding="utf-8").strip())
    return {block.split(" \\\n")[0]: block + "\n" for block in blocks}


def main() -> None:
    """Resolve everything at once, then ask of every extra which of these packages are its own."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "build.in").write_text("\n".join(project["build-system"]["requires"]))
        everything = resolve(folder, "--all-extras")
        (folder / "constraints").write_text("\n".join(everything))
        held = ("--constraint", str(folder / "constraints"))

        def names(*options: str) -> set[str]:
            return {line.split("==")[0] for line in resolve(folder, *held, *options)}

        core = names()
        needed = {extra: names("--extra", extra) for extra in project["project"]["optional-dependencies"]}
    sections: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for line, block in everything.items():
        package = line.split("==")[0]
        needs = [extra for extra in needed if package in needed[extra]]
        sections[("core",) if package in core else tuple(needs)].append(block)
    order = ["core", *needed]
    text = HEADER + "".join(
        f"# for {' '.join(section)}\n{''.join(sections[section])}"
        for section in sorted(sections, key=lambda section: [order.index(one) for one in section]))
    if "://" in text:
        sys.exit("requirements.lock would hold an address")
    LOCK.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
