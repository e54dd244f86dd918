"""Cases that differ by their body: documented examples, unusual but documented leads, invalid bodies.

The examples come from the contract; real receivers broke on the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, Final

from crm_mocks.vendor.sender import Push, PushCase, Sender
from crm_mocks.vendors.activix.sender.leads import JSON_HEADERS, with_account, with_documented_account, with_id
from crm_mocks.vendors.activix.sender.serialization import indented_json, php_json

FILLED: Final = "created_every_attribute"
"""Name of the contract's example with every attribute."""

_LARGEST: Final = 2**63 - 1
_LONG_TRIM: Final = "Touring " + "avec groupe remorquage " * 8
_WHOLE: Final = ("created", FILLED, "created_blank_attributes")
"""Examples that are about the whole lead."""

_BRIEF: Final = ("id", "lead_id", "make", "model", "type")
"""Attributes of a vehicle in the example with an integer as year."""

_NEVER_BLANK: Final = {
    "emails": ("address", "type", "valid"),
    "phones": ("number", "type", "valid"),
    "vehicles": ("make", "model", "type"),
}
"""Attributes that may be null, but are in no example."""

_LISTS: Final = ("emails", "phones", "vehicles")
_OBJECTS: Final = ("advisor", "bdc", "commercial", "service_advisor", "service_agent")
_ENUMERATED: Final = {"Lead": "", "Email": "emails", "Phone": "phones", "Vehicle": "vehicles"}
"""Schemas with enumerated attributes, each with the attribute of the lead that lists its objects."""


