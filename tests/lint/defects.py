"""Defects for the good contract: each breaks one house rule and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DEFECTS: dict[str, list[Callable[[Any], None]]] = {}


def defect(rule: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register a defect under the rule that it breaks."""

    def register(introduce: Callable[[Any], None]) -> Callable[[Any], None]:
        DEFECTS.setdefault(rule, []).append(introduce)
        return introduce

    return register


def operation(contract: Any) -> Any:
    return contract["paths"]["/toy/leads"]["post"]


def requests(contract: Any) -> Any:
    return operation(contract)["requestBody"]["content"]["application/json"]["examples"]


def successes(contract: Any) -> Any:
    return operation(contract)["responses"]["201"]["content"]["application/json"]["examples"]


def refusals(contract: Any) -> Any:
    return contract["components"]["responses"]["BadLead"]["content"]["application/json"]["examples"]


def properties(contract: Any) -> Any:
    return contract["components"]["schemas"]["Lead"]["properties"]


def move_to_end(node: Any, key: str) -> None:
    """Move a key to the end."""
    node[key] = node.pop(key)


@defect("references-resolve")
def a_reference_cannot_be_resolved(contract):
    operation(contract)["responses"]["400"] = {"$ref": "#/components/responses/Nowhere"}


@defect("references-resolve")
def a_reference_points_to_another_file(contract):
    properties(contract)["name"] = {"$ref": "other.yaml#/Name"}


@defect("valid-openapi")
def the_meta_schema_is_violated(contract):
    del contract["info"]["version"]


@defect("marks-well-formed")
def a_condition_is_not_an_object(contract):
    properties(contract)["name"]["x-in-force"] = "strict"


@defect("marks-well-formed")
def a_position_is_a_number(contract):
    properties(contract)["name"]["x-position"] = {"type": 1}


@defect("marks-well-formed")
def a_position_mark_names_no_part(contract):
    properties(contract)["name"]["x-position"] = "toy-names"


@defect("marks-well-formed")
def a_source_is_not_a_string(contract):
    contract["x-source"] = ["a", "b"]


@defect("marks-well-formed")
def the_releases_are_a_string(contract):
    contract["x-releases"] = "R1"


@defect("root-key-order")
def root_keys_are_out_of_order(contract):
    move_to_end(contract, "x-base-path")


@defect("operation-key-order")
def operation_keys_are_out_of_order(contract):
    move_to_end(operation(contract), "summary")


@defect("operation-id")
def an_operation_id_is_not_verb_and_noun(contract):
    path = contract["paths"]["/toy/leads"]
    contract["paths"]["/toy/other"] = {"get": {**path["post"], "operationId": "leads"}}
    del contract["paths"]["/toy/other"]["get"]["requestBody"]


@defect("valid-openapi")
def two_operations_share_an_id(contract):
    contract["paths"]["/toy/other"] = {"post": operation(contract)}


@defect("operation-described")
def an_operation_has_no_description(contract):
    del operation(contract)["description"]


@defect("operation-described")
def an_operation_has_an_empty_summary(contract):
    operation(contract)["summary"] = ""


@defect("operation-described")
def a_tag_is_not_described(contract):
    operation(contract)["tags"] = ["Other"]


@defect("path-below-base")
def a_path_is_outside_the_base_path(contract):
    contract["paths"]["/toys"] = contract["paths"].pop("/toy/leads")


@defect("path-below-base")
def the_base_path_is_missing(contract):
    del contract["x-base-path"]


@defect("security-scheme-exists")
def a_security_scheme_is_undefined(contract):
    operation(contract)["security"] = [{"key": [], "other": []}]
    for key in ("parameters", "requestBody", "responses"):
        move_to_end(operation(contract), key)


@defect("handler-exists")
def an_operation_is_not_implemented(contract):
    operation(contract)["operationId"] = "deleteLead"


@defect("servers-local")
def a_server_is_remote(contract):
    contract["servers"] = [{"url": "https://toy.example.com"}]


@defect("schema-typed")
def a_property_has_no_type(contract):
    del properties(contract)["name"]["type"]


@defect("property-documented")
def a_property_has_no_description(contract):
    del properties(contract)["name"]["description"]


@defect("property-documented")
def a_property_of_a_referenced_schema_has_no_example(contract):
    properties(contract)["error"] = {"$ref": "#/components/schemas/Error"}


@defect("property-documented")
def a_property_in_a_branch_has_no_example(contract):
    contract["components"]["schemas"]["Lead"]["allOf"] = [
        {"type": "object", "properties": {"age": {"type": "integer", "description": "Age in years."}}}
    ]


@defect("parameter-documented")
def a_parameter_has_no_example(contract):
    del operation(contract)["parameters"][0]["example"]


@defect("property-documented")
def a_property_has_an_empty_description(contract):
    properties(contract)["name"]["description"] = ""


