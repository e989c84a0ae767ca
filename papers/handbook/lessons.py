"""Adds the lessons to the handbook: runs what they show, puts in what that made, and writes each as a notebook too.

A lesson is a session in one folder, as any page is: its blocks with a title are files there, and its commands run in
their order.  Figures and pages that they write go beside the lesson.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "lessons"
ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r'^```(\w+)(?: title="([\w.-]+)")?\n(.*?)^```\n', flags=re.MULTILINE | re.DOTALL)
MADE = (".svg", ".html")
NOTEBOOK_LINK = "\n*This lesson [as a notebook]({name}.ipynb).*\n"


def pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """A page in its order: (language, title, content) of its blocks, and ("", "", prose) between them."""
    end = 0
    for block in BLOCK.finditer(text):
        yield "", "", text[end : block.start()]
        yield block[1], block[2] or "", block[3]
        end = block.end()
    yield "", "", text[end:]


def commands(block: str) -> Iterator[str]:
    """The commands of a console block, without what they print."""
    yield from re.findall(r"^\$ (.*)$", block, flags=re.MULTILINE)


def made_by(text: str) -> dict[str, bytes]:
    """What the commands of a lesson write beside its files, by name."""
    with tempfile.TemporaryDirectory() as folder:
        for language, title, content in pieces(text):
            if title:
                Path(folder, title).write_text(content, encoding="utf-8")
            for command in commands(content) if language == "console" else ():
                words = shlex.split(command)
                assert words[0] == "servanda", command
                program = [sys.executable, "-m", "treaties.command_line.main", *words[1:]]
                paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
                subprocess.run(program, cwd=folder, check=True, stdout=subprocess.DEVNULL,
                               env=os.environ | {"PYTHONPATH": paths})
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir()) if path.suffix in MADE}


def notebook(text: str) -> Any:
    """A lesson as a notebook: prose, files to write, commands and Python to run."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells = []
    for language, title, content in pieces(text):
        if title:
            cells.append(new_code_cell(f"%%writefile {title}\n{content.rstrip()}"))
        elif language == "console":
            cells += [new_code_cell("!" + command) for command in commands(content)]
        elif language == "python":
            code = [line[4:] for line in content.splitlines() if line.startswith((">>> ", "... "))]
            cells.append(new_code_cell("\n".join(code)))
        elif content.strip():
            cells.append(new_markdown_cell(content.strip()))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # else drawn by chance, and no two builds alike
    return new_notebook(cells=cells)


def on_files(files: Any, config: Any, **kwargs: Any) -> Any:
    """Called by mkdocs with all files of the handbook."""
    import nbformat
    from mkdocs.structure.files import File

    for path in sorted(HERE.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        page = text + NOTEBOOK_LINK.format(name=path.stem)
        files.append(File.generated(config, f"lessons/{path.name}", content=page))
        told = nbformat.writes(notebook(text))
        files.append(File.generated(config, f"lessons/{path.stem}.ipynb", content=told))
        for name, content in made_by(text).items():
            files.append(File.generated(config, f"lessons/{name}", content=content))
    return files


def on_page_markdown(markdown: str, **kwargs: Any) -> str:
    """Called by mkdocs with each page: as files, lessons lie beside the pages; as built, in a folder of them."""
    return markdown.replace("](../lessons/", "](lessons/").replace("](../pages/", "](../")
