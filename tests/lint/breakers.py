"""For each house rule, an alteration of the good contract that breaks that rule and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

BREAKERS: dict[str, list[Callable[[Any], None]]] = {}


def breaks(rule: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register an alteration under the rule that it breaks."""

    def register(alter: Callable[[Any], None]) -> Callable[[Any], None]:
        BREAKERS.setdefault(rule, []).append(alter)
        return alter

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


def last(node: Any, key: str) -> None:
    """Move a key to the end."""
    node[key] = node.pop(key)


@breaks("references-resolve")
def a_reference_leads_nowhere(contract):
    operation(contract)["responses"]["400"] = {"$ref": "#/components/responses/Nowhere"}


@breaks("references-resolve")
def a_reference_leaves_the_file(contract):
    properties(contract)["name"] = {"$ref": "other.yaml#/Name"}


@breaks("valid-openapi")
def the_meta_schema_is_broken(contract):
    del contract["info"]["version"]


@breaks("marks-well-formed")
def a_condition_is_no_object(contract):
    properties(contract)["name"]["x-in-force"] = "strict"


@breaks("marks-well-formed")
def a_position_is_a_number(contract):
    properties(contract)["name"]["x-position"] = {"type": 1}


@breaks("marks-well-formed")
def a_position_names_no_part(contract):
    properties(contract)["name"]["x-position"] = "toy-names"


@breaks("marks-well-formed")
def a_source_is_no_text(contract):
    contract["x-source"] = ["a", "b"]


@breaks("marks-well-formed")
def the_releases_are_one_text(contract):
    contract["x-releases"] = "R1"


@breaks("root-key-order")
def root_keys_are_out_of_order(contract):
    last(contract, "x-base-path")


@breaks("operation-key-order")
def operation_keys_are_out_of_order(contract):
    last(operation(contract), "summary")


@breaks("operation-id")
def an_operation_id_is_no_verb_and_noun(contract):
    path = contract["paths"]["/toy/leads"]
    contract["paths"]["/toy/other"] = {"get": {**path["post"], "operationId": "leads"}}
    del contract["paths"]["/toy/other"]["get"]["requestBody"]


@breaks("valid-openapi")
def two_operations_have_one_name(contract):
    contract["paths"]["/toy/other"] = {"post": operation(contract)}


@breaks("operation-described")
def an_operation_has_no_description(contract):
    del operation(contract)["description"]


@breaks("operation-described")
def an_operation_has_an_empty_summary(contract):
    operation(contract)["summary"] = ""


@breaks("operation-described")
def a_tag_is_not_described(contract):
    operation(contract)["tags"] = ["Other"]


@breaks("path-below-base")
def a_path_lies_elsewhere(contract):
    contract["paths"]["/toys"] = contract["paths"].pop("/toy/leads")


@breaks("path-below-base")
def there_is_no_base_path(contract):
    del contract["x-base-path"]


@breaks("security-scheme-exists")
def a_security_scheme_is_not_described(contract):
    operation(contract)["security"] = [{"key": [], "other": []}]
    for key in ("parameters", "requestBody", "responses"):
        last(operation(contract), key)


@breaks("handler-exists")
def nothing_carries_out_an_operation(contract):
    operation(contract)["operationId"] = "deleteLead"


@breaks("servers-local")
def a_server_is_elsewhere(contract):
    contract["servers"] = [{"url": "https://toy.example.com"}]


@breaks("property-documented")
def a_property_has_no_type(contract):
    del properties(contract)["name"]["type"]


@breaks("property-documented")
def a_property_has_no_description(contract):
    del properties(contract)["name"]["description"]


@breaks("property-documented")
def a_property_of_a_referenced_schema_has_no_example(contract):
    properties(contract)["error"] = {"$ref": "#/components/schemas/Error"}


@breaks("property-documented")
def a_property_within_a_branch_has_no_example(contract):
    contract["components"]["schemas"]["Lead"]["anyOf"] = [{"properties": {"age": {"type": "integer"}}}]


@breaks("parameter-documented")
def a_parameter_has_no_example(contract):
    del operation(contract)["parameters"][0]["example"]


@breaks("property-documented")
def a_property_has_an_empty_description(contract):
    properties(contract)["name"]["description"] = ""


@breaks("parameter-documented")
def a_header_has_no_description(contract):
    del operation(contract)["responses"]["201"]["headers"]["Location"]["description"]


