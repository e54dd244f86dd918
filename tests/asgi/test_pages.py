"""Pages of the host."""

from __future__ import annotations

import pytest

from tests.conftest import Api


def test_the_home_page_lists_vendors_urls_and_credentials(toy: Api) -> None:
    home = toy.get("/").json()
    assert home["vendors"]["toy"]["url"] == "http://127.0.0.1:4010"
    assert home["vendors"]["toy"]["credentials"] == {"X-Key": "demo-key"}
    assert home["vendors"]["toy"]["operations"][0]["id"] == "toy.createContact"


def test_a_browser_gets_html(toy: Api) -> None:
    response = toy.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.headers["content-type"].startswith("text/html")
    assert "Toy CRM" in response.text


def test_a_foreign_host_header_cannot_put_markup_into_the_page(toy: Api) -> None:
    response = toy.get("/", headers={"Accept": "text/html", "Host": "<script>alert(1)</script>"})
    assert "<script>" not in response.text


def test_the_contract_is_served_with_this_server(toy: Api) -> None:
    document = toy.get("/openapi/toy.json").json()
    assert document["paths"].keys() == {"/toy/contacts"}
    assert document["servers"] == [{"url": "http://127.0.0.1:4010", "description": "this mock"}]


def test_an_unknown_contract_is_a_plain_404(toy: Api) -> None:
    assert toy.get("/openapi/nobody.json").status_code == 404


@pytest.mark.parametrize("path", ["/", "/openapi/toy.json"])
def test_pages_are_read_only(toy: Api, path: str) -> None:
    response = toy.post(path)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    assert toy.request("HEAD", path).content == b""
