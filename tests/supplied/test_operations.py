from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.supplied.documents import OK, document, served, supplied


def paths_of(folder: Path, prefix: str = "", **parts: Any) -> list[str]:
    return [*supplied(folder, document(**parts), prefix).document["paths"]]


def test_an_operation_without_id_gets_one_of_method_and_path(tmp_path: Path) -> None:
    contract = served(tmp_path, document(paths={"/leads/{id}": {"get": {"responses": OK}}}))
    assert [*contract.operations] == ["get_leads_id"]


def test_the_second_operation_of_an_id_gets_another(tmp_path: Path) -> None:
    item = {"operationId": "same", "responses": OK}
    contract = supplied(tmp_path, document(paths={"/a": {"get": item, "post": item}, "/b": {"get": item}}))
    ids = [node["operationId"] for path in contract.document["paths"].values() for node in path.values()]
    assert ids == ["same", "post_a", "get_b"]
    assert contract.notes[0].text == "the operationId same is written twice; this operation is post_a"


@pytest.mark.parametrize(
    ("server", "path"),
    [
        ({"url": "https://crm.example/v1/"}, "/v1/leads"),
        ({"url": "/api"}, "/api/leads"),
        ({"url": "v2"}, "/v2/leads"),
        ({"url": "https://crm.example"}, "/leads"),
        ({"url": "https://{host}/{v}", "variables": {"v": {"default": "v3"}}}, "/v3/leads"),
        ({"url": "https://x/{v}", "variables": {"v": {"enum": ["v4"]}}}, "/v4/leads"),
        ({"url": "{protocol}://x.example:{port}/v5"}, "/v5/leads"),
        ({"url": "//crm.example/v6"}, "/v6/leads"),
    ],
)
def test_paths_begin_with_the_base_path_of_the_server(tmp_path: Path, server: dict[str, Any], path: str) -> None:
    assert paths_of(tmp_path, servers=[server]) == [path]


def test_a_prefix_comes_before_the_base_path(tmp_path: Path) -> None:
    contract = supplied(tmp_path, document(servers=[{"url": "/v1"}]), "/theirs")
    assert [*contract.document["paths"]] == ["/theirs/v1/leads"]
    assert contract.server_path == "/theirs/v1"


def test_servers_of_a_path_or_operation_count_for_it(tmp_path: Path) -> None:
    paths = {
        "/a": {"servers": [{"url": "/of-path"}], "get": {"responses": OK}},
        "/b": {"get": {"servers": [{"url": "/of-operation"}], "responses": OK}},
    }
    assert paths_of(tmp_path, paths=paths, servers=[{"url": "/v1"}]) == ["/of-path/a", "/of-operation/b"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/leads?kind=a", "the path has a query: describe it by parameters"),
        ("/", "the mock has a page of its own at /: serve the contract below a prefix"),
        ("/openapi/x", "the mock has a page of its own at /openapi/x: serve the contract below a prefix"),
        ("/a" * 101, "the path has more than 100 segments"),
        ("/a/{id", "the braces of the path are unbalanced, or name a parameter twice"),
        ("/x/{other}", "the path is the same as /x/{id}"),
    ],
)
def test_what_cannot_be_served_is_listed_and_the_rest_is_served(tmp_path: Path, path: str, reason: str) -> None:
    contract = supplied(
        tmp_path, document(paths={"/x/{id}": {"get": {"responses": OK}}, path: {"get": {"responses": OK}}})
    )
    assert [*contract.document["paths"]] == ["/x/{id}"]
    assert [(each.method, each.path, each.reason) for each in contract.unserved] == [("GET", path, reason)]
    assert contract.unserved[0].place.endswith("crm.json, line 18")


def test_of_operations_told_apart_by_a_fragment_the_first_is_served(tmp_path: Path) -> None:
    paths = {f"/token#{name}": {"post": {"operationId": name, "responses": OK}} for name in ("a", "b")}
    contract = supplied(tmp_path, document(paths=paths))
    assert [*contract.document["paths"]] == ["/token"]
    assert [each.path for each in contract.unserved] == ["/token#b"]


