"""For each weakness of the examples an answer that brings it out: a documented one with one alteration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weak:
    """An answer.

    Attributes:
        operation, outcome: the documented answer.
        description: description of the mutation; empty for the documented response.
        always: every request to the operation gets it.
    """

    operation: str
    outcome: str
    description: str = ""
    always: bool = False


CREATED = ("config_api.createLead", "created_full")
CONFIG = ("config_api.getLeadConfig", "lead_config")
LEAD = ("crmcom.createLead", "created_by_defaults")
LEADS = ("leadbank.getLeads", "leads")
SILENT = "no response arrives, before the request takes effect"
UNAVAILABLE = "a proxy responds with 503 Service Temporarily Unavailable and an HTML page"
ANSWERS = {
    "config_api_requests": {
        "first_member": Weak(*CREATED, "members are in alphabetical order"),
        "two_spellings": Weak(*CONFIG, "header names are in upper case"),
        "content_length": Weak(*CREATED, "the body is chunked"),
        "error_code": Weak(CREATED[0], "duplicate_customer", "body.errorCode is absent"),
        "strict_members": Weak(*CREATED, "body._links is an undocumented member"),
        "known_modes": Weak(*CONFIG, 'body.genderMode is "SOMETHING_NEW", an undocumented value'),
        "id_as_float": Weak(*CREATED, "body.id is 9007199254740993, above 2**53"),
        "field_by_field": Weak(*CONFIG, "body.additionalInformation has 1000 identical entries"),
        "half_an_answer": Weak(*CREATED, "the body ends in the middle"),
        "only_timeouts": Weak(*CREATED, "the connection is reset, before the request takes effect"),
        "no_time_limit": Weak(*CONFIG, SILENT),
    },
    "crmcom_httpx": {
        "code_in_the_text": Weak(*LEAD, "the body is indented"),
        "exact_media_type": Weak("crmcom.createToken", "token_issued", "Content-Type is APPLICATION/JSON"),
        "default_for_null": Weak(LEAD[0], "user_unknown", "body.status.description is null"),
        "plain_letters": Weak(*LEAD, 'body.data.number is "Zo\\u00eb \\u0141ukasz", with non-ASCII letters'),
        "declared_charset": Weak(*LEAD, "Content-Type is application/json; charset=x-unknown"),
        "documented_failures": Weak(*LEAD, "a proxy responds with 502 Bad Gateway and an HTML page"),
        "retried_create": Weak(*LEAD, "the connection is reset, after the request takes effect"),
        "tokens_without_end": Weak(LEAD[0], "token_expired", always=True),
    },
    "leadbank_puller": {
        "nameless_dealer": Weak(*LEADS, "body.Leads.0.BandDealerID is null"),
        "naive_dates": Weak(
            *LEADS,
            'body.Leads.0.CreateDate is "2024-10-15T05:29:19", a date and time with 0 fractional digits and no offset',
        ),
        "status_above_one": Weak("leadbank.validateGetLeads", "confirmed", 'body.Status is "1", a number in quotes'),
        "title_of_a_page": Weak(*LEADS, "Content-Type is text/html"),
        "first_byte": Weak("leadbank.sendAcknos", "acknowledged", "the body is empty"),
        "late_piece": Weak(*LEADS, "the body arrives slowly"),
        "until_it_answers": Weak(*LEADS, UNAVAILABLE, always=True),
    },
    "config_api_javascript": {
        "id_before_comma": Weak(*CREATED, "members are in reverse order"),
        "id_behind_colon": Weak(*CREATED, "the body is indented"),
        "charset_without_quotes": Weak(*CONFIG, 'Content-Type is application/json;charset="UTF-8"'),
        "length_is_told": Weak(*CREATED, "the body is chunked"),
        "fields_are_there": Weak(*CONFIG, "body.additionalInformation is absent"),
        "known_members_only": Weak(*CREATED, "body.unknownMember is an undocumented member"),
        "default_for_null": Weak(*CONFIG, "body.additionalInformation is null"),
        "types_in_a_table": Weak(
            *CONFIG, 'body.additionalInformation.0.type is "SOMETHING_NEW", an undocumented value'
        ),
        "id_by_reviver": Weak(*CREATED, "body.id is 9007199254740993, above 2**53"),
        "first_letter": Weak(CREATED[0], "duplicate_customer", 'body.errorMessage is "", empty'),
        "first_of_many": Weak(*CONFIG, "body.additionalInformation is an empty array"),
        "anything_is_an_array": Weak(*CONFIG, 'body.additionalInformation is "text", another type'),
        "type_is_told": Weak(*CREATED, "there is no Content-Type"),
        "charset_as_told": Weak(*CREATED, "Content-Type is application/json; charset=x-unknown"),
        "one_type": Weak(*CREATED, "Content-Type is repeated, the second value is text/html"),
        "nothing_is_null": Weak(*CREATED, "the body is empty"),
        "id_is_enough": Weak(*CREATED, "the body lacks its last byte"),
        "every_error_has_a_cause": Weak(*CREATED, SILENT),
        "no_limit": Weak(*CREATED, SILENT),
    },
    "config_api_shell": {
        "two_spellings": Weak(*CREATED, "header names are in upper case"),
        "status_is_all": Weak(*CREATED, "the body is empty"),
        "id_is_enough": Weak(*CREATED, "the body lacks its last byte"),
        "json_if_it_says_so": Weak(*CREATED, "a proxy responds with 200 and an HTML page"),
        "no_limit": Weak(*CREATED, SILENT),
    },
    "leadbank_perl": {
        "locked": Weak(*LEADS, "body.Leads.0.NameProvider is absent"),
        "locked_for_good": Weak(*LEADS, "body.Leads.0.unknownMember is an undocumented member"),
        "exists_for_defined": Weak(*LEADS, "body.Leads.0.NameProvider is null"),
        "float_format": Weak(*LEADS, "body.Leads.0.IDLeadBank is 9007199254740993, above 2**53"),
        "dates_as_ever": Weak(
            *LEADS, 'body.Leads.0.CreateDate is "2024-10-15t05:29:19z", a date and time in lower case'
        ),
        "windows_letters": Weak(
            *LEADS, 'body.Leads.0.NameProvider is "Zo\\u00eb \\u0141ukasz", with non-ASCII letters'
        ),
        "head_and_tail": Weak(*LEADS, "body.Leads has 100 identical entries"),
        "anything_is_an_array": Weak(*LEADS, 'body.Leads is "text", another type'),
        "nothing_is_no_leads": Weak(*LEADS, "the body is empty"),
        "tries_again": Weak(
            "leadbank.sendAcknos",
            "acknowledged",
            "the connection closes without a response, after the request takes effect",
        ),
        "limit_of_reads": Weak(*LEADS, SILENT),
    },
}
