"""The site, built once."""

from __future__ import annotations

import pytest

from tests.browser.conftest import browser  # noqa: F401  # a fixture
from tests.tools.site.html_page import Site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The built site, with the pictures of docs/images."""
    pytest.importorskip("mkdocs", reason="MkDocs is not installed: pip install -e '.[site]'")
    from tools.site.build import build

    folder = tmp_path_factory.mktemp("site")
    build(folder, None)
    return Site(folder)
