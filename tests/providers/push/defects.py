"""Receivers that get one thing wrong each, and what must be said of it: rule, place, and the case that shows it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from tests.providers.push.receiver import BASIC, KEY, Answer, Headers, Receiver, Signed, said


class Created(Receiver):
    success = 201


class NoContent(Receiver):
    success = 204


class Page(Receiver):
    def accepted(self) -> Answer:
        return 200, {"Content-Type": "text/html"}, b"<p>ok</p>"


class OtherMember(Receiver):
    def accepted(self) -> Answer:
        return 200, {"Content-Type": "application/json"}, b'{"ok": true}'


class NotJson(Receiver):
    def accepted(self) -> Answer:
        return 200, {"Content-Type": "application/json"}, b"ok"


class OnceOnly(Receiver):
    def take(self, lead: Any) -> Answer:
        if isinstance(lead, dict) and str(lead.get("id")) in self.leads:
            return said(409, "Known.")
        return super().take(lead)


class KnownOnly(Receiver):
    """Takes a lead with a status for the change of one that it must know."""

    def take(self, lead: Any) -> Answer:
        if isinstance(lead, dict) and lead.get("status") == "lost" and str(lead["id"]) not in self.leads:
            return said(404, "No such lead.")
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


class CommentWanted(Receiver):
    def take(self, lead: Any) -> Answer:
        for vehicle in (lead.get("vehicles") or ()) if isinstance(lead, dict) else ():
            if "comment" in vehicle and vehicle["comment"] is None:
                raise AttributeError("'NoneType' object has no attribute 'strip'")
        return super().take(lead)


class ShortTrim(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and all(len(v.get("trim") or "") <= 100 for v in lead.get("vehicles") or ())


class NoEmptyDates(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and "" not in [value for name, value in lead.items() if name.endswith("_date")]


class OneOffset(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and not str(lead.get("created_at")).endswith("Z")


class NoStrangeAttributes(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and "agreed_later" not in lead


class ListsWanted(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and lead.get("emails", []) is not None


class SmallIds(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and lead["id"] < 2**31


class FewTypes(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return super().is_valid(lead) and lead.get("type") not in ("event", "pre_booking")


class TypesDropped(Receiver):
    """Answers 200, and then drops the lead because of a type that it did not expect."""

    def store(self, lead: Any) -> None:
        if lead.get("type") != "pre_booking":
            super().store(lead)


class FirstKept(Receiver):
    def store(self, lead: Any) -> None:
        self.leads.setdefault(str(lead["id"]), lead)


class StoredFirst(Receiver):
    def take(self, lead: Any) -> Answer:
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


class OtherWords(Receiver):
    def unknown_account(self) -> Answer:
        return said(422, "No such account.")


class NotFound(Receiver):
    def unknown_account(self) -> Answer:
        return said(404, "No such account.")


class Unchecked(Receiver):
    def is_valid(self, lead: Any) -> bool:
        return isinstance(lead, dict) and "id" in lead


class ErrorsAsTexts(Receiver):
    def invalid(self, lead: Any) -> Answer:
        answer = super().invalid(lead)
        return (
            said(422, "The given data was invalid.", errors={"lead": "invalid"}) if b"errors" in answer[2] else answer
        )


class Unreadable(Receiver):
    def unreadable(self) -> Answer:
        raise ValueError("Expecting value: line 1 column 1 (char 0)")


class UnreadableAsServerError(Receiver):
    def unreadable(self) -> Answer:
        return said(500, "Internal Server Error.")


class ContentTypeWanted(Receiver):
    def answer(self, headers: Headers, body: bytes) -> Answer:
        return super().answer(headers, body) if "content-type" in headers else said(400, "No JSON.")


class ExactContentType(Receiver):
    def answer(self, headers: Headers, body: bytes) -> Answer:
        good = headers.get("content-type", "application/json") == "application/json"
        return super().answer(headers, body) if good else said(415, "No JSON.")


class AsciiOnly(Receiver):
    def answer(self, headers: Headers, body: bytes) -> Answer:
        return super().answer(headers, body) if body.isascii() else said(400, "The body is not valid JSON.")


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
    def stranger(self) -> Answer:
        return said(403, "Forbidden.")


class NoChallenge(Receiver):
    def stranger(self) -> Answer:
        return said(401, "Unauthenticated.")


class LoginPage(Receiver):
    def stranger(self) -> Answer:
        return 302, {"Location": "/login", "Content-Type": "text/html"}, b""


class Rewriting(Signed):
    """Writes the JSON again before it checks the signature."""

    def is_signed(self, signature: str, body: bytes) -> bool:
        with contextlib.suppress(ValueError):
            body = json.dumps(json.loads(body), separators=(",", ":")).encode()
        return super().is_signed(signature, body)


class SignatureOptional(Signed):
    def is_authentic(self, headers: Headers, body: bytes) -> bool:
        return "x-activix-signature" not in headers or super().is_authentic(headers, body)


class SignatureUnread(Signed):
    def is_signed(self, signature: str, *_: Any) -> bool:
        return bool(signature)


class SignatureBegun(Signed):
    """Compares as many digits as came."""

    def is_signed(self, signature: str, body: bytes) -> bool:
        wanted = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
        return bool(signature) and wanted.startswith(signature)


@dataclass(frozen=True)
class Told:
    """What must be said of a defect.

    Attributes:
        rule: of the finding.
        location: of the finding, from its end.
        case: the first that shows it.
    """

    rule: str
    location: str
    case: str


def wrong(case: str) -> Told:
    """A documented status that is not the one of the case."""
    return Told("answer", case, case)


def undocumented(case: str) -> Told:
    """A status that is none of the operation's."""
    return Told("undocumented-status", "status", case)


