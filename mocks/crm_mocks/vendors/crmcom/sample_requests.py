"""Sample requests that CRM.COM accepts; see `crm_mocks.vendor.sample_requests`."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Final

from crm_mocks.contract import ContractFile
from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.vendor import basic_header
from crm_mocks.vendor.sample_requests import SampleRequests, Send
from crm_mocks.vendors.crmcom.catalogue import catalogue
from crm_mocks.vendors.crmcom.draft import SOURCES
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.references import ALL
from crm_mocks.vendors.crmcom.schemas import reference
from crm_mocks.vendors.crmcom.settings import CrmComSettings

_LOGIN_PATH: Final = "/crmapi/rest/v2/authentication/token"
_LOGIN: Final = ("username", "password", "organisation")
_LAST_YEAR: Final = 9999
_MOST_UNITS: Final = 1000
"""Years after which the completion date is certainly still a date."""

_SCHEMAS: Final = ContractFile("crmcom").in_force(CrmComSettings()).document["components"]["schemas"]
_MEMBERS: Final = frozenset(name for each in ALL for name in _SCHEMAS[each.identifier]["properties"])
"""Members by which identifiers name records."""

_KIND_OF: Final = {each.identifier: each.kind for each in ALL}
_KINDS: Final = {
    name: _KIND_OF[reference(node)]
    for schema in _SCHEMAS.values()
    for name, node in schema.get("properties", {}).items()
    if reference(node) in _KIND_OF
}
"""The kind of record that each parameter refers to, by the parameter's name."""

_OF_LEAD_TYPE: Final = {"statuses": "lead_statuses", "categories": "lead_categories", "competitors": "competitors"}
"""Kinds of records that a lead type allows, by the lead type's member."""

_ASSIGNING: Final = {"automatically_assigned_to": True}
"""What a lead type does unless its record says otherwise."""


