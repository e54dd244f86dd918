"""Defects for the good contract: each breaks one rule and no other, and is found in the line that has a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Change = Callable[[Any], None]


@dataclass(frozen=True)
class Defect:
    """A defect.

    Attributes:
        rule: the rule that it breaks.
        text: text of the line in which it is found, in YAML with one member per line.
        message: part of the message.
        introduce: changes the good contract.
    """

    rule: str
    text: str
    message: str
    introduce: Change


DEFECTS: list[Defect] = []


def defect(rule: str, text: str, message: str) -> Callable[[Change], Change]:
    """Register a defect."""

    def register(introduce: Change) -> Change:
        DEFECTS.append(Defect(rule, text, message, introduce))
        return introduce

    return register


def schema(contract: Any, name: str) -> Any:
    return contract["components"]["schemas"][name]


def member(contract: Any, name: str) -> Any:
    return schema(contract, "NewContact")["properties"][name]


def operation(contract: Any, path: str, method: str) -> Any:
    return contract["paths"][path][method]


def request(contract: Any) -> Any:
    return operation(contract, "/contacts", "post")["requestBody"]["content"]["application/json"]


def success(contract: Any) -> Any:
    return operation(contract, "/contacts/search", "get")["responses"]["200"]


@defect("operation-served", "get:", "the path is the same as /contacts/{id}")
def two_operations_have_the_same_path(contract):
    contract["paths"]["/contacts/{key}"] = {
        "parameters": [{"name": "key", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "get": {**operation(contract, "/contacts/{id}", "get"), "operationId": "getContactByKey"},
    }


@defect("operation-served", "post:", "the reference #/components/requestBodies/None does not exist")
def the_request_body_does_not_exist(contract):
    operation(contract, "/contacts", "post")["requestBody"] = {"$ref": "#/components/requestBodies/None"}


@defect("reference-resolves", "phone:", "the reference #/components/schemas/None does not exist")
def a_schema_does_not_exist(contract):
    schema(contract, "NewContact")["properties"]["phone"] = {"$ref": "#/components/schemas/None"}


@defect("reference-resolves", "'400':", "the response is left out")
def a_response_does_not_exist(contract):
    operation(contract, "/contacts", "post")["responses"]["400"] = {"$ref": "#/components/responses/None"}
    del request(contract)["examples"]["no_email"]


@defect("reference-resolves", "phone:", "leads to the network")
def a_reference_leads_to_the_network(contract):
    schema(contract, "NewContact")["properties"]["phone"] = {"$ref": "https://theirs.example/phone.yaml"}


@defect("schema-finite", "- $ref: '#/components/schemas/NewContact'", "contains itself")
def a_schema_contains_itself(contract):
    schema(contract, "NewContact")["allOf"] = [{"$ref": "#/components/schemas/NewContact"}]


@defect("schema-satisfiable", "Contact:", "no value matches")
def a_schema_requires_itself(contract):
    contract["components"]["schemas"]["Contact"] = {
        "type": "object",
        "required": ["parent"],
        "properties": {"parent": {"$ref": "#/components/schemas/Contact"}},
    }


@defect("schema-satisfiable", "schema:", "no value matches")
def the_keywords_of_a_parameter_contradict_each_other(contract):
    parameter = operation(contract, "/contacts", "get")["parameters"][0]
    parameter["schema"] = {"type": "integer", "minimum": 2, "maximum": 1}
    del parameter["example"]


@defect("pattern-usable", "pattern:", "needs look-around")
def a_pattern_has_look_ahead(contract):
    member(contract, "phone")["pattern"] = "^(?!0)[0-9]+$"


@defect("pattern-usable", "pattern:", "it has no effect")
def a_pattern_cannot_be_compiled(contract):
    member(contract, "phone")["pattern"] = "^([0-9]+$"


@defect("type-known", "type: text", "the type text is unknown")
def a_type_is_unknown(contract):
    schema(contract, "NewContact")["properties"]["phone"] = {"type": "text"}


@defect(
    "operation-id-unique", "get:", "the operationId listContacts is written twice; this operation is get_contacts_id"
)
def an_operation_id_is_written_twice(contract):
    operation(contract, "/contacts/{id}", "get")["operationId"] = "listContacts"


@defect("operation-id-present", "post:", "its name is post_contacts")
def an_operation_has_no_id(contract):
    del operation(contract, "/contacts", "post")["operationId"]


@defect("operation-id-present", "get:", "no operation has an operationId; names are made, such as get_contacts")
def no_operation_has_an_id(contract):
    for item in contract["paths"].values():
        for node in item.values():
            if isinstance(node, dict):
                del node["operationId"]


@defect("path-parameter-matches", "get:", "the path parameter key is not described")
def a_path_parameter_is_not_declared(contract):
    contract["paths"]["/notes/{key}"] = {
        "get": {**operation(contract, "/contacts/search", "get"), "operationId": "getNote"}
    }


@defect("path-parameter-matches", "- name: key", "the path has no parameter key")
def a_declared_parameter_is_not_in_the_path(contract):
    operation(contract, "/contacts", "get")["parameters"].append(
        {"name": "key", "in": "path", "required": True, "schema": {"type": "string"}}
    )


@defect("path-unambiguous", "get:", "GET /contacts/search/{word} also matches requests of /contacts/{id}/notes")
def two_paths_match_the_same_requests(contract):
    node = operation(contract, "/contacts/search", "get")
    for path, name in (("/contacts/search/{word}", "word"), ("/contacts/{id}/notes", "id")):
        parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}]
        contract["paths"][path] = {"get": {**node, "operationId": f"by_{name}", "parameters": parameters}}


@defect("security-scheme-known", "get:", "the security scheme none does not exist")
def a_security_scheme_does_not_exist(contract):
    operation(contract, "/contacts", "get")["security"] = [{"key": []}, {"none": []}]


@defect("success-documented", "delete:", "documents no success")
def an_operation_documents_no_success(contract):
    node = operation(contract, "/contacts/{id}", "delete")
    node["responses"] = {"4XX": node["responses"]["default"]}


@defect("success-documented", "delete:", "documents no success")
def an_operation_has_no_responses(contract):
    node = operation(contract, "/contacts/{id}", "delete")
    node["security"] = []
    node["responses"] = {"404": node["responses"]["default"]}


@defect("part-effective", "minLength: -1", "minLength must be a whole number from 0; it has no effect")
def a_keyword_has_no_effect(contract):
    member(contract, "phone")["minLength"] = -1


@defect("error-documented", "get:", "the operation documents no error")
def an_operation_documents_no_error(contract):
    node = operation(contract, "/contacts/search", "get")
    node["security"] = []
    del node["responses"]["401"]


@defect("unauthorized-documented", "get:", "the operation has security, but documents neither 401 nor 403")
def an_operation_with_security_documents_no_401(contract):
    responses = operation(contract, "/contacts/search", "get")["responses"]
    responses["404"] = responses.pop("401")


@defect("security-stated", "get:", "401 is documented in 2 operations, but the contract has no security")
def the_contract_has_no_security(contract):
    del contract["security"]


@defect("server-usable", "- url: https://{region}.theirs.example/v1", "the variable region of the URL is not described")
def a_variable_is_not_described(contract):
    del contract["servers"][0]["variables"]


@defect(
    "server-usable",
    "- url: https://{region}.theirs.example/v1",
    "the default of the variable region is not in its enum",
)
def a_default_is_not_in_the_enum(contract):
    contract["servers"][0]["variables"]["region"]["default"] = "asia"


@defect("response-described", "application/json:", "the response 200 has no schema or example")
def a_response_has_no_schema(contract):
    success(contract)["content"]["application/json"] = {}


@defect("response-described", "'200':", "the response 200 has no content")
def a_response_has_no_content(contract):
    del success(contract)["content"]


@defect("request-described", "application/json:", "has no schema: every value is accepted")
def a_request_has_no_schema(contract):
    del request(contract)["schema"]


@defect("request-described", "requestBody:", "the request body has no content")
def a_request_body_has_no_content(contract):
    operation(contract, "/contacts", "post")["requestBody"]["content"] = {}
    contract["paths"]["/contacts"]["put"] = {
        **operation(contract, "/contacts", "post"),
        "operationId": "putContact",
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewContact"}}}},
    }


@defect("parameter-described", "- name: limit", "the parameter limit has no schema")
def a_parameter_has_no_schema(contract):
    operation(contract, "/contacts", "get")["parameters"] = [{"name": "limit", "in": "query"}]


@defect("example-has-value", "ada:", "the example ada has no value")
def an_example_has_no_value(contract):
    request(contract)["examples"]["ada"] = {"email": "ada@example.com"}


@defect("example-has-value", "ada:", "externalValue, which is never read")
def an_example_is_elsewhere(contract):
    request(contract)["examples"]["ada"] = {"externalValue": "ada.json"}


@defect("example-has-value", "examples:", "not an object of named examples")
def the_examples_are_a_list(contract):
    request(contract)["examples"] = [{"email": "ada@example.com"}]


@defect("type-stated", "phone:", "the member phone has no type")
def a_member_has_no_type(contract):
    schema(contract, "NewContact")["properties"]["phone"] = {"description": "The number."}


@defect("type-stated", "items: {}", "an entry has no type")
def an_entry_has_no_type(contract):
    schema(contract, "Team")["properties"]["members"]["items"] = {}


@defect("object-described", "phone:", "the member phone is an object that has no properties")
def an_object_has_no_properties(contract):
    schema(contract, "NewContact")["properties"]["phone"] = {"type": "object"}


@defect("object-described", "labels:", "the member labels is an object that accepts every member")
def additional_properties_accept_everything(contract):
    schema(contract, "Contact")["allOf"][1]["properties"]["labels"]["additionalProperties"] = {}


@defect("array-described", "members:", "the member members is an array without items")
def an_array_has_no_items(contract):
    del schema(contract, "Team")["properties"]["members"]["items"]


@defect("example-valid", "kind: dog", "is not one of")
def a_request_example_breaks_its_schema(contract):
    request(contract)["examples"]["ada"]["value"]["kind"] = "dog"


@defect("example-valid", "message: 1", 'the example breaks its schema: 1 is not of type "string"')
def a_response_example_breaks_its_schema(contract):
    contract["components"]["responses"]["Problem"]["content"]["application/json"]["example"]["message"] = 1


@defect("example-valid", "example: twenty", "the example breaks its schema")
def an_example_of_a_parameter_breaks_its_schema(contract):
    operation(contract, "/contacts", "get")["parameters"][0]["example"] = "twenty"


@defect("example-valid", "default: 0", "the default breaks its schema")
def a_default_breaks_its_schema(contract):
    operation(contract, "/contacts", "get")["parameters"][0]["schema"]["default"] = 0


@defect("example-valid", "example: nobody", "the example breaks its schema")
def an_example_of_a_member_breaks_its_format(contract):
    member(contract, "email")["example"] = "nobody"


@defect("required-described", "required:", "the required member e_mail is not in properties (did you mean 'email'?)")
def a_required_member_is_not_described(contract):
    schema(contract, "NewContact")["required"].append("e_mail")
    request(contract).pop("examples")


@defect("required-in-direction", "phone:", "both readOnly and writeOnly")
def a_member_is_read_only_and_write_only(contract):
    member(contract, "phone").update(readOnly=True, writeOnly=True)


@defect("required-in-direction", "number:", "required and readOnly, but only requests have it")
def a_required_member_of_requests_is_read_only(contract):
    request(contract)["schema"] = {
        "type": "object",
        "required": ["email", "number"],
        "properties": {"email": {"type": "string"}, "number": {"type": "integer", "readOnly": True}},
    }


@defect("deprecated-optional", "- name: limit", "the parameter limit is deprecated, but required")
def a_required_parameter_is_deprecated(contract):
    operation(contract, "/contacts", "get")["parameters"][0].update(deprecated=True, required=True)


@defect("enum-consistent", "enum:", "the schema is nullable, but its enum has no null")
def a_nullable_enum_has_no_null(contract):
    member(contract, "kind")["nullable"] = True


@defect("enum-consistent", "enum:", "the enum has null, but the schema is not nullable")
def an_enum_has_null(contract):
    member(contract, "kind")["enum"].append(None)


@defect("enum-consistent", "enum:", "the enum has 1, which is not of type string")
def an_enum_has_a_value_of_another_type(contract):
    member(contract, "kind")["enum"].append(1)


@defect("enum-consistent", "enum: []", "the enum has no values")
def an_enum_is_empty(contract):
    schema(contract, "Team")["properties"]["members"]["items"]["enum"] = []


@defect("format-known", "format: url", "the format url is unknown (did you mean 'uri'?)")
def a_format_is_unknown(contract):
    schema(contract, "NewContact")["properties"]["phone"] = {"type": "string", "format": "url"}


@defect("format-known", "format: int64", "the format int64 is one of numbers")
def a_string_has_the_format_of_numbers(contract):
    schema(contract, "NewContact")["properties"]["phone"] = {"type": "string", "format": "int64"}


@defect("discriminator-mapped", "discriminator:", "type of User is user, not the name of the schema")
def values_of_a_discriminator_are_no_names(contract):
    schema(contract, "User")["properties"]["type"]["enum"] = ["user"]


@defect("discriminator-mapped", "discriminator:", "Team has no property type")
def an_alternative_lacks_the_property(contract):
    schema(contract, "Team").pop("required")
    del schema(contract, "Team")["properties"]["type"]


@defect("discriminator-mapped", "discriminator:", "the mapping of team to #/components/schemas/Group leads nowhere")
def a_mapping_leads_nowhere(contract):
    schema(contract, "Owner")["discriminator"]["mapping"] = {
        "User": "#/components/schemas/User",
        "team": "#/components/schemas/Group",
    }


@defect("discriminator-mapped", "discriminator:", "alternative 3 has no name, and there is no mapping")
def an_alternative_has_no_name(contract):
    schema(contract, "Owner")["oneOf"].append({"type": "object", "properties": {"type": {"type": "string"}}})


@defect("discriminator-mapped", "discriminator:", "the discriminator has no propertyName")
def a_discriminator_names_no_property(contract):
    schema(contract, "Owner")["discriminator"] = {"mapping": {}}
