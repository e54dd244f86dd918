"""What the contract documents of an operation's requests and responses, prepared for redaction."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import jsonschema_rs

from crm_mocks.contract import Operation
from crm_mocks.contract.outcome import DocumentedResponse
from crm_mocks.contract.parameter import Parameter
from crm_mocks.parsing.bounded_cache import BoundedResults
from crm_mocks.redaction.documented import ANYTHING, NOTHING, Documented, DocumentedBuilder, documented_by
from crm_mocks.redaction.name_rules import NameRules, Treatment

_MAX_BODIES: Final = 4096
_PASSWORD: Final = "password"  # noqa: S105  # a format

_PROBLEM_TYPE: Final = "application/problem+json"

PROBLEM: Final = Documented(members={name: Documented() for name in ("type", "title", "status", "detail", "instance")})
"""Problem details (RFC 9457), as the host itself sends them."""


class BodyParts:
    """What is documented of a body.

    Attributes:
        documented: its members.
        has_only_harmless: there is nothing to redact in any body that breaks no rule and gives no notice.
    """

    def __init__(self, documented: Documented, rules: NameRules) -> None:
        self.documented = documented
        self.has_only_harmless = documented.has_only_harmless(rules)
        self._rules = rules

    @cached_property
    def validator(self) -> jsonschema_rs.Draft4Validator:
        """Accepts bodies in which there is nothing to redact."""
        return self.documented.clean(self._rules)


class DocumentedBodies:
    """What is documented of bodies by schema, which operations share, above all those of errors."""

    def __init__(self, rules: NameRules) -> None:
        """Prepare.

        Args:
            rules: what names say.
        """
        self._rules = rules
        self._known: dict[tuple[int, str], BodyParts] = {}
        self._builders: dict[int, tuple[Any, DocumentedBuilder]] = {}

    def of(self, document: Mapping[str, Any], schema: Any) -> BodyParts:
        """Return what a schema documents.

        Args:
            document: the contract in force.
            schema: schema object or reference.
        """
        key = id(document), repr(schema)
        if key not in self._known:
            if len(self._known) >= _MAX_BODIES:
                self._known.clear()
                self._builders.clear()
            _, builder = self._builders.setdefault(id(document), (document, DocumentedBuilder(document)))
            self._known[key] = BodyParts(builder.built(schema), self._rules)
        return self._known[key]


class OperationParts:
    """What is documented of one operation; of a request that matches none, nothing is.

    Attributes:
        headers: treatment of headers by name as sent.
        query: documented parameters.
        template: segments of the path.
    """

    def __init__(
        self, rules: NameRules, bodies: DocumentedBodies, operation: Operation | None = None, *, is_open: bool = False
    ) -> None:
        """Prepare an operation; bodies are prepared when they are first met.

        Args:
            rules: what names say.
            bodies: what is documented of bodies.
            operation: the operation; `None` for requests that match none.
            is_open: there is no contract: only names and values decide what is secret.
        """
        self._rules = rules
        self._bodies = bodies
        self._operation = operation
        self._default = ANYTHING if is_open else NOTHING
        parameters = operation.parameters if operation is not None else ()
        self.headers = _HeaderTreatments(rules, is_open=is_open)
        self.headers.document(each for each in parameters if each.place == "header")
        self.query = self._default if is_open else _fields(parameters, "query")
        self._path = _fields(parameters, "path")
        self.template = operation.path.split("/") if operation is not None else []
        self._requests: dict[str, BodyParts] = {}
        self._responses: dict[tuple[int, str], BodyParts] = {}
        self._prepared_responses: dict[tuple[int, str], BodyParts] = {}

    def is_plain_path(self, path: str) -> bool:
        """Return whether there is nothing to redact in the path."""
        return self._operation is not None and path == self._operation.path

    def is_secret_segment(self, number: int) -> bool | None:
        """Return whether a segment of the template is a credential; `None` if it is no parameter."""
        name = self.template[number]
        if "{" not in name:
            return None
        inner = name[name.index("{") + 1 : name.index("}")] if "}" in name else ""
        known = self._path.members.get(inner)
        treatment = self._rules.treatment(inner)
        if treatment is Treatment.SHOWN:
            return False
        return treatment in (Treatment.SECRET, Treatment.HIDDEN) or (known is not None and known.is_secret)

    def request(self, media_type: str) -> BodyParts:
        """Return what is documented of a request body.

        In a body of another media type, the members of the first documented one are known as well.
        """
        known = self._requests.get(media_type)
        if known is None:
            body = self._operation.body if self._operation is not None else None
            types = body.media_types if body is not None else {}
            if media_type not in types:  # clients may send any number of others
                media_type = next(iter(types), "")
                if media_type in self._requests:
                    return self._requests[media_type]
            about = types.get(media_type)
            known = self._prepared(self._default) if about is None else self._bodies.of(about.document, about.schema)
            self._requests[media_type] = known
        return known

    def documents(self, media_type: str) -> bool:
        """Return whether a media type of requests is documented."""
        body = self._operation.body if self._operation is not None else None
        return self._default.is_open or (body is not None and media_type in body.media_types)

    def documents_response(self, status: int, media_type: str) -> bool:
        """Return whether a media type of responses with a status is documented."""
        return self._default.is_open or media_type in getattr(self._response(status), "schemas", ())

    def response(self, status: int, media_type: str) -> BodyParts:
        """Return what is documented of a response body."""
        known = self._responses.get((status, media_type))
        return self._response_parts(status, media_type) if known is None else known

    def _response_parts(self, status: int, media_type: str) -> BodyParts:
        response = self._response(status)
        schemas: Mapping[str, Any] = response.schemas if response is not None else {}
        kind = media_type if media_type in schemas else next(iter(schemas), "")  # others are without number
        if response is not None:
            self.headers.document(response.headers)
        elif media_type == _PROBLEM_TYPE and not self._default.is_open:
            kind = media_type
        known = self._prepared_responses.get((id(response), kind))
        if known is None:
            if kind in schemas and self._operation is not None:
                known = self._bodies.of(self._operation.reader.document, schemas[kind])
            else:
                known = self._prepared(PROBLEM if response is None and kind else self._default)
            self._prepared_responses[id(response), kind] = known
        if kind == media_type and len(self._responses) < _MAX_BODIES:
            self._responses[status, media_type] = known
        return known

    def _response(self, status: int) -> DocumentedResponse | None:
        return self._operation.response(status) if self._operation is not None else None

    def _prepared(self, documented: Documented) -> BodyParts:
        return BodyParts(documented, self._rules)


class _HeaderTreatments(BoundedResults[Treatment]):
    """Treatment of headers by name, as sent."""

    def __init__(self, rules: NameRules, *, is_open: bool) -> None:
        super().__init__(self._treatment)
        self._rules = rules
        self._is_open = is_open
        self._documented: set[str] = set()

    def document(self, parameters: Any) -> None:
        """Add the headers that the contract documents."""
        names = {each.name.lower() for each in parameters if each.schema.get("format") != _PASSWORD}
        if not names <= self._documented:
            self._documented |= names
            self.clear()

    def _treatment(self, name: str) -> Treatment:
        treatment = self._rules.header_treatment(name)
        if treatment is Treatment.UNKNOWN:
            is_documented = self._is_open or name.lower() in self._documented
            return Treatment.CHECKED if is_documented else Treatment.HIDDEN
        return treatment


def _fields(parameters: Any, place: str) -> Documented:
    """Return the parameters of a place as members."""
    return Documented(members={each.name: _parameter(each) for each in parameters if each.place == place})


def _parameter(parameter: Parameter) -> Documented:
    return documented_by(parameter.document, parameter.schema) if parameter.schema else Documented()
