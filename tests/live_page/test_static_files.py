"""The live page and its files, over HTTP."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from crm_mocks.live_page.static_files import static_files
from tests.conftest import Api

BROWSER = {"Accept": "text/html,*/*;q=0.8"}


class References(HTMLParser):
    """Collects what a page refers to, and its inline scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.inline: list[str] = []
        self.root: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "html":
            self.root = attributes
        if tag in ("script", "link", "img"):
            self.urls.append(attributes.get("src") or attributes.get("href") or "")
        self.inline += [name for name in attributes if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in attributes):
            self.inline.append(tag)


@pytest.mark.parametrize("path", ["/", "/~one/", "/~one"])
def test_a_browser_gets_a_page_whose_files_exist(toy: Api, path: str) -> None:
    response = toy.get(path, headers=BROWSER)
    page = References(response.text)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert page.urls
    assert {toy.get(url).status_code for url in page.urls} == {200}


def test_the_page_knows_its_session(toy: Api) -> None:
    assert References(toy.get("/~one/", headers=BROWSER).text).root["data-session"] == "one"
    assert References(toy.get("/", headers=BROWSER).text).root["data-session"] == "default"


def test_other_clients_get_json(toy: Api) -> None:
    assert toy.get("/", headers={"Accept": "*/*"}).json()["name"] == "crm-mocks"


def test_the_page_has_nothing_inline_that_its_policy_would_block(toy: Api) -> None:
    response = toy.get("/", headers=BROWSER)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert References(response.text).inline == []


def test_files_have_their_media_type_and_may_be_kept(toy: Api) -> None:
    for path in static_files():
        response = toy.get(path)
        assert "immutable" in response.headers["cache-control"]
        assert response.headers["x-content-type-options"] == "nosniff"
        kinds = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
        assert response.headers["content-type"].startswith(kinds[path.rpartition(".")[2]])


def test_modules_import_only_files_of_the_page() -> None:
    files = static_files()
    names = {path.rpartition("/")[2] for path in files}
    for path, file in files.items():
        if path.endswith(".js"):
            imported = re.findall(r'from "\./([^"]+)"', file.content.decode())
            assert set(imported) <= names
            assert file.content.decode().count('from "') == len(imported)


def test_data_never_becomes_markup() -> None:
    for file in static_files().values():
        for sink in (b"innerHTML", b"outerHTML", b"insertAdjacentHTML", b"document.write", b"eval(", b"new Function"):
            assert sink not in file.content


def test_files_are_read_only(toy: Api) -> None:
    path = next(iter(static_files()))
    response = toy.post(path)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    assert toy.request("HEAD", path).content == b""


def test_an_unknown_file_is_not_found(toy: Api) -> None:
    assert toy.get("/__admin/ui/0000/app.js").status_code == 404


def test_a_base_path_precedes_the_files(api, toy_vendor) -> None:
    toy = api(toy_vendor, base_path="/crm")
    page = References(toy.get("/crm/", headers=BROWSER).text)
    assert page.root["data-root"] == "/crm"
    assert all(url.startswith("/crm/__admin/ui/") for url in page.urls)
    assert toy.get(page.urls[0]).status_code == 200
