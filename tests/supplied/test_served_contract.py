from __future__ import annotations

from pathlib import Path

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.pages import served_contract
from crm_mocks.generic import GenericVendor
from crm_mocks.options import AppOptions
from tests.supplied.documents import OK, document, supplied


def test_all_servers_of_a_served_contract_are_the_mock(tmp_path: Path) -> None:
    paths = {
        "/a": {"servers": [{"url": "https://a.example/of-path"}], "get": {"responses": OK}},
        "/b": {"get": {"servers": [{"url": "https://b.example/of-operation"}], "responses": OK}},
    }
    written = document(paths=paths, servers=[{"url": "https://crm.example/v1"}])
    mock_app = MockApp(AppOptions(vendors=[GenericVendor("crm", supplied(tmp_path, written, "/theirs"))]))
    shown = served_contract(mock_app, mock_app.sessions.get("default"), "crm", "http://mock")
    assert [server["url"] for server in shown["servers"]] == ["http://mock/theirs/v1"]
    assert [server["url"] for server in shown["paths"]["/a"]["servers"]] == ["http://mock/theirs/of-path"]
    assert [server["url"] for server in shown["paths"]["/b"]["get"]["servers"]] == ["http://mock/theirs/of-operation"]
