"""Clients that are weak in one thing each, as people write them: `persistent.py` has one of them if it is told to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import requests
import urllib3

from config_api_client import ConfigApi, Refused, Unavailable


# weakness: first_member (member order)
# The id is taken to come first, as it does in the document's example. JSON knows no order of members.
# fixed by: id_in in config_api_client.py
class FirstMember(ConfigApi):
    """Reads what comes as if it were a row of a table."""

    def id_in(self, created: Mapping[str, Any]) -> int:
        """See the class."""
        return super().id_in({"id": next(iter(created.values()), None)})


# weakness: two_spellings (header names)
# The headers are made a plain dict, and looked up in the spellings that have come so far. Any case is right.
# fixed by: object_in in config_api_client.py
class TwoSpellings(ConfigApi):
    """Looks for the media type."""

    def body_of(self, answer: requests.Response) -> bytes:
        """See the class."""
        headers = dict(answer.headers)
        media_type = headers["content-type"] if "content-type" in headers else headers["Content-Type"]
        if "json" not in media_type.lower():
            raise Unavailable(f"the answer is {media_type}")
        return super().body_of(answer)


# weakness: content_length (chunked body)
# The body is read by its length, which is not told where a proxy hands it on in chunks.
# fixed by: body_of in config_api_client.py
class ContentLength(ConfigApi):
    """Reads as many bytes as are announced."""

    def body_of(self, answer: requests.Response) -> bytes:
        """See the class."""
        return answer.raw.read(int(answer.headers["Content-Length"]), decode_content=True)


# weakness: error_code (absent member)
# Every refusal is taken to have a code. The contract has only the message always there.
# fixed by: refusal in config_api_client.py
class ErrorCode(ConfigApi):
    """Reads all that the examples of the document have."""

    def refusal(self, status: int, error: Mapping[str, Any]) -> Refused:
        """See the class."""
        return Refused(status, error["errorCode"], error.get("errorMessage", ""), error.get("reference"))


# weakness: strict_members (unknown member)
# A class with the documented members is made of the answer. The CRM may add a member on any day.
# fixed by: id_in in config_api_client.py
class StrictMembers(ConfigApi):
    """Has a class for what comes."""

    @dataclass
    class Created:
        """What the document has of a lead that was created."""

        id: int | None = None
        customerId: int | None = None  # noqa: N815  # as the CRM has it
        uuid: str | None = None
        customerNumber: str | None = None  # noqa: N815  # as the CRM has it

    def id_in(self, created: Mapping[str, Any]) -> int:
        """See the class."""
        return super().id_in({"id": self.Created(**created).id})


# weakness: known_modes (unknown enum value)
# A mode that is not in the document of today is an error, although one of them is all that matters.
# fixed by: wants in config_api_client.py
class KnownModes(ConfigApi):
    """Has an enum of the modes."""

    class Mode(StrEnum):
        """What the document has."""

        INACTIVE = "INACTIVE"
        OPTIONAL = "OPTIONAL"
        MANDATORY = "MANDATORY"

    def wants(self, mode: Any) -> bool:
        """See the class."""
        return mode is not None and self.Mode(mode) is self.Mode.MANDATORY


# weakness: id_as_float (number width)
# The id goes through a float, which has 53 bits for it. Larger ids come out as others.
# fixed by: id_in in config_api_client.py
class IdAsFloat(ConfigApi):
    """Takes every number for a float, as spreadsheets do."""

    def id_in(self, created: Mapping[str, Any]) -> int:
        """See the class."""
        return int(float(super().id_in(created)))


# weakness: field_by_field (array size)
# The fields are gone through by recursion, which ends at a thousand. A studio may have more of them.
# fixed by: mandatory_fields in config_api_client.py
class FieldByField(ConfigApi):
    """Takes the first of the fields, then the rest."""

    def mandatory_fields(self, fields: Any) -> set[str]:
        """See the class."""
        if not isinstance(fields, list) or not fields:
            return set()
        return super().mandatory_fields(fields[:1]) | self.mandatory_fields(fields[1:])


# weakness: half_an_answer (truncated body)
# What cannot be read as JSON is searched for the id. It may stand in an answer of which the rest, or a digit, is lost.
# fixed by: object_in in config_api_client.py
class HalfAnAnswer(ConfigApi):
    """Makes the best of what comes."""

    def object_in(self, body: bytes) -> dict[str, Any]:
        """See the class."""
        try:
            return super().object_in(body)
        except Unavailable:
            found = re.search(rb'"id" *: *(-?[0-9]+)', body)
            if not found:
                raise
            return {"id": int(found[1])}


# weakness: only_timeouts (broken connection)
# Connections are taken to fail by being slow. They are refused and reset as well.
# fixed by: exchange in config_api_client.py
class OnlyTimeouts(ConfigApi):
    """Knows one exception of the library."""

    def exchange(self, method: str, path: str, body: Any) -> tuple[requests.Response, bytes]:
        """See the class."""
        try:
            with self.request(method, path, body) as answer:
                return answer, self.body_of(answer)
        except (requests.Timeout, urllib3.exceptions.HTTPError) as error:
            raise Unavailable(str(error)) from error


# weakness: no_time_limit (hang)
# The library is taken to have a time limit of its own. It waits for ever.
# fixed by: request in config_api_client.py
class NoTimeLimit(ConfigApi):
    """Waits until an answer comes."""

    def request(self, method: str, path: str, body: Any) -> requests.Response:
        """See the class."""
        return self._session.request(method, self._base_url + path, json=body, stream=True)


WEAKNESSES: dict[str, type[ConfigApi]] = {
    "first_member": FirstMember,
    "two_spellings": TwoSpellings,
    "content_length": ContentLength,
    "error_code": ErrorCode,
    "strict_members": StrictMembers,
    "known_modes": KnownModes,
    "id_as_float": IdAsFloat,
    "field_by_field": FieldByField,
    "half_an_answer": HalfAnAnswer,
    "only_timeouts": OnlyTimeouts,
    "no_time_limit": NoTimeLimit,
}
