"""Links of pages to files of the repository, and the pages of these files."""

from __future__ import annotations

import pytest

from tools.site.repository_links import linked_files, page_of, repository_path, source_uri, with_site_links


@pytest.mark.parametrize(
    ("link", "uri", "shown"),
    [
        ("cli.md#serve", "run.md", "cli.md#serve"),
        ("../cli.md", "vendors/activix.md", "../cli.md"),
        ("../tests/toy.py", "facts.md", "repository/tests/toy.py.md"),
        ("../../examples", "vendors/activix.md", "../repository/examples/README.md"),
        ("docs/run.md", "repository/CHANGELOG.md", "../run.md"),
        ("../docs/sweeps.md#x", "repository/examples/README.md", "../../sweeps.md#x"),
        ("no/such/file.md", "run.md", "no/such/file.md"),
        ("https://example.com/docs", "run.md", "https://example.com/docs"),
    ],
)
def test_a_link_leads_to_the_page_of_its_file(link: str, uri: str, shown: str) -> None:
    assert with_site_links(f"see [it]({link}).", uri) == f"see [it]({shown})."


@pytest.mark.parametrize("path", ["docs/run.md", "CHANGELOG.md", "tests/toy.py", "examples/README.md"])
def test_a_page_is_that_of_its_file(path: str) -> None:
    assert repository_path(source_uri(path)) == path


def test_only_files_outside_docs_need_a_page() -> None:
    text = "[a](cli.md) [b](../tests/toy.py) [c](../no-such-file.py) [d](../examples)"
    assert list(linked_files(text, "docs/run.md")) == ["tests/toy.py", "examples/README.md"]


def test_code_has_a_page_of_code_that_the_search_leaves_out() -> None:
    page = page_of("tests/toy.py")
    assert "# tests/toy.py\n\n````````python\n" in page
    assert "search:\n  exclude: true" in page
