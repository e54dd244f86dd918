"""Hooks of MkDocs, named in mkdocs.yml: the site's own files, and links to files of the repository."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from tools.site.checkout import ASSETS, ICON
from tools.site.repository_links import PREFIX, linked_files, page_of, repository_path, source_uri, with_site_links


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add style, script and icon, the files of the repository that pages link to, and newly taken pictures."""
    for asset in (*sorted(ASSETS.iterdir()), ICON):
        files.append(File.generated(config, f"assets/{asset.name}", abs_src_path=str(asset)))
    _add_repository(files, config)
    pictures = config.extra.get("pictures")
    for picture in sorted(pictures.iterdir()) if pictures else ():
        old = files.get_file_from_path(f"images/{picture.name}")
        if old is not None:
            files.remove(old)
        files.append(File.generated(config, f"images/{picture.name}", abs_src_path=str(picture)))
    return files


def _add_repository(files: Files, config: MkDocsConfig) -> None:
    """Add the files that pages link to, directly or through other files."""
    found = dict.fromkeys(repository_path(uri) for uri in _navigation(config.nav) if uri.startswith(f"{PREFIX}/"))
    for page in files.documentation_pages():
        found.update(dict.fromkeys(linked_files(page.content_string, repository_path(page.src_uri))))
    waiting = list(found)
    while waiting:
        path = waiting.pop()
        content = page_of(path)
        uri = source_uri(path)
        files.append(File.generated(config, uri, content=content, inclusion=InclusionLevel.NOT_IN_NAV))
        new = [each for each in linked_files(content, path) if path.endswith(".md") and each not in found]
        found.update(dict.fromkeys(new))
        waiting.extend(dict.fromkeys(new))


def _navigation(entries: Any) -> Iterator[str]:
    """Yield the sources that the navigation names."""
    if isinstance(entries, str):
        yield entries
    for entry in entries.values() if isinstance(entries, dict) else entries if isinstance(entries, list) else ():
        yield from _navigation(entry)


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  # MkDocs passes them by name
    """Point links to files of the repository at their pages, and render Markdown inside `details`."""
    return with_site_links(markdown, page.file.src_uri).replace("<details>", '<details markdown="1">')
