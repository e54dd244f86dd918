"""Edits of the good contract's file that break or keep the rules on portable contracts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

GOOD = (Path(__file__).parent / "good_contract.yaml").read_text("utf-8")
HERE = "  # here"
"""Marks the line of the finding."""


@dataclass(frozen=True)
class Broken:
    """An edit that breaks one rule.

    Attributes:
        rule: id of the rule.
        text: the whole contract, with `HERE` in the line of the finding.
        message: part of the message.
    """

    rule: str
    text: str
    message: str


def edited(old: str, new: str) -> str:
    """Return the good contract with one edit."""
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def with_property(schema: str) -> str:
    """Return the good contract with another member of a lead."""
    return edited("        nickname:\n", f"        other: {schema}\n        nickname:\n")


def with_keyword(keyword: str) -> str:
    """Return the good contract with another keyword in the schema of leads."""
    return edited("    Error:\n      type: object\n", f"      {keyword}\n    Error:\n      type: object\n")


def with_request(place: str, value: str) -> str:
    """Return the good contract with another request that is refused for want of a name."""
    request = (
        f"{place}:\n              no_name:{HERE}\n                summary: A lead\n                value: {value}\n"
    )
    no_name = "              no_name:\n                summary: A lead without name\n                value: {}\n"
    end = "                x-in-force: {strict: true}\n      responses:\n"
    if place == "x-refused-examples":
        return edited(no_name + end, f"            {request}{end}")
    return edited(no_name, request.removeprefix("examples:\n"))


def with_headers(text: str) -> str:
    """Return the good contract with headers of a refusal."""
    return edited("      description: The lead is refused.\n", f"      description: The lead is refused.\n{text}")


DOCUMENTED = "description: Another member."
CONDITION = "anyOf: [{required: [name]}, {maxProperties: 9}]"
VARIANT_HEADER = """\
      x-variant-headers:
        X-Why: {description: The cause., schema: {type: string}, example: a, x-in-force: {strict: false}}
