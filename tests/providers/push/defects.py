"""Receivers with one defect each, and the expected finding: rule, location and case."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from tests.providers.push.receiver import BASIC, KEY, Headers, Receiver, Response, Signed, json_message


class Created(Receiver):
    success = 201


class NoContent(Receiver):
    success = 204


class Page(Receiver):
    def accepted(self) -> Response:
        return 200, {"Content-Type": "text/html"}, b"<p>ok</p>"


class OtherMember(Receiver):
    def accepted(self) -> Response:
        return 200, {"Content-Type": "application/json"}, b'{"ok": true}'


class NotJson(Receiver):
    def accepted(self) -> Response:
        return 200, {"Content-Type": "application/json"}, b"ok"


class NoResending(Receiver):
    def take(self, lead: Any) -> Response:
        if isinstance(lead, dict) and str(lead.get("id")) in self.leads:
            return json_message(409, "Known.")
        return super().take(lead)


class KnownLeadsOnly(Receiver):
    """Treats a lead with a status as an update of a known lead."""

    def take(self, lead: Any) -> Response:
        if isinstance(lead, dict) and lead.get("status") == "lost" and str(lead["id"]) not in self.leads:
            return json_message(404, "No such lead.")
        return super().take(lead)


class StrictStatus(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and lead.get("status", "") is not None


class YearAsText(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and not any(isinstance(v.get("year"), int) for v in lead.get("vehicles") or ())


class YearAsNumber(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and not any(isinstance(v.get("year"), str) for v in lead.get("vehicles") or ())


class CommentRequired(Receiver):
    def take(self, lead: Any) -> Response:
        for vehicle in (lead.get("vehicles") or ()) if isinstance(lead, dict) else ():
            if "comment" in vehicle and vehicle["comment"] is None:
                raise AttributeError("'NoneType' object has no attribute 'strip'")
        return super().take(lead)


class NamesRequired(Receiver):
    """Fails on a lead without a name, which no example of the documents has."""

    def store(self, lead: Any) -> None:
        lead["last_name"].upper()
        super().store(lead)


class NumbersRequired(Receiver):
    def store(self, lead: Any) -> None:
        for phone in lead.get("phones") or []:
            phone["number"].strip()
        super().store(lead)


class ShortTrim(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and all(len(v.get("trim") or "") <= 100 for v in lead.get("vehicles") or ())


class NoEmptyDates(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and "" not in [value for name, value in lead.items() if name.endswith("_date")]


class OneOffset(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and not str(lead.get("created_at")).endswith("Z")


class NoUnknownAttributes(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and "agreed_later" not in lead


class ListsRequired(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and lead.get("emails", []) is not None


class SmallIds(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and lead["id"] < 2**31


class FewTypes(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and lead.get("type") not in ("event", "pre_booking")


class TypesDropped(Receiver):
    """Responds with 200, but drops a lead with an unexpected type."""

    def store(self, lead: Any) -> None:
        if lead.get("type") != "pre_booking":
            super().store(lead)


class NeverReplaced(Receiver):
    def store(self, lead: Any) -> None:
        self.leads.setdefault(str(lead["id"]), lead)


class StoredBeforeValidation(Receiver):
    def take(self, lead: Any) -> Response:
        if isinstance(lead, dict) and isinstance(lead.get("id"), int):
            self.store(lead)
        return super().take(lead)


class AccountAsId(Receiver):
    def account(self, lead: Any) -> Any:
        return lead.get("account_id")


class AccountAsObject(Receiver):
    def account(self, lead: Any) -> Any:
        return (lead.get("account") or {}).get("id")


class AnyAccount(Receiver):
    def account(self, lead: Any) -> Any:
        return super().account(lead) and 44


class OtherMessage(Receiver):
    def unknown_account(self) -> Response:
        return json_message(422, "No such account.")


class NotFound(Receiver):
    def unknown_account(self) -> Response:
        return json_message(404, "No such account.")


class Unchecked(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return isinstance(lead, dict) and "id" in lead


class ErrorsAsTexts(Receiver):
    def invalid(self, lead: Any) -> Response:
        response = super().invalid(lead)
        return (
            json_message(422, "The given data was invalid.", errors={"lead": "invalid"})
            if b"errors" in response[2]
            else response
        )


class Unreadable(Receiver):
    def unreadable(self) -> Response:
        raise ValueError("Expecting value: line 1 column 1 (char 0)")


class UnreadableAsServerError(Receiver):
    def unreadable(self) -> Response:
        return json_message(500, "Internal Server Error.")


class ContentTypeRequired(Receiver):
    def respond(self, headers: Headers, body: bytes) -> Response:
        return super().respond(headers, body) if "content-type" in headers else json_message(400, "No JSON.")


class ExactContentType(Receiver):
    def respond(self, headers: Headers, body: bytes) -> Response:
        good = headers.get("content-type", "application/json") == "application/json"
        return super().respond(headers, body) if good else json_message(415, "No JSON.")


class AsciiOnly(Receiver):
    def respond(self, headers: Headers, body: bytes) -> Response:
        return super().respond(headers, body) if body.isascii() else json_message(400, "The body is not valid JSON.")


class Open(Receiver):
    def is_authentic(self, *_: Any) -> bool:
        return True


class NameOnly(Receiver):
    def is_user(self, header: str) -> bool:
        kind, _, value = header.partition(" ")
        try:
            user = base64.b64decode(value, validate=True).decode().partition(":")[0]
        except ValueError:
            return False
        return kind == "Basic" and user == BASIC["username"]


class PasswordOnly(Receiver):
    def is_user(self, header: str) -> bool:
        kind, _, value = header.partition(" ")
        try:
            password = base64.b64decode(value, validate=True).decode().partition(":")[2]
        except ValueError:
            return False
        return kind == "Basic" and password == BASIC["password"]


class Decoding(Receiver):
    def is_user(self, header: str) -> bool:
        kind, _, value = header.partition(" ")
        if kind == "Basic":
            base64.b64decode(value, validate=True)
        return super().is_user(header)


class AuthorizationOnly(Receiver):
    def is_authentic(self, headers: Headers, *_: Any) -> bool:
        return self.is_user(headers.get("authorization", ""))


class Forbidding(Receiver):
    def unauthenticated(self) -> Response:
        return json_message(403, "Forbidden.")


class NoChallenge(Receiver):
    def unauthenticated(self) -> Response:
        return json_message(401, "Unauthenticated.")


class LoginPage(Receiver):
    def unauthenticated(self) -> Response:
        return 302, {"Location": "/login", "Content-Type": "text/html"}, b""


class Rewriting(Signed):
    """Re-encodes the JSON before checking the signature."""

    def is_signed(self, signature: str, body: bytes) -> bool:
        with contextlib.suppress(ValueError):
            body = json.dumps(json.loads(body), separators=(",", ":")).encode()
        return super().is_signed(signature, body)


class SignatureOptional(Signed):
    def is_authentic(self, headers: Headers, body: bytes) -> bool:
        return "x-activix-signature" not in headers or super().is_authentic(headers, body)


class SignatureUnchecked(Signed):
    def is_signed(self, signature: str, *_: Any) -> bool:
        return bool(signature)


class SignaturePrefix(Signed):
    """Compares only the digits received."""

    def is_signed(self, signature: str, body: bytes) -> bool:
        expected = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
        return bool(signature) and expected.startswith(signature)


@dataclass(frozen=True)
class ExpectedFinding:
    """Expected finding for a defect.

    Attributes:
        rule: of the finding.
        location: last part of the location of the finding.
        case: first case that shows the defect.
    """

    rule: str
    location: str
    case: str


def wrong(case: str) -> ExpectedFinding:
    """Expect a documented status that is wrong for the case."""
    return ExpectedFinding("answer", case, case)


def undocumented(case: str) -> ExpectedFinding:
    """Expect a status that the operation does not document."""
    return ExpectedFinding("undocumented-status", "status", case)


DEFECTS: dict[type[Receiver], ExpectedFinding] = {
    Created: undocumented("new-lead"),
    NoContent: undocumented("new-lead"),
    Page: ExpectedFinding("mediaType", "content-type", "new-lead"),
    OtherMember: ExpectedFinding("required", "message", "new-lead"),
    NotJson: ExpectedFinding("syntax", "body", "new-lead"),
    NoResending: undocumented("same-lead-again"),
    KnownLeadsOnly: wrong("update-of-unseen-lead"),
    StrictStatus: wrong("created-status-null"),
    YearAsText: wrong("created-year-integer"),
    YearAsNumber: wrong("year-string"),
    CommentRequired: ExpectedFinding("no-answer", "comment-null", "comment-null"),
    NamesRequired: ExpectedFinding("no-answer", "last-name-null", "last-name-null"),
    NumbersRequired: ExpectedFinding("no-answer", "phone-blank", "phone-blank"),
    ShortTrim: wrong("long-trim"),
    NoEmptyDates: wrong("unsubscribe-dates-empty"),
    OneOffset: wrong("created-zulu-dates"),
    NoUnknownAttributes: wrong("unknown-attribute"),
    ListsRequired: wrong("nothing-linked"),
    SmallIds: wrong("large-id"),
    FewTypes: wrong("every-documented-value"),
    TypesDropped: ExpectedFinding("accepted-and-dropped", "receiver", "every-documented-value"),
    NeverReplaced: ExpectedFinding("accepted-and-not-replaced", "receiver", "status-change"),
    StoredBeforeValidation: ExpectedFinding("refused-and-stored", "receiver", "unknown-account"),
    AccountAsId: wrong("account-as-object"),
    AccountAsObject: wrong("account-as-id"),
    AnyAccount: wrong("unknown-account"),
    OtherMessage: ExpectedFinding("documented-message", "message", "unknown-account"),
    NotFound: wrong("unknown-account"),
    Unchecked: wrong("invalid-type"),
    ErrorsAsTexts: ExpectedFinding("type", "lead", "not-an-object"),
    Unreadable: ExpectedFinding("no-answer", "cut-off", "cut-off"),
    UnreadableAsServerError: wrong("cut-off"),
    ContentTypeRequired: wrong("no-content-type"),
    ExactContentType: wrong("content-type-with-charset"),
    AsciiOnly: wrong("plain-text"),
    Open: wrong("credentials-missing"),
    NameOnly: wrong("wrong-password"),
    PasswordOnly: wrong("wrong-username"),
    Decoding: ExpectedFinding("no-answer", "malformed-credentials", "malformed-credentials"),
    AuthorizationOnly: wrong("authentication-header"),
    Forbidding: ExpectedFinding("undocumented-status", "credentials-missing", "credentials-missing"),
    NoChallenge: ExpectedFinding("required", "www-authenticate", "credentials-missing"),
    LoginPage: undocumented("credentials-missing"),
    Rewriting: wrong("escaped-text"),
    SignatureOptional: wrong("signature-missing"),
    SignatureUnchecked: wrong("signature-of-other-key"),
    SignaturePrefix: wrong("signature-cut-off"),
}