def test_an_operation_whose_parameter_does_not_exist_is_listed(tmp_path: Path) -> None:
    item = {"parameters": [{"$ref": "#/components/parameters/none"}], "responses": OK}
    contract = supplied(tmp_path, document(paths={"/a": {"get": item, "post": {"responses": OK}}}))
    assert [each.text for each in contract.unserved] == [
        "GET /a: the reference #/components/parameters/none does not exist"
    ]


@pytest.mark.parametrize("method", ["query", "gett", "additionalOperations"])
def test_an_unknown_method_is_listed(tmp_path: Path, method: str) -> None:
    contract = supplied(tmp_path, document(paths={"/a": {method: {"responses": OK}, "get": {"responses": OK}}}))
    assert [each.text for each in contract.unserved] == [f"{method.upper()} /a: the method is unknown"]


def parameters_of(folder: Path, path: str, item: dict[str, Any]) -> list[tuple[str, str, bool]]:
    contract = served(folder, document(paths={path: item}))
    operation = next(iter(contract.operations.values()))
    return [(each.name, each.place, each.required) for each in operation.parameters]


def test_parameters_of_an_operation_replace_those_of_its_path(tmp_path: Path) -> None:
    item = {
        "parameters": [{"name": "a", "in": "query"}, {"name": "a", "in": "header"}],
        "get": {"parameters": [{"name": "a", "in": "query", "required": True}], "responses": OK},
    }
    assert parameters_of(tmp_path, "/x", item) == [("a", "query", True), ("a", "header", False)]


def test_path_parameters_are_required_and_completed(tmp_path: Path) -> None:
    item = {"get": {"parameters": [{"name": "a-b", "in": "path"}], "responses": OK}}
    assert parameters_of(tmp_path, "/x/{a-b}/{c}", item) == [("a-b", "path", True), ("c", "path", True)]


def test_headers_that_openapi_describes_elsewhere_are_no_parameters(tmp_path: Path) -> None:
    names = ["Accept", "content-type", "Authorization", "X-Key"]
    item = {"get": {"parameters": [{"name": name, "in": "header"} for name in names], "responses": OK}}
    assert parameters_of(tmp_path, "/x", item) == [("x-key", "header", False)]


def test_security_schemes_of_all_types_are_kept(tmp_path: Path) -> None:
    schemes = {
        "key": {"type": "apiKey", "in": "cookie", "name": "sid"},
        "basic": {"type": "http", "scheme": "basic"},
        "oauth": {"type": "oauth2", "flows": {}},
        "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://crm.example/id"},
        "tls": {"type": "mutualTLS"},
    }
    contract = served(tmp_path, document(components={"securitySchemes": schemes}))
    assert {name: scheme["type"] for name, scheme in contract.security_schemes.items()} == {
        name: scheme["type"] for name, scheme in schemes.items()
    }


def test_security_of_an_unknown_scheme_is_left_out_with_a_note(tmp_path: Path) -> None:
    contract = supplied(tmp_path, document(security=[{"none": []}]))
    assert contract.document["paths"]["/leads"]["get"]["security"] == []
    assert [note.text for note in contract.notes] == ["the security scheme none does not exist; it is left out"]


def test_webhooks_and_callbacks_are_listed(tmp_path: Path) -> None:
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    hook = {"post": {"summary": "A new lead", "requestBody": body, "responses": OK}}
    item = {"operationId": "subscribe", "responses": OK, "callbacks": {"sent": {"{$request.body#/url}": hook}}}
    contract = supplied(tmp_path, document("3.1.0", paths={"/x": {"post": item}}, webhooks={"new lead": hook}))
    hooks = contract.document["x-webhooks"]
    assert [(name, each["method"], each["url"]) for name, each in hooks.items()] == [
        ("subscribe.sent", "POST", "{$request.body#/url}"),
        ("new_lead", "POST", ""),
    ]
    assert hooks["new_lead"]["requestBody"]["content"]["application/json"]["schema"] == {"type": "object"}


def test_the_published_contract_is_the_one_that_was_written(tmp_path: Path) -> None:
    written = document("3.1.0", paths={"/x": {"get": {"responses": OK}}})
    assert served(tmp_path, written).published() == written