@defect("parameter-documented")
def a_header_has_no_description(contract):
    del operation(contract)["responses"]["201"]["headers"]["Location"]["description"]


@defect("schema-example-valid")
def a_property_example_violates_its_schema(contract):
    properties(contract)["name"]["example"] = 1


@defect("schema-example-valid")
def a_parameter_example_violates_its_schema(contract):
    operation(contract)["parameters"][0]["example"] = "yes"


@defect("schema-example-valid")
def a_header_example_violates_its_schema(contract):
    operation(contract)["responses"]["201"]["headers"]["Location"]["schema"] = {"type": "string", "format": "uuid"}


@defect("schema-example-valid")
def a_parameter_example_violates_its_schema_in_an_old_release(contract):
    schema = {"type": "string", "enum": ["yes", "no"], "x-values-available-from": {"yes": "R2"}}
    operation(contract)["parameters"][0] |= {"schema": schema, "example": "yes"}


@defect("response-example-valid")
def a_response_example_violates_its_schema(contract):
    successes(contract)["created"]["value"] = {"name": 1}


@defect("response-example-valid")
def a_response_example_violates_its_schema_with_another_setting(contract):
    lenient = {
        "summary": "Refused",
        "value": {"message": 1},
        "x-only-on-request": True,
        "x-in-force": {"strict": False},
    }
    media_type = contract["components"]["responses"]["BadLead"]["content"]["application/json"]
    media_type["x-variant-examples"] = {"lenient": lenient}


@defect("request-example-valid")
def a_valid_request_example_violates_its_schema(contract):
    requests(contract)["created"]["value"] = {"name": 1}


@defect("request-example-valid")
def a_valid_request_example_violates_its_schema_in_an_old_release(contract):
    properties(contract)["name"]["x-mandatory-before"] = "R2"
    requests(contract)["created"]["value"] = {}


@defect("example-described")
def an_example_has_no_summary(contract):
    del successes(contract)["created"]["summary"]


@defect("example-described")
def an_example_has_no_value(contract):
    del requests(contract)["created"]["value"]


@defect("response-has-example")
def a_response_has_no_example_with_another_setting(contract):
    refusals(contract)["refused"]["x-in-force"] = {"strict": True}


@defect("outcome-name-snake-case")
def an_outcome_name_is_camel_case(contract):
    refusals(contract)["notRefused"] = refusals(contract).pop("refused")


@defect("outcome-name-unique")
def two_statuses_share_an_outcome(contract):
    refusals(contract)["created"] = refusals(contract)["refused"]


@defect("magic-value-unique")
def two_outcomes_share_a_magic_value(contract):
    refusals(contract)["refused"]["x-magic"] = 99
    refusals(contract)["no_name"]["x-magic"] = 99


@defect("alias-exists")
def an_alias_has_no_target(contract):
    properties(contract)["nickname"]["x-alias-of"] = "handle"


@defect("missing-content-type-read")
def a_missing_content_type_is_not_a_media_type_of_the_body(contract):
    operation(contract)["requestBody"]["x-missing-content-type"] = "text/plain"


@defect("outcome-has-cause")
def an_outcome_has_no_cause(contract):
    del refusals(contract)["no_name"]["x-cause"]


@defect("outcome-has-cause")
def an_outcome_has_a_cause_and_is_only_on_request(contract):
    refusals(contract)["no_name"]["x-only-on-request"] = True


@defect("outcome-has-cause")
def an_outcome_without_body_has_no_cause(contract):
    operation(contract)["responses"]["204"] = {"description": "Nothing."}


@defect("result-stated")
def a_refusal_is_among_successes_that_state_no_result(contract):
    successes(contract)["nickname_created"]["x-result"] = "refusal"


@defect("result-stated")
def a_member_that_says_whether_it_worked_differs_between_successes(contract):
    properties(contract)["success"] = {"type": "boolean", "description": "Whether it worked.", "example": True}
    successes(contract)["created"]["value"]["success"] = True
    successes(contract)["nickname_created"]["value"]["success"] = False


@defect("result-stated")
def the_code_of_an_envelope_differs_between_successes(contract):
    code = {"type": "string", "description": "The code.", "example": "OK"}
    properties(contract)["status"] = {"type": "object", "description": "The status.", "properties": {"code": code}}
    successes(contract)["created"]["value"]["status"] = {"code": "OK"}
    successes(contract)["nickname_created"]["value"]["status"] = {"code": "NICKNAMETAKEN"}


@defect("result-stated")
def an_example_has_an_unknown_result(contract):
    for example in successes(contract).values():
        example["x-result"] = "refused"


@defect("request-has-response")
def a_request_example_has_no_response(contract):
    requests(contract)["other"] = requests(contract)["created"]


@defect("request-has-response")
def a_request_example_has_no_response_in_an_old_release(contract):
    del requests(contract)["nickname_created"]["x-available-from"]


