"""Fails the build if a page of the handbook would load something from another machine; links to follow are free."""

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

LOADED = re.compile(
    r'<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*?\b(?:src|data)="?((?:https?:)?//[^"\s>]+)'
    r'|<link\b(?=[^>]*rel="?(?:stylesheet|preload|preconnect|icon|modulepreload))[^>]*?href="?((?:https?:)?//[^"\s>]+)'
    r'|(?:url\(|@import )["\']?((?:https?:)?//[^"\')\s]+)'
)


def on_post_build(config: Any, **kwargs: Any) -> None:
    """Called by mkdocs when all pages are written."""
    site = Path(config["site_dir"])
    found = {
        f"{path.relative_to(site)}: {next(filter(None, match.groups()))}"
        for kind in ("*.html", "*.css") for path in site.rglob(kind)
        for match in LOADED.finditer(path.read_text(encoding="utf-8"))
    }
    if found:
        raise PluginError("pages load from outside:\n" + "\n".join(sorted(found)))
