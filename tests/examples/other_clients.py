"""The clients of examples/ in other languages than Python: what is weak in them, and what their READMEs say of it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tests.examples.test_examples import EXAMPLES, typed


@dataclass(frozen=True)
class Client:
    """A client of examples/.

    Attributes:
        vendor: the CRM.
        needs: the program that must be there.
        weaknesses: their file.
        stored: kind of record of which a second one is a duplicate.
        answers: for each weakness an operation, the name of its documented answer, and what is unusual.
    """

    vendor: str
    needs: str
    weaknesses: str
    stored: str
    answers: dict[str, tuple[str, str, str]]


CONFIG, CREATE = ("config_api.getLeadConfig", "lead_config"), ("config_api.createLead", "created_full")
LEADS = ("leadbank.getLeads", "leads")
SILENT = "no answer comes, before the request has taken its effect"
CLIENTS = {
    "config_api_javascript": Client(
        "config_api",
        "node",
        "weaknesses.js",
        "leads",
        {
            "id_before_comma": (*CREATE, "members come in reverse order"),
            "id_behind_colon": (*CREATE, "the body is indented"),
            "charset_without_quotes": (*CONFIG, 'Content-Type is application/json;charset="UTF-8"'),
            "length_is_told": (*CREATE, "the body comes in chunks"),
            "fields_are_there": (*CONFIG, "body.additionalInformation is absent"),
            "known_members_only": (*CREATE, "body.unknownMember is a member that is not documented"),
            "default_for_null": (*CONFIG, "body.additionalInformation is null"),
            "types_in_a_table": (
                *CONFIG,
                'body.additionalInformation.0.type is "SOMETHING_NEW", a value that is not documented',
            ),
            "id_by_reviver": (*CREATE, "body.id is 9007199254740993, above 2**53"),
            "first_letter": ("config_api.createLead", "duplicate_customer", 'body.errorMessage is "", empty'),
            "first_of_many": (*CONFIG, "body.additionalInformation is an empty array"),
            "anything_is_an_array": (*CONFIG, 'body.additionalInformation is "text", another type'),
            "type_is_told": (*CREATE, "there is no Content-Type"),
            "charset_as_told": (*CREATE, "Content-Type is application/json; charset=x-unknown"),
            "one_type": (*CREATE, "Content-Type comes twice, the second is text/html"),
            "nothing_is_null": (*CREATE, "the body is empty"),
            "id_is_enough": (*CREATE, "the body lacks its last byte"),
            "every_error_has_a_cause": (*CREATE, SILENT),
            "no_limit": (*CREATE, SILENT),
        },
    ),
    "config_api_shell": Client(
        "config_api",
        "curl",
        "create_lead_weaknesses.sh",
        "leads",
        {
            "two_spellings": (*CREATE, "header names are in upper case"),
            "status_is_all": (*CREATE, "the body is empty"),
            "id_is_enough": (*CREATE, "the body lacks its last byte"),
            "json_if_it_says_so": (*CREATE, "a proxy answers 200 with an HTML page"),
            "no_limit": (*CREATE, SILENT),
        },
    ),
    "leadbank_perl": Client(
        "leadbank",
        "prove",
        "LeadBankPuller_weaknesses.pm",
        "acknowledgements",
        {
            "locked": (*LEADS, "body.Leads.0.NameProvider is absent"),
            "locked_for_good": (*LEADS, "body.Leads.0.unknownMember is a member that is not documented"),
            "exists_for_defined": (*LEADS, "body.Leads.0.NameProvider is null"),
            "float_format": (*LEADS, "body.Leads.0.IDLeadBank is 9007199254740993, above 2**53"),
            "dates_as_ever": (*LEADS, 'body.Leads.0.CreateDate is "2024-10-15t05:29:19z", a moment in lower case'),
            "windows_letters": (
                *LEADS,
                'body.Leads.0.NameProvider is "Zo\\u00eb \\u0141ukasz", with letters beyond ASCII',
            ),
            "head_and_tail": (*LEADS, "body.Leads has 100 entries that are the same"),
            "anything_is_an_array": (*LEADS, 'body.Leads is "text", another type'),
            "nothing_is_no_leads": (*LEADS, "the body is empty"),
            "tries_again": (
                "leadbank.sendAcknos",
                "acknowledged",
                "the connection ends without an answer, after the request has taken its effect",
            ),
            "limit_of_reads": (*LEADS, SILENT),
        },
    ),
}


@dataclass(frozen=True)
class Fuzzing:
    """The command of an example's README.

    Attributes:
        command: the client.
        expect: exit codes by kinds.
        prints, never_prints: patterns, or none.
    """

    command: tuple[str, ...]
    expect: dict[str, int]
    prints: str
    never_prints: str


def commands(name: str) -> list[list[str]]:
    """Return the commands in an example's README that fuzz it, as words."""
    found = [shlex.split(command.replace("\\\n", "")) for command in typed(name)]
    return [words for words in found if words[:2] == ["crm-mocks", "fuzz"] or words[1:3] == ["crm-mocks", "fuzz"]]


@cache
def fuzzing(name: str) -> Fuzzing:
    """Return what the README of an example says."""
    words = commands(name)[0]
    end = words.index("--")
    given = list(pairwise(words[2:end]))
    expectations = [value.split("=") for option, value in given if option == "--expect"]
    prints = [value for option, value in given if option == "--prints"]
    never = [value for option, value in given if option == "--never-prints"]
    expect = {kind: int(code) for kind, code in expectations}
    return Fuzzing(tuple(words[end + 1 :]), expect, "".join(prints), "".join(never))


@cache
def declared(name: str) -> dict[str, tuple[str, str, str]]:
    """Return what the comments on weaknesses say: by name the class, and the function and file of the cure."""
    text = (EXAMPLES / name / CLIENTS[name].weaknesses).read_text("utf-8")
    form = r"^(?:#|//) weakness: (\w+) \(([\w ]+)\)\n(?:(?:#|//) .+\n){1,3}(?:#|//) fixed by: (\w+) in ([\w.-]+)\n\S"
    return {found[1]: (found[2], found[3], found[4]) for found in re.finditer(form, text, re.MULTILINE)}
