"""Links to files of the repository, which become links to pages of the site.

A page of docs/ keeps its place. Any other file gets a page below `repository/`: Markdown as it is, code highlighted.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.site.checkout import DOCS, ROOT

PREFIX: Final = "repository"
"""Folder of the site with the files outside docs/."""

_TARGET: Final = re.compile(r"(?<=\]\()(?P<path>[^)\s#:]+)(?=[)\s#])")
_LANGUAGES: Final = {".py": "python", ".js": "javascript", ".sh": "bash", ".pl": "perl", ".pm": "perl", ".t": "perl"}
_FENCE: Final = "`" * 8


def repository_path(uri: str) -> str:
    """Return the path in the repository of a page's source.

    Args:
        uri: source of the page as MkDocs names it, such as `run.md` or `repository/tests/toy.py.md`.
    """
    inner = uri.removeprefix(f"{PREFIX}/")
    if inner == uri:
        return f"{DOCS.name}/{uri}"
    return inner if (ROOT / inner).exists() else inner.removesuffix(".md")


def source_uri(path: str) -> str:
    """Return the name that MkDocs has for the source of a file's page.

    Args:
        path: path of the file in the repository; for a folder, its README.md is taken.
    """
    if (ROOT / path).is_dir():
        path = f"{path}/README.md"
    if path.startswith(f"{DOCS.name}/"):
        return path.removeprefix(f"{DOCS.name}/")
    return f"{PREFIX}/{path}" if path.endswith(".md") else f"{PREFIX}/{path}.md"


def linked_files(markdown: str, path: str) -> Iterator[str]:
    """Yield the paths of the files outside docs/ that a text links to.

    Args:
        markdown: the text.
        path: its path in the repository.
    """
    for match in _TARGET.finditer(markdown):
        target = _resolved(match["path"], path)
        if target and source_uri(target).startswith(f"{PREFIX}/"):
            yield repository_path(source_uri(target))


def with_site_links(markdown: str, uri: str) -> str:
    """Return a page's text with links to files of the repository as links to their pages.

    Args:
        markdown: the text.
        uri: source of the page, as in `repository_path`.
    """

    def replace(match: re.Match[str]) -> str:
        target = _resolved(match["path"], repository_path(uri))
        return posixpath.relpath(source_uri(target), posixpath.dirname(uri)) if target else match["path"]

    return _TARGET.sub(replace, markdown)


def page_of(path: str) -> str:
    """Return the Markdown of the page of a file outside docs/."""
    text = (ROOT / path).read_text("utf-8")
    if path.endswith(".md"):
        return text
    language = _LANGUAGES.get(Path(path).suffix, "text")
    head = "---\nsearch:\n  exclude: true\nhide: [toc]\n---\n"
    return f"{head}\n# {path}\n\n{_FENCE}{language}\n{text}{_FENCE}\n"


def _resolved(target: str, path: str) -> str:
    """Return the path in the repository of a link's target, or an empty string if it leads elsewhere."""
    resolved = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return resolved if not resolved.startswith("..") and (ROOT / resolved).exists() else ""
