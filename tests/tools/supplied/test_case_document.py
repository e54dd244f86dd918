"""Cases are made of some operations, the components that they reach, and nothing of the network."""

from __future__ import annotations

from typing import Any

from tools.supplied.case_document import case_document

FAR = {"$ref": "https://example.com/common.json#/components/schemas/User"}


def document(paths: dict[str, Any], **components: Any) -> dict[str, Any]:
    return {"openapi": "3.0.3", "info": {"title": "CRM", "version": "1"}, "paths": paths, "components": components}


def getting(schema: Any) -> dict[str, Any]:
    return {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}


def schema_of(found: dict[str, Any], path: str) -> Any:
    return found["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]


def test_operations_are_evenly_spaced() -> None:
    found = case_document(document({f"/{index}": {"get": getting({})} for index in range(10)}), 5)
    assert list(found["paths"]) == ["/0", "/2", "/4", "/6", "/8"]


def test_a_path_keeps_its_parameters_without_the_operations_that_are_not_chosen() -> None:
    item = {"parameters": [{"name": "id"}], "get": getting({}), "delete": getting({})}
    found = case_document(document({"/contacts/{id}": item}), 1)
    assert list(found["paths"]["/contacts/{id}"]) == ["parameters", "get"]


def test_only_the_components_that_are_reached_are_kept() -> None:
    contact = {"properties": {"owner": {"$ref": "#/components/schemas/Sales~1Owner/properties/name"}}}
    schemas = {"Contact": contact, "Sales/Owner": {"type": "object"}, "Deal": {}}
    contract = document({"/": {"get": getting({"$ref": "#/components/schemas/Contact"})}}, schemas=schemas)
    assert list(case_document(contract, 9)["components"]["schemas"]) == ["Contact", "Sales/Owner"]


def test_security_schemes_are_kept() -> None:
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    assert case_document(document({}, securitySchemes=schemes), 9)["components"]["securitySchemes"] == schemes


def test_a_path_that_another_refers_to_is_kept() -> None:
    pointer = "#/paths/~1b/get/responses/200/content/application~1json/schema"
    found = case_document(document({"/a": {"get": getting({"$ref": pointer})}, "/b": {"get": getting({})}}), 1)
    assert list(found["paths"]) == ["/a", "/b"]


def test_a_schema_of_the_network_accepts_everything() -> None:
    found = case_document(document({"/": {"get": getting({"items": FAR})}}), 9)
    assert schema_of(found, "/") == {"items": {}}


def test_a_schema_of_the_network_in_a_list_accepts_everything() -> None:
    found = case_document(document({"/": {"get": getting({"anyOf": [FAR, {"type": "string"}]})}}), 9)
    assert schema_of(found, "/") == {"anyOf": [{}, {"type": "string"}]}


def test_other_parts_of_the_network_are_left_out() -> None:
    far = {"$ref": "https://example.com/common.json#/components/parameters/Page"}
    scheme = {"$ref": "https://example.com/common.json#/components/securitySchemes/key"}
    found = case_document(document({"/": {"get": {"parameters": [far]}}}, securitySchemes={"key": scheme}), 9)
    assert found["paths"]["/"]["get"] == {"parameters": []}
    assert found["components"]["securitySchemes"] == {}
