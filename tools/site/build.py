"""Building the site with MkDocs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build as build_with_mkdocs
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, MkDocsException

from crm_mocks.errors import CrmMocksError
from tools.site.checkout import ROOT


class BuildError(CrmMocksError):
    """The site was not built."""


def build(output: Path, pictures: Path | None, **overrides: Any) -> int:
    """Build the site; return the number of its pages.

    Args:
        output: folder of the site, which is emptied first.
        pictures: folder of pictures that replace those of docs/images, if any.
        overrides: entries of mkdocs.yml.

    Raises:
        BuildError: a page is not in the navigation, a link or anchor is dead, or a name has no docstring.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        config = load_config(str(ROOT / "mkdocs.yml"), strict=True, site_dir=str(output), **overrides)
        config.extra["pictures"] = pictures
        config.plugins.run_event("startup", command="build", dirty=False)
        try:
            build_with_mkdocs(config)
        finally:
            config.plugins.run_event("shutdown")
    except (Abort, MkDocsException) as error:
        raise BuildError(str(error)) from None
    return sum(1 for _ in output.rglob("*.html"))
