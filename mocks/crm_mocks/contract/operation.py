"""Operations of a contract: those of a contract that has been compiled before are compiled when they are first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import msgspec

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.members import BodyMembers, members_of
from crm_mocks.contract.outcome import DocumentedResponse, Outcome
from crm_mocks.contract.parameter import Parameter
from crm_mocks.contract.position_marks import SchemaMarks
from crm_mocks.contract.schema_validator import Compiled, SchemaValidator
from crm_mocks.contract.shape import BodyShape, body_shape
from crm_mocks.errors import ContractError

if TYPE_CHECKING:
    from crm_mocks.contract.operation_reader import OperationReader

ANY_STATUS: Final = "x-status-ranges"
"""Extension of a supplied operation: the status whose response stands for all others that begin with a digit."""

UNVALIDATED: Final = "x-unvalidated"
"""Extension of a media type: its schema describes data that the product cannot read, such as XML."""

RESULT: Final = "x-result"
"""Extension of an example that states whether it is a success or a refusal, where the status does not."""


@dataclass(frozen=True)
class MediaType:
    """A media type that a request body may have.

    Attributes:
        compile, compile_quiet: make `validator` and `quiet`.
        encoding: by property, for forms (`encoding` of OpenAPI).
    """

    name: str
    compile: Callable[[], SchemaValidator] = field(repr=False)
    compile_quiet: Callable[[BodyShape], Compiled] = field(repr=False)
    examples: dict[str, Any]
    schema: Any = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)
    marks: SchemaMarks = field(repr=False)
    encoding: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def validator(self) -> SchemaValidator:
        """The compiled schema."""
        return self.compile()

    @cached_property
    def shape(self) -> BodyShape:
        """Known members."""
        return body_shape(self.document, self.schema)

    @cached_property
    def quiet(self) -> Compiled:
        """Accepts bodies that match the schema and give no notice; see `BodyShape.notices`."""
        return self.compile_quiet(self.shape)

    @cached_property
    def members(self) -> BodyMembers:
        """Documented members."""
        return members_of(self.document, self.schema)


class RequestBody(msgspec.Struct, frozen=True):
    """The request body of an operation.

    Attributes:
        default_media_type: media type of a body without Content-Type, or `None` if Content-Type is required.
        basis: "document" or the id of the position that makes a body required.
        media_types_basis: likewise, for the refusal of other media types.
    """

    required: bool
    media_types: Mapping[str, MediaType]
    default_media_type: str | None
    basis: str = DOCUMENT
    media_types_basis: str = DOCUMENT

    @property
    def examples(self) -> dict[str, tuple[MediaType, Any]]:
        """Example requests by name, with the first media type that has each."""
        examples: dict[str, tuple[MediaType, Any]] = {}
        for media_type in self.media_types.values():
            for name, value in media_type.examples.items():
                examples.setdefault(name, (media_type, value))
        return examples


@dataclass(frozen=True)
class Operation:
    """One operation of one vendor.

    Attributes:
        key: `<vendor>.<operationId>`.
        security: the contract's alternatives, each a mapping of scheme name to scopes.
        scopes: scopes that the credential must have (`x-required-scopes`).
        security_basis: "document" or the id of the position that makes credentials required.
        deprecated: whether the operation is deprecated.
    """

    id: str
    key: str
    vendor: str
    method: str
    path: str
    summary: str
    security: tuple[Mapping[str, list[str]], ...]
    scopes: tuple[str, ...]
    node: Mapping[str, Any] = field(repr=False)
    shared: tuple[Any, ...] = field(repr=False)
    reader: OperationReader = field(repr=False)
    security_basis: str = DOCUMENT
    deprecated: bool = False

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Parameters of the path and of the operation."""
        return self.reader.parameters([*self.shared, *self.node.get("parameters", ())])

    @cached_property
    def body(self) -> RequestBody | None:
        """The request body; `None` if the operation takes none."""
        return self.reader.request_body(self.node.get("requestBody"))

    @cached_property
    def _responses(self) -> tuple[dict[int, DocumentedResponse], dict[str, Outcome]]:
        return self.reader.responses(self.node, self.id)

    @cached_property
    def responses(self) -> dict[int, DocumentedResponse]:
        """Documented responses by status."""
        return self._responses[0]

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """Outcomes by name."""
        return self._responses[1]

    def compile(self) -> None:
        """Compile all parts now, so that a mistake in a new contract is found at the start.

        Raises:
            ContractError: the contract is inconsistent.
        """
        validators: list[Any] = [each.validator for each in self.parameters]
        if self.body is not None:
            validators += [each.validator for each in self.body.media_types.values()]
        for response in self.responses.values():
            validators += [*response.validators.values(), *(each.validator for each in response.headers)]

    def response(self, status: int) -> DocumentedResponse | None:
        """Return the documented response of a status: that of the status itself, of its range, or the default one."""
        return self.responses.get(status) or self.responses.get(
            self.node.get(ANY_STATUS, {}).get(f"{status // 100}", 0)
        )

    def first_outcome(self, status: int) -> Outcome | None:
        """Return the first documented outcome of a status."""
        return next((outcome for outcome in self.outcomes.values() if outcome.status == status), None)

    def outcome_for_code(self, status: str) -> Outcome | None:
        """Return the first documented outcome of a status written by a client, which may be any string."""
        return next((outcome for outcome in self.outcomes.values() if str(outcome.status) == status), None)

    @cached_property
    def magic_numbers(self) -> tuple[str, ...]:
        """The magic values of outcomes that are no words, as digits."""
        return tuple(str(each.magic) for each in self.outcomes.values() if each.magic is not None)

    def success(self) -> Outcome:
        """Return the first success of the lowest status; a redirect where the contract documents nothing else.

        Raises:
            ContractError: the contract documents no success.
        """
        successes = [outcome for outcome in self.outcomes.values() if outcome.is_success] or [
            outcome for outcome in self.outcomes.values() if 300 <= outcome.status < 400
        ]
        if not successes:
            raise ContractError(f"{self.key} documents no success")
        return min(successes, key=lambda outcome: outcome.status)
