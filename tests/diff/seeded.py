"""Changes of contracts, and the expected class of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.diff.editing import GONE

CLIENTS, PROVIDERS, BOTH, NOTICE, COMPATIBLE = "clients", "providers", "clients providers", "notice", "compatible"
Expected = dict[str, str]
"""Expected rules, each with those for whom it is breaking, or with its level."""


@dataclass(frozen=True)
class OfSchema:
    """A change of the schema `Thing`, which requests and responses have.

    Attributes:
        about: what changes.
        edits: at places below the schema's `properties`, or below the schema itself with `..` before them.
        request: expected for a schema of a request.
        response: expected for one of a response.
    """

    about: str
    edits: dict[str, Any]
    request: Expected
    response: Expected


@dataclass(frozen=True)
class OfDocument:
    """Another change of the contract.

    Attributes:
        about: what changes.
        edits: at places of the document.
        expected: rules that are reported.
    """

    about: str
    edits: dict[str, Any]
    expected: Expected


def _narrower(about: str, rule: str, edits: dict[str, Any]) -> OfSchema:
    return OfSchema(about, edits, {rule: CLIENTS}, {rule: PROVIDERS})


def _wider(about: str, rule: str, edits: dict[str, Any]) -> OfSchema:
    return OfSchema(about, edits, {rule: PROVIDERS}, {rule: CLIENTS})


def _other(about: str, rule: str, edits: dict[str, Any]) -> OfSchema:
    return OfSchema(about, edits, {rule: BOTH}, {rule: BOTH})


def _remark(about: str, rule: str, edits: dict[str, Any], level: str = NOTICE) -> OfSchema:
    return OfSchema(about, edits, {rule: level}, {rule: level})


_PUSHED = {"type": "object", "required": ["by", "app"], "properties": {"by": {"enum": ["push"]}, "app": {}}}

SCHEMAS = [
    _narrower("an optional member is required", "required", {"../required": ["name", "kind"]}),
    _wider("a required member is optional", "required", {"../required": GONE}),
    OfSchema(
        "an optional member is new",
        {"vin": {"type": "string"}},
        {"member-added": COMPATIBLE},
        {"member-added": COMPATIBLE},
    ),
    _narrower("a required member is new", "member-added", {"vin": {"type": "string"}, "../required": ["name", "vin"]}),
    _wider("an optional member is new where others were refused", "member-added", {"box/properties/height": {}}),
    OfSchema("an optional member is gone", {"kind": GONE}, {"member-removed": CLIENTS}, {"member-removed": NOTICE}),
    OfSchema(
        "a required member is gone",
        {"name": GONE, "../required": GONE},
        {"member-removed": BOTH},
        {"member-removed": CLIENTS},
    ),
    _narrower("a member is gone where others are refused", "member-removed", {"box/properties": GONE}),
    _narrower("an object is closed", "additionalProperties", {"../additionalProperties": False}),
    _wider("an object is opened", "additionalProperties", {"box/additionalProperties": True}),
    _narrower("a map is closed", "additionalProperties", {"labels/additionalProperties": False}),
    _narrower("the values of a map are shorter", "maxLength", {"labels/additionalProperties/maxLength": 5}),
    _wider("the values of a map are anything", "type", {"labels/additionalProperties/type": GONE}),
    _narrower("a member of a map is named and limited", "enum", {"labels/properties": {"a": {"enum": ["x"]}}}),
    _narrower("an object must have more members", "minProperties", {"labels/minProperties": 1}),
    _narrower("an object may have fewer members", "maxProperties", {"labels/maxProperties": 3}),
    _narrower("a value of an enumeration is gone", "enum", {"kind/enum": ["NEW"]}),
    _wider("a value of an enumeration is new", "enum", {"kind/enum": ["NEW", "USED", "DEMO"]}),
    _other("a value of an enumeration has another name", "enum", {"kind/enum": ["NEW", "SECOND_HAND"]}),
    _wider("an enumeration is opened", "enum", {"kind/enum": GONE}),
    _narrower("any text becomes an enumeration", "enum", {"note/enum": ["a", "b"]}),
    _narrower("a text is shorter", "maxLength", {"name/maxLength": 40}),
    _wider("a text is longer", "maxLength", {"name/maxLength": 60}),
    _wider("a text may be of any length", "maxLength", {"name/maxLength": GONE}),
    _narrower("a text has a least length", "minLength", {"note/minLength": 1}),
    _wider("a text may be shorter", "minLength", {"name/minLength": 1}),
    _narrower("a text has a pattern", "pattern", {"note/pattern": "^a"}),
    _wider("a text has no pattern", "pattern", {"code/pattern": GONE}),
    _other("a text has another pattern", "pattern", {"code/pattern": "^[a-z]+$"}),
    _narrower("a text has a format", "format", {"note/format": "uuid"}),
    _wider("a text has no format", "format", {"built/format": GONE}),
    _other("a text has another format", "format", {"built/format": "date-time"}),
    _narrower("a number is greater", "minimum", {"year/minimum": 1950}),
    _wider("a number is less", "minimum", {"year/minimum": 1850}),
    _narrower("a number is not its greatest", "maximum", {"year/exclusiveMaximum": True}),
    _wider("a number has no bound", "maximum", {"year/maximum": GONE}),
    _narrower("a number is a multiple of more", "multipleOf", {"price/multipleOf": 1}),
    _wider("a number is a multiple of less", "multipleOf", {"price/multipleOf": 0.25}),
    _other("a number is a multiple of another", "multipleOf", {"price/multipleOf": 0.75}),
    _narrower("a number is whole", "type", {"price/type": "integer"}),
    _wider("a whole number may have a fraction", "type", {"year/type": "number"}),
    _other("a text becomes a number", "type", {"note/type": "number"}),
    _wider("a member may be null", "nullable", {"name/nullable": True}),
    _narrower("a member may be null no more", "nullable", {"note/nullable": False}),
    _wider("a member may be anything", "type", {"built/type": GONE}),
    _narrower("an array is shorter", "maxItems", {"tags/maxItems": 3}),
    _wider("an array may be empty", "minItems", {"tags/minItems": 0}),
    _narrower("entries differ", "uniqueItems", {"tags/uniqueItems": True}),
    _other("entries are of another type", "type", {"tags/items/type": "integer"}),
    _narrower("an alternative is gone", "alternative-removed", {"contact/oneOf/1": GONE}),
    _wider("an alternative is new", "alternative-added", {"contact/oneOf/+": _PUSHED}),
    _narrower(
        "within an alternative a member is required",
        "member-added",
        {"contact/oneOf/1/required": ["by", "address", "to"], "contact/oneOf/1/properties/to": {}},
    ),
    _wider("one more member may tell what is meant", "alternative-added", {"either/anyOf/+": {"required": ["code"]}}),
    _wider("a part of all is gone", "required", {"whole/allOf/1": GONE}),
    _narrower("one more part of all", "maxProperties", {"whole/allOf/+": {"maxProperties": 2}}),
    _narrower("something is ruled out", "not", {"note/not": {"enum": ["x"]}}),
    _remark("a member is deprecated", "deprecated", {"note/deprecated": True}),
    _remark("a default is another", "default", {"colour/default": "blue"}),
    _remark("a default is new", "default", {"note/default": "-"}),
    _remark("a format is a remark", "format", {"price/format": "double"}),
]

_CREATE = "paths/~cars/post"
_GET = "paths/~cars~{car}/get"
_GOT = f"{_CREATE}/responses/201"
_JSON = f"{_CREATE}/requestBody/content/application~json"
_KEY_ONLY = [{"key": []}]

DOCUMENTS = [
    OfDocument("an operation is gone", {"paths/~cars~{car}/delete": GONE}, {"operation-removed": CLIENTS}),
    OfDocument("an operation is new", {"paths/~cars/get": {"responses": {"200": {}}}}, {"operation-added": PROVIDERS}),
    OfDocument("a path is gone", {"paths/~cars": GONE}, {"operation-removed": CLIENTS}),
    OfDocument("an operation is deprecated", {f"{_GET}/deprecated": True}, {"deprecated": NOTICE}),
    OfDocument("an operation has another operationId", {f"{_GET}/operationId": "readCar"}, {"operation-id": NOTICE}),
    OfDocument("the path below which all stands is another", {"servers/0/url": "/v2"}, {"servers": BOTH}),
    OfDocument("one more server", {"servers/+": {"url": "/v2"}}, {"servers": PROVIDERS}),
    OfDocument("a parameter is required", {f"{_CREATE}/parameters/0/required": True}, {"required": CLIENTS}),
    OfDocument("a parameter is optional", {f"{_CREATE}/parameters/1/required": False}, {"required": PROVIDERS}),
    OfDocument("a parameter is gone", {f"{_CREATE}/parameters/0": GONE}, {"member-removed": CLIENTS}),
    OfDocument(
        "an optional parameter is new",
        {f"{_CREATE}/parameters/+": {"name": "n", "in": "query", "schema": {}}},
        {"member-added": COMPATIBLE},
    ),
    OfDocument(
        "a required header is new",
        {f"{_CREATE}/parameters/+": {"name": "X-N", "in": "header", "required": True, "schema": {}}},
        {"member-added": CLIENTS},
    ),
    OfDocument("a parameter takes fewer values", {f"{_CREATE}/parameters/1/schema/enum": ["de"]}, {"enum": CLIENTS}),
    OfDocument("a parameter is written otherwise", {f"{_CREATE}/parameters/3/explode": False}, {"serialisation": BOTH}),
    OfDocument("a parameter is deprecated", {f"{_CREATE}/parameters/0/deprecated": True}, {"deprecated": NOTICE}),
    OfDocument(
        "a variable of the path is shorter",
        {"paths/~cars~{car}/parameters/0/schema/maxLength": 8},
        {"maxLength": CLIENTS},
    ),
    OfDocument("a body is optional", {f"{_CREATE}/requestBody/required": False}, {"required": PROVIDERS}),
    OfDocument("a body is gone", {f"{_CREATE}/requestBody": GONE}, {"body-removed": BOTH}),
    OfDocument(
        "an optional body is new",
        {f"{_GET}/requestBody": {"content": {"application/json": {}}}},
        {"body-added": PROVIDERS},
    ),
    OfDocument(
        "a media type is taken no more",
        {f"{_CREATE}/requestBody/content/text~plain": GONE},
        {"media-type-removed": CLIENTS},
    ),
    OfDocument(
        "a media type is taken",
        {f"{_CREATE}/requestBody/content/application~xml": {}},
        {"media-type-added": PROVIDERS},
    ),
    OfDocument(
        "a body needs no Content-Type",
        {f"{_CREATE}/requestBody/x-missing-content-type": "application/json"},
        {"missing-content-type": PROVIDERS},
    ),
    OfDocument(
        "a member of what a reference leads to is required",
        {"components/schemas/Person/required": ["phone", "friends"]},
        {"required": BOTH},
    ),
    OfDocument("a status is new", {f"{_CREATE}/responses/409": {}}, {"status-added": CLIENTS}),
    OfDocument("a status is gone", {f"{_CREATE}/responses/400": GONE}, {"status-removed": PROVIDERS}),
    OfDocument(
        "a status is named that any other status stood for",
        {f"{_GET}/responses/409": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Got"}}}}},
        {"member-removed": CLIENTS, "member-added": PROVIDERS},
    ),
    OfDocument("a header may be missing", {f"{_GOT}/headers/Location/required": False}, {"required": CLIENTS}),
    OfDocument("a header always comes", {f"{_GOT}/headers/X-Hint/required": True}, {"required": PROVIDERS}),
    OfDocument("a header that always came is gone", {f"{_GOT}/headers/Location": GONE}, {"member-removed": CLIENTS}),
    OfDocument("a header is new", {f"{_GOT}/headers/ETag": {"schema": {}}}, {"member-added": COMPATIBLE}),
    OfDocument(
        "a media type of responses is new",
        {f"{_GOT}/content/application~xml": {}},
        {"media-type-added": CLIENTS},
    ),
    OfDocument(
        "a media type of responses is gone",
        {f"{_GET}/responses/200/content/text~csv": GONE},
        {"media-type-removed": BOTH},
    ),
    OfDocument("a response has no body", {f"{_CREATE}/responses/400/content": GONE}, {"body-removed": BOTH}),
    OfDocument(
        "an outcome is new",
        {f"{_GOT}/content/application~json/examples/created_again": {"value": {"name": "Golf"}}},
        {"outcome-added": NOTICE},
    ),
    OfDocument(
        "an outcome is gone",
        {f"{_GOT}/content/application~json/examples/created": GONE},
        {"outcome-removed": NOTICE},
    ),
    OfDocument(
        "an outcome looks different",
        {f"{_GOT}/content/application~json/examples/created/value/name": "Polo"},
        {"outcome-changed": COMPATIBLE},
    ),
    OfDocument(
        "credentials of one kind are no longer enough", {f"{_CREATE}/security": _KEY_ONLY}, {"security": CLIENTS}
    ),
    OfDocument(
        "credentials of one more kind", {f"{_GET}/security": [{"key": []}, {"login": []}]}, {"security": PROVIDERS}
    ),
    OfDocument("two credentials are needed", {f"{_GET}/security": [{"key": [], "login": []}]}, {"security": CLIENTS}),
    OfDocument("no credentials are needed", {f"{_GET}/security": []}, {"security": PROVIDERS}),
    OfDocument("one more scope is needed", {f"{_GET}/x-required-scopes": ["READ", "ALL"]}, {"security": CLIENTS}),
    OfDocument("a login needs another scope", {f"{_CREATE}/security/1/login": ["admin"]}, {"security": BOTH}),
    OfDocument("a key has another name", {"components/securitySchemes/key/name": "X-Token"}, {"security": BOTH}),
    OfDocument(
        "a callback is new", {f"{_GET}/callbacks": {"on": {"{$url}": {"post": {}}}}}, {"operation-added": NOTICE}
    ),
]

UNREPORTED = [
    OfDocument("a description", {f"{_GET}/description": "Reads a car.", "info/title": "Cars"}, {}),
    OfDocument("a tag and an example", {f"{_GET}/tags": ["cars"], f"{_JSON}/example": {"name": "Golf"}}, {}),
    OfDocument("the order of values", {"components/schemas/Sent/properties/kind/enum": ["USED", "NEW"]}, {}),
    OfDocument(
        "the name of a variable",
        {
            "paths/~cars~{id}": {
                "delete": {"operationId": "deleteCar", "responses": {"204": {}}},
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 36}}
                ],
            },
            "paths/~cars~{car}/delete": GONE,
        },
        {},
    ),
    OfDocument("the letter case of a header", {f"{_CREATE}/parameters/2/name": "x-request-id"}, {}),
    OfDocument("a status of the protocol", {f"{_CREATE}/responses/405": {"x-protocol": True}}, {}),
    OfDocument("the host of a server", {"servers/0/url": "https://example.com/v1"}, {}),
    OfDocument(
        "a reference in place of what it leads to",
        {
            "components/schemas/Sent/properties/name": {"$ref": "#/components/schemas/Name"},
            "components/schemas/Name": {"type": "string", "minLength": 2, "maxLength": 50},
        },
        {},
    ),
    OfDocument(
        "one part of all in place of the schema",
        {
            "components/schemas/Sent/properties/code": {"allOf": [{"type": "string"}, {"pattern": "^[A-Z]+$"}]},
        },
        {},
    ),
    OfDocument(
        "null by another way",
        {
            "components/schemas/Got/properties/note": {"anyOf": [{"type": "string"}, {"enum": [None]}]},
        },
        {},
    ),
    OfDocument(
        "the name of a security scheme",
        {
            "components/securitySchemes/other": {"type": "apiKey", "in": "header", "name": "x-key"},
            f"{_GET}/security": [{"other": []}],
        },
        {},
    ),
]