"""

BROKEN = [
    Broken(
        "default-stands",
        with_property(f"{{type: string, {DOCUMENTED}, example: a, x-available-before: R2}}{HERE}"),
        "'other' stands here, but does not hold under the default settings",
    ),
    Broken(
        "default-stands",
        with_keyword(
            "x-variant-properties:\n"
            f"        other: {{type: string, {DOCUMENTED}, example: a, x-available-from: R2}}{HERE}"
        ),
        "'other' holds under the default settings, but does not stand here",
    ),
    Broken(
        "default-stands",
        GOOD.replace(
            "              schema: {type: string}\n",
            f"              schema: {{type: string, enum: [/toy/leads/1], x-open-when: {{strict: true}}}}{HERE}\n",
        ),
        "'enum' stands here, but does not hold under the default settings",
    ),
    Broken(
        "condition-possible",
        with_keyword(
            "x-variant-properties:\n        other: "
            f"{{type: string, {DOCUMENTED}, example: a, x-available-from: R2, x-available-before: R2}}{HERE}"
        ),
        "this is never in force",
    ),
    Broken(
        "conditions-match",
        with_keyword(f"x-variant-properties:\n        name: {{type: string, x-available-before: R2}}{HERE}"),
        "'name' stands under 'properties' too",
    ),
    Broken(
        "conditions-match",
        with_keyword(f"x-conditions:\n        - {{in: properties, parts: [nobody], x-available-from: R2}}{HERE}"),
        "'properties' has no part 'nobody'",
    ),
    Broken(
        "reference-alone",
        with_property(f'{{$ref: "#/components/schemas/Error", {DOCUMENTED}}}{HERE}'),
        "beside the $ref stands description",
    ),
    Broken(
        "no-merge-key",
        with_property(f"\n          <<: *text{HERE}\n          example: a").replace("  name:\n", "  name: &text\n"),
        "the object has a merge key",
    ),
    Broken(
        "refused-examples-apart",
        with_request("examples", "{name: 1}"),
        "the request 'no_name' breaks its schema",
    ),
    Broken(
        "refused-examples-apart",
        with_request("x-refused-examples", "{name: Ada}"),
        "the request 'no_name' is not refused: it satisfies its schema",
    ),
    Broken(
        "alternatives-alone",
        with_keyword(f"anyOf: [{{type: object, maxProperties: 8}}, {{type: object, maxProperties: 9}}]{HERE}"),
        "anyOf stands beside properties",
    ),
    Broken("schema-typed", with_property(f"{{{DOCUMENTED}, example: a}}{HERE}"), "the schema has no type"),
    Broken(
        "schema-typed",
        with_property(f"{{{DOCUMENTED}, example: a, anyOf: [{{type: string}}, {{maxLength: 5}}]}}{HERE}"),
        "the branch of anyOf has no type",
    ),
    Broken(
        "schema-typed",
        with_keyword(f"allOf: [{{properties: {{age: {{type: integer, {DOCUMENTED}, example: 1}}}}}}]{HERE}"),
        "the branch of allOf has no type",
    ),
    Broken(
        "nullable-typed",
        with_property(f"{{{DOCUMENTED}, example: a, allOf: [{{type: string}}], nullable: true}}{HERE}"),
        "nullable has no type beside it",
    ),
    Broken(
        "null-in-nullable-enum",
        with_property(f"{{type: string, {DOCUMENTED}, example: a, nullable: true, enum: [a]}}{HERE}"),
        "the schema is nullable, but its enum has no null",
    ),
    Broken(
        "format-has-pattern",
        with_property(f'{{type: string, {DOCUMENTED}, example: "2026-01-02T03:04:05", format: local-date-time}}{HERE}'),
        "the format 'local-date-time' is our own, and has no pattern beside it",
    ),
    Broken(
        "pattern-portable",
        with_property(f"{{type: string, {DOCUMENTED}, example: a, pattern: '^(?=a)a$'}}{HERE}"),
        "the pattern has '(?=', which not every language reads",
    ),
    Broken("no-object-example", with_keyword(f"example: {{name: Ada}}{HERE}"), "the example is an object"),
    Broken(
        "no-object-example",
        with_property(f"{{type: array, {DOCUMENTED}, items: {{type: object}}, example: [{{}}]}}{HERE}"),
        "the example is an object",
    ),
    Broken("info-complete", edited("  contact: {name: Toy makers}", f"  contact: {{}}{HERE}"), "info has no contact"),
    Broken(
        "info-complete",
        edited('  license: {name: MIT, url: "https://opensource.org/license/mit"}', f"  license: {{name: MIT}}{HERE}"),
        "info has no license with a name and a url",
    ),
    Broken(
        "deprecated-marked",
        with_property(f"{{type: string, description: A member. Deprecated since R1., example: a}}{HERE}"),
        "the description says deprecated, but the node is not marked",
    ),
]

KEPT = {
    "a variant of another setting stands apart": with_keyword(
        f"x-variant-properties:\n        other: {{type: string, {DOCUMENTED}, example: a, x-available-before: R2}}"
    ),
    "all headers belong to another setting": with_headers(VARIANT_HEADER),
    "no header holds by default": with_headers(f"      headers: {{}}\n{VARIANT_HEADER}"),
    "a condition names a part that is a reference": with_property('{$ref: "#/components/schemas/Other"}').replace(
        "    Error:\n      type: object\n",
        "      x-conditions:\n        - {in: properties, parts: [other], x-available-from: R2}\n"
        f"    Other: {{type: string, {DOCUMENTED}, example: a}}\n    Error:\n      type: object\n",
    ),
    "an anchor names a whole node": with_property("*text").replace("  name:\n", "  name: &text\n"),
    "a refused request stands apart": with_request("x-refused-examples", "{name: 1}").replace(HERE, ""),
    "a condition on several members is negated twice": with_keyword(f"not: {{not: {{{CONDITION}}}}}"),
    "a condition on several members is a part of allOf": with_keyword(f"allOf: [{{{CONDITION}}}]"),
    "a condition has the type of a member": with_property(
        f"{{{DOCUMENTED}, example: a, not: {{not: {{anyOf: [{{type: string}}, {{type: integer}}]}}}}}}"
    ),
    "a condition needs no documentation": with_keyword(
        "not: {type: object, properties: {other: {type: integer}}, required: [other]}"
    ),
    "a condition that is negated twice needs no documentation": with_keyword(
        "not: {not: {anyOf: [{properties: {other: {type: integer}}}, {required: [other]}]}}"
    ),
    "any JSON value is valid": with_property(f"{{{DOCUMENTED}, example: a, x-any-type: true}}"),
    "a nullable enum has null": with_property(
        f"{{type: string, {DOCUMENTED}, example: a, nullable: true, enum: [a, null]}}"
    ),
    "an own format has a pattern": with_property(
        f"{{type: string, {DOCUMENTED}, example: '2026-01-02T03:04:05', format: local-date-time, pattern: '[0-9T:]+'}}"
    ),
    "a pattern has groups, classes and escapes": with_property(
        f"{{type: string, {DOCUMENTED}, example: a, pattern: '^(?:a|\\(?=|[(?=*+\\d-])+$'}}"
    ),
    "an array of objects has the examples of its items": with_property(
        f"{{type: array, {DOCUMENTED}, items: {{type: object, additionalProperties: {{type: string}}}}}}"
    ),
    "a map has the examples of its values": with_property(
        f"{{type: object, {DOCUMENTED}, additionalProperties: {{type: string, example: a}}}}"
    ),
    "a deprecated member is marked": with_property(
        "{type: string, description: A member. Deprecated since R1., example: a, deprecated: true}"
    ),
}