DEFECTS: dict[type[Receiver], Told] = {
    Created: undocumented("new-lead"),
    NoContent: undocumented("new-lead"),
    Page: Told("mediaType", "content-type", "new-lead"),
    OtherMember: Told("required", "message", "new-lead"),
    NotJson: Told("syntax", "body", "new-lead"),
    OnceOnly: undocumented("same-lead-again"),
    KnownOnly: wrong("update-of-unseen-lead"),
    StrictStatus: wrong("created-status-null"),
    YearAsText: wrong("created-year-integer"),
    YearAsNumber: wrong("year-string"),
    CommentWanted: Told("no-answer", "comment-null", "comment-null"),
    ShortTrim: wrong("long-trim"),
    NoEmptyDates: wrong("unsubscribe-dates-empty"),
    OneOffset: wrong("created-zulu-dates"),
    NoStrangeAttributes: wrong("unknown-attribute"),
    ListsWanted: wrong("nothing-linked"),
    SmallIds: wrong("large-id"),
    FewTypes: wrong("every-documented-value"),
    TypesDropped: Told("accepted-and-dropped", "receiver", "every-documented-value"),
    FirstKept: Told("accepted-and-not-replaced", "receiver", "status-change"),
    StoredFirst: Told("refused-and-stored", "receiver", "unknown-account"),
    AccountAsId: wrong("account-as-object"),
    AccountAsObject: wrong("account-as-id"),
    AnyAccount: wrong("unknown-account"),
    OtherWords: Told("documented-message", "message", "unknown-account"),
    NotFound: wrong("unknown-account"),
    Unchecked: wrong("invalid-type"),
    ErrorsAsTexts: Told("type", "lead", "not-an-object"),
    Unreadable: Told("no-answer", "cut-off", "cut-off"),
    UnreadableAsServerError: wrong("cut-off"),
    ContentTypeWanted: wrong("no-content-type"),
    ExactContentType: wrong("content-type-with-charset"),
    AsciiOnly: wrong("plain-text"),
    Open: wrong("credentials-missing"),
    NameOnly: wrong("wrong-password"),
    PasswordOnly: wrong("wrong-username"),
    Decoding: Told("no-answer", "malformed-credentials", "malformed-credentials"),
    AuthorizationOnly: wrong("authentication-header"),
    Forbidding: undocumented("credentials-missing"),
    NoChallenge: Told("required", "www-authenticate", "credentials-missing"),
    LoginPage: undocumented("credentials-missing"),
    Rewriting: wrong("escaped-text"),
    SignatureOptional: wrong("signature-missing"),
    SignatureUnread: wrong("signature-of-other-key"),
    SignatureBegun: wrong("signature-cut-off"),
}