@breaks("schema-example-valid")
def the_example_of_a_property_breaks_its_schema(contract):
    properties(contract)["name"]["example"] = 1


@breaks("schema-example-valid")
def the_example_of_a_parameter_breaks_its_schema(contract):
    operation(contract)["parameters"][0]["example"] = "yes"


@breaks("schema-example-valid")
def the_example_of_a_header_breaks_its_schema(contract):
    operation(contract)["responses"]["201"]["headers"]["Location"]["schema"] = {"type": "string", "format": "uuid"}


@breaks("schema-example-valid")
def an_example_of_a_schema_breaks_it_in_an_old_release(contract):
    lead = contract["components"]["schemas"]["Lead"]
    properties(contract)["nickname"]["x-mandatory-before"] = "R2"
    del properties(contract)["nickname"]["x-available-from"]
    lead["example"] = {"name": "Ada"}
    for examples in (successes(contract), requests(contract)):
        examples["created"]["value"]["nickname"] = "Countess"


@breaks("response-example-valid")
def a_response_example_breaks_its_schema(contract):
    successes(contract)["created"]["value"] = {"name": 1}


@breaks("response-example-valid")
def a_response_example_breaks_its_schema_with_another_setting(contract):
    error = contract["components"]["schemas"]["Error"]
    error["properties"]["message"].update({"enum": ["No."], "x-open-when": {"strict": True}})
    for response in contract["components"]["responses"].values():
        for example in response["content"]["application/json"]["examples"].values():
            example["value"] = {"message": "No."}
    refusals(contract)["refused"]["value"] = {"message": "Never."}


@breaks("request-example-valid")
def a_good_request_example_breaks_its_schema(contract):
    requests(contract)["created"]["value"] = {"name": 1}


@breaks("request-example-valid")
def a_good_request_example_breaks_its_schema_in_an_old_release(contract):
    properties(contract)["name"]["x-mandatory-before"] = "R2"
    requests(contract)["created"]["value"] = {}


@breaks("example-described")
def an_example_has_no_summary(contract):
    del successes(contract)["created"]["summary"]


@breaks("example-described")
def an_example_has_no_value(contract):
    del requests(contract)["created"]["value"]


@breaks("response-has-example")
def a_response_has_no_example_with_another_setting(contract):
    refusals(contract)["refused"]["x-in-force"] = {"strict": True}


@breaks("outcome-name-snake-case")
def an_outcome_is_named_in_camel_case(contract):
    refusals(contract)["notRefused"] = refusals(contract).pop("refused")


@breaks("outcome-name-unique")
def two_statuses_share_an_outcome(contract):
    refusals(contract)["created"] = refusals(contract)["refused"]


@breaks("magic-value-unique")
def two_outcomes_have_one_magic_value(contract):
    refusals(contract)["refused"]["x-magic"] = 99
    refusals(contract)["no_name"]["x-magic"] = 99


@breaks("alias-exists")
def a_property_is_an_alias_of_nothing(contract):
    properties(contract)["nickname"]["x-alias-of"] = "handle"


@breaks("missing-content-type-read")
def a_body_is_read_as_what_it_cannot_be(contract):
    operation(contract)["requestBody"]["x-missing-content-type"] = "text/plain"


@breaks("outcome-has-cause")
def an_outcome_has_no_cause(contract):
    del refusals(contract)["no_name"]["x-cause"]


@breaks("outcome-has-cause")
def an_outcome_has_a_cause_and_none(contract):
    refusals(contract)["no_name"]["x-only-on-request"] = True


@breaks("outcome-has-cause")
def an_outcome_without_body_has_no_cause(contract):
    operation(contract)["responses"]["204"] = {"description": "Nothing."}


@breaks("request-has-response")
def a_request_example_has_no_response(contract):
    requests(contract)["other"] = requests(contract)["created"]


@breaks("request-has-response")
def a_request_example_has_no_response_in_an_old_release(contract):
    del requests(contract)["nickname_created"]["x-available-from"]


@breaks("success-has-request")
def no_request_example_leads_to_a_success(contract):
    del requests(contract)["created"]
    del requests(contract)["nickname_created"]


@breaks("success-has-request")
def no_request_example_leads_to_a_success_in_an_old_release(contract):
    del requests(contract)["created"]


@breaks("protocol-statuses")
def a_status_of_the_protocol_is_missing(contract):
    operation(contract)["responses"]["409"] = operation(contract)["responses"].pop("405")


