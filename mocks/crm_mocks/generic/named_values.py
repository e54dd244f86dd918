"""Realistic values chosen by the name of a member: people, addresses, companies, vehicles, texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any, Final
from uuid import UUID

from crm_mocks.fixtures.persona import Persona, company
from crm_mocks.fixtures.text import to_ascii
from crm_mocks.fixtures.vehicle import Vehicle, vehicle
from crm_mocks.generic.member_names import plain_name, singular
from crm_mocks.generic.moments import moment_rank

_LOCALE: Final = "en_CA"
_FIRST_DAY: Final = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
_MINUTES: Final = 60 * 24 * 60
_WORDS: Final = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "islet", "juniper")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_SENTENCES: Final = (
    "Asked for a call back next week.",
    "Interested in a test drive.",
    "Prefers to be contacted by e-mail.",
    "Follow up after the demo.",
)
_NAME_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_NO_THINGS: Final = frozenset(
    {"response", "request", "result", "list", "schema", "model", "dto", "object", "data", "item", "id", "api"}
    | {"get", "post", "put", "patch", "create", "update", "read", "search", "new", "base"}
)
"""Words in the names of schemas and paths that name no thing."""

_COMPANIES: Final = frozenset(
    {"company", "organization", "organisation", "account", "org", "employer", "business", "vendor", "customer"}
)
_PERSONAL: Final = frozenset({"person", "contact", "user", "owner", "lead", "author", "agent", "member", "assignee"})

_DATE: Final = re.compile(r"(?:^|_)date$|[a-z]Date$|date_?of_?birth$|birthday$", re.ASCII)
_DATE_TIME: Final = re.compile(r"(?:_|[a-z](?=[AO]))(?:at|At|on|On)$|[dD]ate_?[tT]ime$|[tT]imestamp$", re.ASCII)


class NamedValues:
    """Values of one person and what surrounds them, so that e-mail address and name belong together."""

    def __init__(self, random: Random) -> None:
        self.random = random

    @cached_property
    def persona(self) -> Persona:
        """The person, made when first needed: Faker takes a tenth of a second to import."""
        return Persona.make(self.random, _LOCALE)

    @cached_property
    def company(self) -> str:
        """Name of a company."""
        return company(self.random, _LOCALE)

    @cached_property
    def vehicle(self) -> Vehicle:
        """A vehicle."""
        return vehicle(self.random)

    def words(self, count: int = 2) -> str:
        """Return some words."""
        return " ".join(self.random.sample(_WORDS, k=count))

    def sentence(self) -> str:
        """Return a sentence as in notes."""
        return self.random.choice(_SENTENCES)

    def letters(self, count: int) -> str:
        """Return letters and digits, as in tokens and ids."""
        return "".join(self.random.choices(_LETTERS, k=count))

    def moment(self, name: str = "") -> datetime:
        """Return a moment in whole minutes; that of a birth lies decades before."""
        moment = _FIRST_DAY + timedelta(minutes=self.random.randrange(_MINUTES))
        return moment.replace(year=moment.year - self.random.randint(20, 60)) if moment_rank(name) == -1 else moment

    def text(self, name: str, owner: str) -> str | None:
        """Return a text for a member by its name; `None` if the name says nothing.

        Args:
            name: of the member.
            owner: name of the enclosing member, or of the resource.
        """
        if _DATE.search(name) or _DATE_TIME.search(name):
            return self.format(name, "date" if _DATE.search(name) else "date-time")
        plain = plain_name(name)
        make = _TEXTS.get(plain)
        if make is not None:
            return make(self)
        if plain in ("name", "fullname", "displayname", "title", "label"):
            return self._name_of(plain, owner)
        for ending, make_by_ending in _ENDINGS.items():
            if plain.endswith(ending):
                return make_by_ending(self)
        return None

    def _name_of(self, plain: str, owner: str) -> str:
        kind = singular(owner)
        if kind in _COMPANIES:
            return self.company
        if plain == "fullname" or kind in _PERSONAL:
            return self.persona.full_name
        words = [singular(word) for word in _NAME_WORDS.findall(owner)]
        thing = " ".join([word for word in words if len(word) > 1 and word not in _NO_THINGS][-2:])
        return f"{self.words(1)} {thing}".capitalize() if thing else self.words().capitalize()

    def format(self, name: str, kind: str) -> str | None:
        """Return a text of a format of schemas; `None` if the format is unknown.

        Args:
            name: of the member.
            kind: the format.
        """
        make = _FORMATS.get(kind)
        return None if make is None else make(self, name)


def _local(values: NamedValues) -> str:
    person = values.persona
    return re.sub(r"[^a-z]+", "", to_ascii(person.given_name[:1] + person.family_name, "en").lower()) or "user"


def _id(values: NamedValues) -> str:
    return f"{values.random.getrandbits(96):024x}"


_TEXTS: Final[Mapping[str, Callable[[NamedValues], str]]] = {
    "firstname": lambda values: values.persona.given_name,
    "givenname": lambda values: values.persona.given_name,
    "forename": lambda values: values.persona.given_name,
    "lastname": lambda values: values.persona.family_name,
    "surname": lambda values: values.persona.family_name,
    "familyname": lambda values: values.persona.family_name,
    "middlename": lambda values: values.persona.given_name[:1],
    "contactname": lambda values: values.persona.full_name,
    "username": _local,
    "login": _local,
    "nickname": _local,
    "screenname": _local,
    "handle": _local,
    "initials": lambda values: values.persona.given_name[:1] + values.persona.family_name[:1],
    "gender": lambda values: values.persona.gender,
    "street": lambda values: values.persona.address,
    "address": lambda values: values.persona.address,
    "address1": lambda values: values.persona.address,
    "addressline1": lambda values: values.persona.address,
    "line1": lambda values: values.persona.address,
    "streetaddress": lambda values: values.persona.address,
    "streetname": lambda values: values.persona.street,
    "housenumber": lambda values: values.persona.house_number,
    "city": lambda values: values.persona.city,
    "town": lambda values: values.persona.city,
    "locality": lambda values: values.persona.city,
    "postcode": lambda values: values.persona.postal_code,
    "postalcode": lambda values: values.persona.postal_code,
    "zip": lambda values: values.persona.postal_code,
    "zipcode": lambda values: values.persona.postal_code,
    "province": lambda values: values.persona.province,
    "region": lambda values: values.persona.province,
    "state": lambda values: values.persona.province,
    "country": lambda values: values.persona.country,
    "countrycode": lambda values: values.persona.country_code,
    "language": lambda values: values.persona.language_code,
    "locale": lambda _: "en-CA",
    "timezone": lambda _: "America/Toronto",
    "currency": lambda _: "CAD",
    "currencycode": lambda _: "CAD",
    "company": lambda values: values.company,
    "companyname": lambda values: values.company,
    "organization": lambda values: values.company,
    "organisation": lambda values: values.company,
    "organizationname": lambda values: values.company,
    "accountname": lambda values: values.company,
    "employer": lambda values: values.company,
    "businessname": lambda values: values.company,
    "vin": lambda values: values.vehicle.vin,
    "make": lambda values: values.vehicle.make,
    "model": lambda values: values.vehicle.model,
    "jobtitle": lambda values: values.random.choice(("Sales manager", "Engineer", "Buyer", "Director")),
    "description": NamedValues.sentence,
    "note": NamedValues.sentence,
    "notes": NamedValues.sentence,
    "comment": NamedValues.sentence,
    "comments": NamedValues.sentence,
    "content": NamedValues.sentence,
    "text": NamedValues.sentence,
    "message": NamedValues.sentence,
    "subject": lambda values: values.words().capitalize(),
    "id": _id,
    "uuid": lambda values: str(UUID(int=values.random.getrandbits(128), version=4)),
    "guid": lambda values: str(UUID(int=values.random.getrandbits(128), version=4)),
    "tokentype": lambda _: "Bearer",
    "accesstoken": lambda values: values.letters(40),
    "refreshtoken": lambda values: values.letters(40),
    "token": lambda values: values.letters(40),
    "color": lambda values: f"#{values.random.getrandbits(24):06x}",
    "slug": lambda values: values.words().replace(" ", "-"),
    "ip": lambda values: f"192.0.2.{values.random.randint(1, 254)}",
    "ipaddress": lambda values: f"192.0.2.{values.random.randint(1, 254)}",
}

_ENDINGS: Final[Mapping[str, Callable[[NamedValues], str]]] = {
    "email": lambda values: values.persona.email,
    "emailaddress": lambda values: values.persona.email,
    "mail": lambda values: values.persona.email,
    "phone": lambda values: values.persona.phone,
    "phonenumber": lambda values: values.persona.phone,
    "mobile": lambda values: values.persona.phone,
    "fax": lambda values: values.persona.phone,
    "url": lambda values: _url(values, "url"),
    "uri": lambda values: _url(values, "uri"),
    "website": lambda values: _url(values, "website"),
    "href": lambda values: _url(values, "href"),
    "firstname": lambda values: values.persona.given_name,
    "lastname": lambda values: values.persona.family_name,
    "city": lambda values: values.persona.city,
    "street": lambda values: values.persona.address,
    "country": lambda values: values.persona.country,
    "uuid": _TEXTS["uuid"],
    "id": _id,
}
"""By the end of the name, such as `billing_email`; the first that fits counts."""


def _url(values: NamedValues, _name: str) -> str:
    return f"https://example.com/{values.random.choice(_WORDS)}/{values.random.getrandbits(32):08x}"


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


_FORMATS: Final[Mapping[str, Callable[[NamedValues, str], str]]] = {
    "date-time": lambda values, name: _utc(values.moment(name)),
    "datetime": lambda values, name: _utc(values.moment(name)),
    "date-time-or-empty": lambda values, name: _utc(values.moment(name)),
    "date-time-0-7": lambda values, name: _utc(values.moment(name)),
    "local-date-time": lambda values, name: _utc(values.moment(name))[:-1],
    "local-date-or-date-time": lambda values, name: _utc(values.moment(name))[:10],
    "date": lambda values, name: _utc(values.moment(name))[:10],
    "time": lambda values, name: _utc(values.moment(name))[11:],
    "duration": lambda values, _: f"PT{values.random.randint(1, 59)}M",
    "email": lambda values, _: values.persona.email,
    "idn-email": lambda values, _: values.persona.email,
    "uuid": lambda values, _: str(UUID(int=values.random.getrandbits(128), version=4)),
    "uri": _url,
    "url": _url,
    "uri-reference": _url,
    "iri": _url,
    "iri-reference": _url,
    "hostname": lambda values, _: f"{values.random.choice(_WORDS)}.example.com",
    "idn-hostname": lambda values, _: f"{values.random.choice(_WORDS)}.example.com",
    "ipv4": lambda values, _: f"192.0.2.{values.random.randint(1, 254)}",
    "ipv6": lambda values, _: f"2001:db8::{values.random.randint(1, 9999):x}",
    "byte": lambda _values, _: "Y3JtLW1vY2tz",
    "phone": lambda values, _: values.persona.phone,
    "decimal": lambda values, _: f"{values.random.randint(100, 99_999) / 100:.2f}",
    "json-pointer": lambda _values, _: "/data",
    "relative-json-pointer": lambda _values, _: "1/data",
    "uri-template": lambda _values, _: "https://example.com/{id}",
    "regex": lambda _values, _: "^[a-z]+$",
    "unix-time": lambda values, name: str(int(values.moment(name).timestamp())),
}


def number_by_name(values: NamedValues, name: str, low: Any, high: Any) -> int | None:
    """Return an integer for a member by its name, within bounds; `None` if the name says nothing.

    Args:
        values: the surrounding person and vehicle.
        name: of the member.
        low: minimum; `None` for none.
        high: maximum; `None` for none.
    """
    lower = name.lower()
    value: int | None = None
    if lower.endswith("year"):
        value = values.vehicle.year
    elif lower in ("timestamp", "created", "updated") or lower.endswith(("_at", "_time", "_timestamp", "timestamp")):
        value = int(values.moment(name).timestamp())
    elif lower in ("expires_in", "expiresin"):
        value = 3600
    if value is None or (low is not None and value < low) or (high is not None and value > high):
        return None
    return value
