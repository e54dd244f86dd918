"""Bodies of outcomes without state: documented examples, mended if they break their schema, and generated ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crm_mocks.contract import Operation, Outcome
from crm_mocks.contract.directions import WRITE_ONLY
from crm_mocks.generic.error_bodies import RefusalReason, filled
from crm_mocks.generic.fitting import fitted
from crm_mocks.generic.record_models import DocumentedOperation
from crm_mocks.generic.record_values import without_marked
from crm_mocks.generic.resources import OperationRole
from crm_mocks.generic.response_schemas import response_schema
from crm_mocks.generic.schema_views import SchemaViews
from crm_mocks.generic.values import make_value
from crm_mocks.state.seeded_values import SeededValues

MadeOnce = Callable[[tuple[Any, ...], Callable[[], Any]], Any]
"""Returns what was made for a key before, else makes it."""


class ExampleBodies:
    """Bodies of the outcomes of one contract."""

    def __init__(
        self,
        views: SchemaViews,
        nodes: Mapping[str, DocumentedOperation],
        roles: Mapping[str, OperationRole],
        made_once: MadeOnce,
    ) -> None:
        self._views = views
        self._nodes = nodes
        self._roles = roles
        self._made_once = made_once

    def of(self, operation: Operation, outcome: Outcome, media_type: str, seeded: SeededValues) -> Any:
        """Return the body of an outcome, the same object each time.

        Args:
            operation: of the outcome.
            outcome: the outcome.
            media_type: one of the outcome's.
            seeded: source of generated values.
        """
        documented = outcome.value.get(media_type)

        def make() -> Any:
            if outcome.generated:
                return self.generated(operation, outcome, media_type, seeded, 1)
            return self._mended(operation, outcome, media_type, seeded, documented)

        return self._made_once((operation.id, outcome.name, media_type, seeded.seed, seeded.session), make)

    def _mended(
        self, operation: Operation, outcome: Outcome, media_type: str, seeded: SeededValues, documented: Any
    ) -> Any:
        """Return a documented example, without what breaks its own schema if it can be mended."""
        response = operation.responses.get(outcome.status)
        validator = response.validators.get(media_type) if response is not None else None
        schema = response_schema(self._views.document, self._nodes[operation.id].node, outcome.status, media_type)
        if schema is not None and outcome.is_success:
            documented = without_marked(self._views.of(schema), documented, WRITE_ONLY)
        if validator is None or validator.is_valid(documented):
            return documented
        body = fitted(documented, self.generated(operation, outcome, media_type, seeded, 1), validator)
        return body if validator.is_valid(body) else documented

    def generated(
        self,
        operation: Operation,
        outcome: Outcome,
        media_type: str,
        seeded: SeededValues,
        ordinal: int,
        *,
        examples: bool = True,
    ) -> Any:
        """Return a body that is made from the schema.

        Args:
            operation: of the outcome.
            outcome: the outcome.
            media_type: one of the outcome's.
            seeded: source of generated values.
            ordinal: number of the body among those of its outcome.
            examples: use examples of schemas.
        """
        schema = response_schema(self._views.document, self._nodes[operation.id].node, outcome.status, media_type)
        response = operation.responses.get(outcome.status)
        validator = response.validators.get(media_type) if response is not None else None
        name = f"{operation.id} {outcome.name} {ordinal}"
        role = self._roles.get(operation.id)
        body = make_value(
            self._views.document,
            {} if schema is None else schema,
            lambda attempt: seeded.random(name, attempt),
            validator=validator,
            owner=role.resource.name if role else _last_word(operation.path),
            examples=examples,
        )
        if outcome.status >= 400:
            reason = RefusalReason(outcome.status, RefusalReason(outcome.status, "").title, is_example=True)
            return fitted(filled(body, reason, generated=True), body, validator)
        sent = body if schema is None else without_marked(self._views.of(schema), body, WRITE_ONLY)
        return sent if validator is None or validator.is_valid(sent) else body


def _last_word(path: str) -> str:
    """Return the last segment of a path that is no parameter; empty if there is none."""
    return next((each for each in reversed(path.split("/")) if each and "{" not in each), "")
