"""The browser of this machine, for tests that open a page in one and print it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""Where Chromium or Chrome lies, if one is on the path; tests that use it are marked ``browser``."""
PATIENCE = 180_000
"""Milliseconds that a page may take to do what is asked where many tests run beside it."""


def browse(profile: Path, page: Path, *options: str) -> bytes:
    """What the browser says of a page that it opens with these options."""
    assert BROWSER is not None
    # Every name fails to resolve: what the page needs must be in the page.
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
        *options,
        page.as_uri(),
    ]
    return subprocess.run(command, check=True, capture_output=True, timeout=600).stdout


def pages_printed(folder: Path, html: str) -> int:
    """How many sheets a page takes in print; it is written to the folder, and so is the browser's profile."""
    page, pdf = folder / "page.html", folder / "page.pdf"
    page.write_text(html, encoding="utf-8")
    browse(folder / "profile", page, "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes()))