@breaks("protocol-is-position")
def a_response_of_the_protocol_is_no_position(contract):
    del contract["components"]["responses"]["Protocol"]["x-position"]["status"]


@breaks("error-is-component")
def an_error_is_written_in_place(contract):
    lead = contract["components"]["responses"]["BadLead"]
    operation(contract)["responses"]["422"] = {**lead, "content": {"application/json": {**_other(lead)}}}


def _other(response: Any) -> Any:
    media = response["content"]["application/json"]
    return {**media, "examples": {"other": media["examples"]["refused"]}}


@breaks("component-used")
def a_component_is_not_used(contract):
    contract["components"]["schemas"]["Unused"] = {"type": "string"}


@breaks("component-used")
def a_component_is_used_by_an_unused_one_only(contract):
    contract["components"]["headers"] = {
        "Unused": {"description": "One.", "schema": {"$ref": "#/components/schemas/Unused"}, "example": "a"}
    }
    contract["components"]["schemas"]["Unused"] = {"type": "string"}


@breaks("component-used")
def a_security_scheme_is_not_used(contract):
    contract["components"]["securitySchemes"]["other"] = {"type": "http", "scheme": "basic"}


@breaks("position-described")
def a_position_is_not_described(contract):
    properties(contract)["name"]["x-position"] = {"type": ["toy-names", "toy-other"]}


@breaks("position-part-exists")
def a_position_is_of_a_keyword_that_is_not_there(contract):
    properties(contract)["name"]["x-position"] = {"pattern": "toy-names"}


@breaks("position-part-exists")
def a_position_is_of_a_part_that_only_responses_have(contract):
    properties(contract)["name"]["x-position"] = {"type": "toy-names", "status": "toy-names"}


@breaks("position-part-exists")
def a_position_is_of_a_body_where_there_is_none(contract):
    del contract["components"]["responses"]["Protocol"]["content"]


@breaks("position-part-exists")
def a_position_is_of_a_member_that_is_not_required(contract):
    lead = contract["components"]["schemas"]["Lead"]
    lead |= {"required": ["name"], "x-position": {"required": {"nickname": "toy-names"}}}


@breaks("position-used")
def a_position_is_not_used(contract):
    del properties(contract)["name"]["x-position"]


@breaks("position-complete")
def a_position_lacks_its_source(contract):
    del contract["x-positions"]["toy-names"]["source"]


@breaks("position-complete")
def a_position_has_an_empty_choice(contract):
    contract["x-positions"]["toy-names"]["choice"] = " "


@breaks("position-id")
def a_position_is_not_named_after_the_vendor(contract):
    contract["x-positions"]["names"] = contract["x-positions"].pop("toy-names")
    properties(contract)["name"]["x-position"] = {"type": "names"}


@breaks("position-setting-exists")
def a_position_names_an_unknown_setting(contract):
    contract["x-positions"]["toy-names"]["setting"] = "toy.other (true, false; true)"


@breaks("position-setting-exists")
def a_position_names_no_setting_at_all(contract):
    contract["x-positions"]["toy-names"]["setting"] = "strict"


@breaks("setting-exists")
def an_enum_is_open_with_an_unknown_setting(contract):
    properties(contract)["name"]["x-open-when"] = {"other": True}


@breaks("setting-exists")
def a_path_is_named_by_an_unknown_setting(contract):
    contract["paths"]["/toy/leads"]["x-path-setting"] = "path"


@breaks("setting-value-possible")
def an_enum_is_open_with_a_value_that_never_comes(contract):
    properties(contract)["name"]["x-open-when"] = {"strict": "perhaps"}


@breaks("release-exists")
def a_property_is_deprecated_from_an_unknown_release(contract):
    properties(contract)["name"]["x-deprecated-from"] = "R3"


@breaks("release-exists")
def a_value_is_there_from_an_unknown_release(contract):
    properties(contract)["name"] |= {"enum": ["Ada"], "x-values-available-from": {"Ada": "R3"}}


@breaks("release-exists")
def a_value_that_is_not_listed_is_there_from_a_release(contract):
    properties(contract)["name"] |= {"enum": ["Ada"], "x-values-available-from": {"Grace": "R2"}}


@breaks("release-setting-exists")
def the_setting_does_not_take_a_release(contract):
    contract["x-releases"].append("R3")


@breaks("no-real-secret")
def an_example_holds_a_real_secret(contract):
    successes(contract)["created"]["value"]["name"] = "AKIA" + "A" * 16