class CrmComSamples(SampleRequests):
    """Sends live tokens, identifiers of the catalogue, and leads that fit the rules of their lead type."""

    reference_data: ClassVar[Mapping[str, str]] = dict.fromkeys(
        sorted(set(_KINDS.values())), "records with at least an id, as in catalogue.yaml; none if empty"
    )

    def __init__(self, send: Send, credentials: Mapping[str, str], settings: Any) -> None:
        super().__init__(send, credentials, settings)
        self._token = ""
        self._numbers = itertools.count(1)
        self._catalogue = catalogue()

    def use(self, data: Mapping[str, Any]) -> None:
        """Use records in place of those of the catalogue. A lead type without statuses and the like allows them all."""
        super().use(data)
        for kind, records in data.items():
            if not all(isinstance(each, dict) and isinstance(each.get("id"), str) for each in records):
                raise UsageError(f"--data: each entry of '{kind}' must have a string 'id'")
        self._catalogue = {**self._catalogue, **data}
        if "lead_types" in data:
            allowed = {member: [each["id"] for each in self._catalogue[kind]] for member, kind in _OF_LEAD_TYPE.items()}
            self._catalogue["lead_types"] = [{**_ASSIGNING, **allowed, **each} for each in data["lead_types"]]

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return the web API key if the operation requires it: as the user name, with an empty password."""
        if operation != "createTokenFromWebApiKey":
            return {}
        return {"Authorization": basic_header(self.credentials["web API key"], "")}

    def body(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a body that is accepted."""
        if operation == "createToken":
            known = {"unit": self._next("units")["id"]} if "unit" in body else {}
            return {**body, **known, **self._login()}
        if operation == "createTokenFromWebApiKey" and isinstance(body, dict) and "unit" in body:
            return {**body, "unit": self._next("units")["id"]}
        if operation == "releaseToken":
            return {**body, "token": self._new_token()}
        return self._lead(body) if operation == "createLead" else body

    def tagged(self, operation: str, body: Any, tag: str) -> Any:
        """Return a lead with the tag as its description."""
        return {**body, "description": tag} if operation == "createLead" else body

    def is_refusal(self, status: int, body: Any) -> bool:
        """Go by the status, and by the code in the body of a success."""
        result = body.get("status") if isinstance(body, dict) else None
        return status >= 400 or not isinstance(result, dict) or result.get("code") != "OK"

    def _login(self) -> dict[str, str]:
        return {name: self.credentials[name] for name in _LOGIN}

    def _new_token(self) -> str:
        response = self.send("POST", _LOGIN_PATH, json=self._login())
        try:
            return str(response["data"]["token"])
        except (KeyError, TypeError):
            raise CrmMocksError("createToken returns no token, so no lead can be created") from None

    def _next(self, kind: str) -> Record:
        """Return a record of the catalogue, a different one each time."""
        return _pick(self._catalogue[kind], next(self._numbers))

    def _lead(self, generated: dict[str, Any]) -> dict[str, Any]:
        self._token = self._token or self._new_token()
        lead: dict[str, Any] = self._known(generated)
        lead["token"] = self._token
        lead_type = self._lead_type(lead)
        self._fit_type(lead, lead_type)
        if "source" in lead:
            self._fit_source(lead["source"])
        self._fit_contact(lead)
        if "estimated_completion_time" in lead:
            period = lead["estimated_completion_time"]
            lead["estimated_completion_time"] = {
                **period,
                "time_period_value": period["time_period_value"] % _MOST_UNITS,
            }
        return lead

    def _known(self, node: Any) -> Any:
        """Return a part of a request in which each identifier names a record."""
        if isinstance(node, list):
            return [self._known(each) for each in node]
        if not isinstance(node, dict):
            return node
        return {
            name: self._named(value, _KINDS[name]) if name in _KINDS else self._known(value)
            for name, value in node.items()
            if name not in _KINDS or self._catalogue[_KINDS[name]]
        }

    def _named(self, identifier: Any, kind: str) -> Any:
        """Return an identifier that names a record of a kind, by the member that was generated."""
        if not isinstance(identifier, dict):
            return identifier
        return _naming(identifier, _pick(self._catalogue[kind], next(self._numbers)))

    def _lead_type(self, lead: Mapping[str, Any]) -> Record:
        """Return a lead type that fits the lead: it assigns a lead without assignee, and has competitors."""
        fitting = [
            each
            for each in self._catalogue["lead_types"]
            if ("assigned_to" in lead or each.get("automatically_assigned_to"))
            and (not lead.get("competitors_set") or each.get("competitors"))
        ]
        return _pick(fitting, next(self._numbers))

    def _fit_type(self, lead: dict[str, Any], lead_type: Record) -> None:
        """Give a lead status, category and competitors of its lead type."""
        lead["type_identifier"] = _naming(lead["type_identifier"], lead_type)
        lost = "lost_reason_identifier" in lead
        statuses = self._of(lead_type, "statuses", "lead_statuses")
        of_life = [each for each in statuses if (each.get("life_cycle_state") == "LOST") is lost]
        if lost or "status_identifier" in lead:
            lead["status_identifier"] = self._any(lead.get("status_identifier", {"id": ""}), of_life)
        if "category_identifier" in lead:
            categories = self._of(lead_type, "categories", "lead_categories")
            lead["category_identifier"] = self._any(lead["category_identifier"], categories)
        competitors = self._of(lead_type, "competitors", "competitors")
        for entry in lead.get("competitors_set", ()):
            entry["competitor_identifier"] = self._any(entry["competitor_identifier"], competitors)
        if lead_type.get("sends_email_on_creation"):
            lead.setdefault("contact_email", "webapi@example.com")
        if lead_type.get("sends_phone_message_on_creation"):
            lead.setdefault("contact_phone", "+35799123456")

    def _fit_source(self, source: dict[str, Any]) -> None:
        """Give a source the name or contact that the lead type may not supply."""
        if source["type"] == "RECOMMENDED_BY_CONTACT":
            parameter, contacts = "source_recommended_by_contact_identifier", self._catalogue["contacts"]
            source.setdefault(parameter, self._any({"id": ""}, contacts))
        elif source["type"] not in SOURCES:
            source.setdefault("name", "Trade fair")

    def _fit_contact(self, lead: dict[str, Any]) -> None:
        """Make contact and accounts receivable consistent (only customers have one), and dates real."""
        contact = lead["contact_information"]
        accounts = self._catalogue["accounts_receivable"]
        for name in {"date_of_birth", "name_day"} & contact.get("demographics", {}).keys():
            _make_date(contact["demographics"][name])
        if contact["action"].upper() == "NEW":
            lead.pop("accounts_receivable_identifier", None)
        elif "accounts_receivable_identifier" in lead:
            account = _pick(accounts, next(self._numbers))
            lead["accounts_receivable_identifier"] = _naming(lead["accounts_receivable_identifier"], account)
            customer = next(each for each in self._catalogue["contacts"] if each["id"] == account["contact"])
            self._set_contact(contact, [customer])
        else:
            customers = {each["contact"] for each in accounts}
            self._set_contact(contact, [each for each in self._catalogue["contacts"] if each["id"] not in customers])

    def _set_contact(self, contact: dict[str, Any], records: Sequence[Record]) -> None:
        contact["contact_information_identifier"] = self._any(contact["contact_information_identifier"], records)

    def _of(self, lead_type: Record, member: str, kind: str) -> list[Record]:
        """Return the records that a lead type allows."""
        return [each for each in self._catalogue[kind] if each["id"] in lead_type.get(member, ())]

    def _any(self, identifier: dict[str, Any], records: Sequence[Record]) -> dict[str, Any]:
        return _naming(identifier, _pick(records, next(self._numbers)))


def _pick(records: Sequence[Record], number: int) -> Record:
    return records[number % len(records)]


def _naming(identifier: dict[str, Any], record: Record) -> dict[str, Any]:
    """Return an identifier of a record, by the same member, or by id if the record lacks that."""
    named = {
        name: record[name] if isinstance(record.get(name), str) else None for name in identifier if name in _MEMBERS
    }
    others = {name: value for name, value in identifier.items() if name not in _MEMBERS}
    return {**others, **(named if all(named.values()) else {"id": record["id"]})}


def _make_date(parts: dict[str, Any]) -> None:
    """Change the parts that keep a date from being real."""
    if not 1 <= parts.get("year", 1) <= _LAST_YEAR:
        parts["year"] = 1980
    try:
        date(parts.get("year", 2000), parts.get("month", 1), parts.get("day", 1))
    except ValueError:
        parts["day"] = 28