@defect("success-has-request")
def no_request_example_succeeds(contract):
    del requests(contract)["created"]
    del requests(contract)["nickname_created"]


@defect("success-has-request")
def no_request_example_succeeds_in_an_old_release(contract):
    del requests(contract)["created"]


@defect("protocol-statuses")
def a_protocol_status_is_missing(contract):
    operation(contract)["responses"]["409"] = operation(contract)["responses"].pop("405")


@defect("protocol-is-position")
def a_protocol_response_has_no_position(contract):
    del contract["components"]["responses"]["Protocol"]["x-position"]["status"]


@defect("error-is-component")
def an_error_is_inline(contract):
    lead = contract["components"]["responses"]["BadLead"]
    operation(contract)["responses"]["422"] = {**lead, "content": {"application/json": {**_other(lead)}}}


def _other(response: Any) -> Any:
    media = response["content"]["application/json"]
    return {**media, "examples": {"other": media["examples"]["refused"]}}


@defect("component-used")
def a_component_is_unused(contract):
    contract["components"]["schemas"]["Unused"] = {"type": "string"}


@defect("component-used")
def a_component_is_used_only_by_an_unused_component(contract):
    contract["components"]["headers"] = {
        "Unused": {"description": "One.", "schema": {"$ref": "#/components/schemas/Unused"}, "example": "a"}
    }
    contract["components"]["schemas"]["Unused"] = {"type": "string"}


@defect("component-used")
def a_security_scheme_is_unused(contract):
    contract["components"]["securitySchemes"]["other"] = {"type": "http", "scheme": "basic"}


@defect("position-described")
def a_position_is_undescribed(contract):
    properties(contract)["name"]["x-position"] = {"type": ["toy-names", "toy-other"]}


@defect("position-part-exists")
def a_position_mark_names_a_missing_keyword(contract):
    properties(contract)["name"]["x-position"] = {"pattern": "toy-names"}


@defect("position-part-exists")
def a_position_mark_outside_a_response_names_its_status(contract):
    properties(contract)["name"]["x-position"] = {"type": "toy-names", "status": "toy-names"}


@defect("position-part-exists")
def a_position_mark_names_a_missing_body(contract):
    del contract["components"]["responses"]["Protocol"]["content"]


@defect("position-part-exists")
def a_position_mark_names_a_member_that_is_not_required(contract):
    lead = contract["components"]["schemas"]["Lead"]
    lead |= {"required": ["name"], "x-position": {"required": {"nickname": "toy-names"}}}
    del requests(contract)["no_name"]


@defect("position-used")
def a_position_is_unused(contract):
    del properties(contract)["name"]["x-position"]


@defect("position-complete")
def a_position_lacks_its_source(contract):
    del contract["x-positions"]["toy-names"]["source"]


@defect("position-complete")
def a_position_has_an_empty_choice(contract):
    contract["x-positions"]["toy-names"]["choice"] = " "


@defect("position-id")
def a_position_id_lacks_the_vendor(contract):
    contract["x-positions"]["names"] = contract["x-positions"].pop("toy-names")
    properties(contract)["name"]["x-position"] = {"type": "names"}


@defect("position-setting-exists")
def a_position_names_an_unknown_setting(contract):
    contract["x-positions"]["toy-names"]["setting"] = "toy.other (true, false; true)"


@defect("position-setting-exists")
def a_position_setting_is_malformed(contract):
    contract["x-positions"]["toy-names"]["setting"] = "strict"


@defect("setting-exists")
def an_enum_depends_on_an_unknown_setting(contract):
    properties(contract)["name"]["x-open-when"] = {"other": True}


@defect("setting-exists")
def a_path_depends_on_an_unknown_setting(contract):
    contract["paths"]["/toy/leads"]["x-path-setting"] = "path"


@defect("setting-value-possible")
def an_enum_depends_on_an_impossible_setting_value(contract):
    properties(contract)["name"]["x-open-when"] = {"strict": "perhaps"}


@defect("release-exists")
def a_property_is_deprecated_from_an_unknown_release(contract):
    properties(contract)["name"] |= {"deprecated": True, "x-deprecated-from": "R3"}


@defect("release-exists")
def a_value_is_available_from_an_unknown_release(contract):
    properties(contract)["name"] |= {"enum": ["Ada"], "x-values-available-from": {"Ada": "R3"}}


@defect("release-exists")
def an_unlisted_value_is_available_from_a_release(contract):
    properties(contract)["name"] |= {"enum": ["Ada"], "x-values-available-from": {"Grace": "R2"}}


@defect("release-setting-exists")
def the_release_setting_rejects_a_release(contract):
    contract["x-releases"].append("R3")


@defect("no-real-secret")
def an_example_contains_a_secret(contract):
    successes(contract)["created"]["value"]["name"] = "AKIA" + "A" * 16