class BodyCases:
    """Makes the cases that differ by their body."""

    def __init__(self, sender: Sender, accepted: Any = None) -> None:
        """Keep what cases are made from.

        Args:
            sender: makes the requests.
            accepted: a lead that the receiver has accepted; `None` for the example with every attribute.
        """
        self._sender = sender
        self._operation = sender.context.contract.operations[sender.operation]
        self._accounts = sender.context.settings.known_accounts
        self._schemas = sender.context.document["components"]["schemas"]
        self._numbers = count(1)
        self._before_first: int = sender.generated(1)["id"] - 1
        _, filled = self._operation.body.examples[FILLED] if self._operation.body else ("", {})
        self._filled: dict[str, Any] = filled
        self._has_accepted = accepted is not None
        self._account: int = (accepted or sender.example())["account_id"]
        self._accepted: dict[str, Any] = accepted or with_account(filled, self._account)

    def cases(self) -> Iterator[PushCase]:
        """Yield all cases."""
        yield from self._changes_over_time()
        yield from self._examples()
        yield from self._unusual()
        yield from self._account_places()
        yield from self._bytes_of_same_json()
        yield from self._other_headers()
        yield from self._invalid()

    def plain(self, **attributes: Any) -> dict[str, Any]:
        """Return a lead as the receiver has accepted it, except for its id and the given attributes.

        No other case has its id.
        """
        return with_id(self._accepted, self._fresh_id()) | attributes

    def _fresh_id(self) -> int:
        """Return the id of the next generated lead without generating it."""
        return self._before_first + next(self._numbers)

    def _generated(self) -> dict[str, Any]:
        return with_account(self._sender.generated(next(self._numbers)), self._account)

    def _changes_over_time(self) -> Iterator[PushCase]:
        """A lead as it is created and changed: each push has the whole lead, and nothing distinguishes them."""
        usual = {name: self._filled[name] for name in ("type", "segment", "created_method")}
        lead = self._generated() | usual | {"status": None}
        yield self._case("new-lead", "a lead, every key there, blank ones null", lead)
        yield self._update("same-lead-again", "the same lead once more", lead)
        first, second = self._later(lead["updated_at"])
        lost = lead | {"status": self._value("Lead", "status", "lost"), "updated_at": first}
        changed = self._update("status-change", "the same lead with another status", lost)
        yield replace(changed, pushes=tuple(replace(push, replaces=True) for push in changed.pushes))
        other = lost | {"advisor": lead["bdc"], "commercial": lead["advisor"], "updated_at": second}
        yield self._update("salesperson-change", "the same lead with another advisor", other)
        unseen = replace(self._push(self.plain(status=lost["status"]), "created"), update=True)
        about = "a changed lead that was never pushed before"
        yield PushCase("update-of-unseen-lead", about, (unseen,), "activix-same-id-again")

    def _later(self, stamp: str) -> tuple[str, str]:
        """Return two later time stamps, the second one now."""
        updated, now = datetime.fromisoformat(stamp), self._sender.context.now.replace(microsecond=0)
        return (updated + (now - updated) // 2).replace(microsecond=0).isoformat(), now.isoformat()

    def _update(self, name: str, about: str, lead: Any) -> PushCase:
        """Return a case with a lead that was pushed before; `created` is right too, as responses do not differ."""
        push = replace(self._sender.push(lead), outcomes=("replaced", "created"), update=True)
        return PushCase(name, about, (push,), after="new-lead")

    def _examples(self) -> Iterator[PushCase]:
        """The contract's examples, each named after its response."""
        examples = self._operation.body.examples if self._operation.body else {}
        for name, (_, example) in examples.items():
            outcome = self._operation.outcomes.get(name)
            if outcome is None:  # the settings in force lack this response: a value of an open enum
                continue
            lead = self._whole(name, example) if name in _WHOLE else self._varied(name, example)
            about = f"{outcome.cause[:1].lower()}{outcome.cause.rstrip('.')[1:]}"
            yield self._case(name.replace("_", "-"), about, lead, name)

    def _whole(self, name: str, example: Any) -> Any:
        """Return an example as it is, with an account that the receiver knows, and an id of its own."""
        lead = with_id(example, self._fresh_id())
        if name == "created":
            return with_documented_account(lead, self._account)
        if name == "created_blank_attributes":  # `unsubscribe-dates-empty` sends empty strings
            lead = {key: None if value == "" else value for key, value in lead.items()}
        return with_account(lead, self._account)

    def _varied(self, name: str, example: Any) -> Any:
        """Return the accepted lead with what an example is about; without one, the example."""
        if not isinstance(example, dict):
            return example
        changed = {key: value for key, value in example.items() if key not in ("id", "account", "account_id")}
        lead = self.plain(**changed) if self._has_accepted else self._whole(name, example)
        if name == "unknown_account":
            return with_account(lead, self._unknown_account())
        if name == "accounts_differ":
            return lead | {"account_id": self._unknown_account()}
        absent = {"account_missing": ("account", "account_id"), "id_missing": ("id",)}.get(name, ())
        return {key: value for key, value in lead.items() if key not in absent}

    def _unusual(self) -> Iterator[PushCase]:
        """Documented leads on which real receivers broke."""
        lead = self.plain()
        car = {key: value for key, value in self._linked("vehicles", lead).items() if key in _BRIEF}
        lead["vehicles"] = [car | {"year": "2018"}]
        yield self._case("year-string", "a vehicle's year as a string", lead)
        yield self._vehicle("comment-null", "a vehicle's comment that is there and null", comment=None)
        about = f"a vehicle's trim of {len(_LONG_TRIM)} characters"
        yield self._vehicle("long-trim", about, position="activix-no-lengths", trim=_LONG_TRIM)
        yield from self._blank()
        blank = {f"unsubscribe_{kind}_date": None for kind in ("all", "call", "email", "sms")}
        yield self._case("unsubscribe-dates-null", "unsubscribe dates that are null", self.plain(**blank))
        empty = dict.fromkeys(blank, "")
        about = "unsubscribe dates that are empty strings"
        yield self._case("unsubscribe-dates-empty", about, self.plain(**empty), position="activix-date-times")
        unknown = self.plain(agreed_later={"a": [1, None]})
        unknown["emails"] = [self._linked("emails", unknown) | {"agreed_later": "x"}]
        about = "attributes that the documents do not name"
        yield self._case("unknown-attribute", about, unknown, position="activix-unknown-attributes")
        nothing = dict.fromkeys((*_LISTS, *_OBJECTS))
        yield self._case("nothing-linked", "a lead whose linked objects are null", self.plain(**nothing))
        yield self._case("empty-lists", "a lead with empty lists", self.plain(**{name: [] for name in _LISTS}))
        large = with_id(self._accepted, _LARGEST)
        unlooked = replace(self._push(large, "created"), record="")  # JavaScript stores it under a rounded id
        yield PushCase("large-id", "the largest id of 64 bits", (unlooked,), "activix-integers")
        if "invalid_value" not in self._operation.outcomes:  # the setting open_enums
            later = self.plain(segment="of_a_later_year", type="of_a_later_year")
            about = "values that the documents of 2018 do not list"
            yield self._case("later-value", about, later, position="activix-open-enums")
        pushes = tuple(self._push(each, "created") for each in self._enumerated())
        about = "each value that the documents list, of each attribute"
        yield PushCase("every-documented-value", about, pushes, "activix-open-enums")

    def _blank(self) -> Iterator[PushCase]:
        """Members that the examples always fill, but that may be blank."""
        position = "activix-blank-fields"
        for name in ("first_name", "last_name"):
            about = f"a {name} that is there and null"
            yield self._case(f"{name.replace('_', '-')}-null", about, self.plain(**{name: None}), position=position)
        for name in _LISTS:
            lead = self.plain()
            linked = self._linked(name, lead)
            blank = dict.fromkeys(_NEVER_BLANK[name])
            lead[name] = [{key: linked[key] for key in ("id", "lead_id", "year") if key in linked} | blank]
            thing, names = name.removesuffix("s"), ", ".join(blank)
            yield self._case(f"{thing}-blank", f"a {thing} of which these are null: {names}", lead, position=position)

    def _enumerated(self) -> Iterator[dict[str, Any]]:
        """Yield leads that together have every possible value of the contract."""
        listed = {
            schema: {name: node["enum"] for name, node in self._schemas[schema]["properties"].items() if "enum" in node}
            for schema in _ENUMERATED
        }
        most = max((len(values) for names in listed.values() for values in names.values()), default=0)
        for turn in range(most):
            lead = self.plain()
            for schema, attribute in _ENUMERATED.items():
                drawn = {name: values[turn % len(values)] for name, values in listed[schema].items()}
                lead |= {attribute: [self._linked(attribute, lead) | drawn]} if attribute else drawn
            yield lead

    def _account_places(self) -> Iterator[PushCase]:
        """The push document's own example has `account.id` alone; `account_id` alone is a position."""
        forms = {
            "account-as-object": ("the account in account.id only, without account_id", "account_id", ""),
            "account-as-id": (
                "the account in account_id only, without account",
                "account",
                "activix-account-reference",
            ),
        }
        for name, (about, absent, position) in forms.items():
            lead = {key: value for key, value in self.plain().items() if key != absent}
            yield self._case(name, about, lead, position=position)

    def _bytes_of_same_json(self) -> Iterator[PushCase]:
        """The same JSON in other bytes: a receiver that serializes it again computes another signature."""
        texts = {"first_name": "Zoé", "last_name": "L'Écuyer 🚗", "source": "Site web / Québec"}
        escaped = self.plain(**texts)
        yield self._case("escaped-text", r"texts written with \u00e9, \ud83d\ude97 and \/", escaped)
        plain = self.plain(**texts)
        yield self._case_of_bytes(
            "plain-text", "the same texts in UTF-8, over several lines", plain, indented_json(plain)
        )
        lead = self.plain()
        car = self._linked("vehicles", lead) | {"rate": 3.9}
        priced = php_json(lead | {"vehicles": [car]}).replace(b'"rate":3.9', b'"rate":3.90')
        yield self._case_of_bytes("trailing-zero", "a number written as 3.90", lead, priced)

    def _other_headers(self) -> Iterator[PushCase]:
        """Both headers are a `should` of the push document (position `activix-missing-content-type`)."""
        accept = JSON_HEADERS[1:]
        forms = {
            "no-content-type": ("no Content-Type", accept),
            "no-accept": ("no Accept", JSON_HEADERS[:1]),
            "content-type-with-charset": (
                "Content-Type with a charset",
                (("Content-Type", "application/json; charset=utf-8"), *accept),
            ),
        }
        for name, (about, headers) in forms.items():
            position = "" if name == "content-type-with-charset" else "activix-missing-content-type"
            push = replace(self._push(self.plain(), "created"), headers=headers)
            yield PushCase(name, about, (push,), position)

    def _invalid(self) -> Iterator[PushCase]:
        """Invalid bodies in addition to the contract's examples."""
        no_id = self.plain(id=None)
        yield self._case("id-null", "an id that is null", no_id, "id_missing")
        text = self.plain(account_id=str(self._account))
        yield self._case("account-as-text", "an account_id that is a string", text, "invalid_type")
        alone = self.plain(vehicles={})
        yield self._case("list-as-object", "vehicles that are no list", alone, "invalid_type")
        null = self.plain(phones=[None])
        yield self._case("null-in-list", "a phone that is null", null, "invalid_type")
        lead = self.plain()
        cut = php_json(lead)[:-1]
        yield self._case_of_bytes("cut-off", "JSON that breaks off", lead, cut, "not_json")
        yield self._case_of_bytes("no-body", "no body", self.plain(), b"", "not_json")
        form = b"id=1&account_id=66"
        yield self._case_of_bytes("form-in-json", "a form that calls itself JSON", self.plain(), form, "not_json")

    def _vehicle(self, name: str, about: str, *, position: str = "", **attributes: Any) -> PushCase:
        lead = self.plain()
        lead["vehicles"] = [self._linked("vehicles", lead) | attributes]
        return self._case(name, about, lead, position=position)

    def _linked(self, attribute: str, lead: Any) -> dict[str, Any]:
        """Return the documented object of a list of the lead, with every attribute."""
        return {**self._filled[attribute][0], "lead_id": lead["id"]}

    def _case(self, name: str, about: str, lead: Any, outcome: str = "created", *, position: str = "") -> PushCase:
        return PushCase(name, about, (self._push(lead, outcome),), position)

    def _case_of_bytes(self, name: str, about: str, lead: Any, body: bytes, outcome: str = "created") -> PushCase:
        return PushCase(name, about, (replace(self._push(lead, outcome), body=body),))

    def _push(self, lead: Any, outcome: str) -> Push:
        return replace(self._sender.push(lead), outcomes=(outcome,))

    def _value(self, schema: str, attribute: str, preferred: str) -> Any:
        """Return the preferred value of an attribute if the contract has it, else its first."""
        values = self._schemas[schema]["properties"][attribute].get("enum", [preferred])
        return preferred if preferred in values else values[0]

    def _unknown_account(self) -> int:
        """Return an account that the receiver does not know."""
        return next(number for number in count(1) if number not in self._accounts)
