"""The sender of any contract with webhooks or callbacks: sends their examples, or bodies made from their schemas."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Final

import orjson

from crm_mocks.contract import ContractFile, Operation
from crm_mocks.contract.outcome import is_json
from crm_mocks.errors import UsageError
from crm_mocks.generic.values import make_value
from crm_mocks.generic.vendor import GenericVendor
from crm_mocks.vendor.base import Vendor
from crm_mocks.vendor.sender import Headers, Push, PushCase, Sender, SenderContext

WEBHOOKS: Final = "x-webhooks"
"""Member of an adapted contract with its webhooks and callbacks by name."""


class WebhookSender(Sender):
    """Sends the webhooks of a contract: the first one by default, all of them when a receiver is examined.

    A vendor's `sender.py` subclasses it to send another webhook, or to authenticate what it sends.

    Attributes:
        operation: name of the webhook that is sent by default; empty for the contract's first.

    Example:
        class TheirSender(WebhookSender):
            operation = "contactCreated"
            credentials = {"secret": "shared with the receiver"}

            def authentication(self, body, token):
                return (("X-Signature", sign(self.context.credentials["secret"], body)),)
    """

    operation = ""
    credentials: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def receiver(cls, vendor: Vendor) -> Vendor:
        """Return a vendor whose operations are the webhooks."""
        return receiver_of(vendor)

    def __init__(self, context: SenderContext) -> None:
        super().__init__(context)
        self.operation = self.operation or next(iter(context.contract.operations))

    def example(self) -> Any:
        """Return the example of the webhook; a body made from its schema if it has none."""
        return self._body(self._operation(self.operation), 0)

    def generated(self, number: int) -> Any:
        """Return a body made from the schema."""
        return self._body(self._operation(self.operation), number)

    def completed(self, record: Any) -> Any:
        """Return a user's body unchanged."""
        return record

    def push(self, record: Any) -> Push:
        """Return the request that sends a body."""
        return self._push(self._operation(self.operation), record)

    def token_request(self) -> Push | None:
        """Return nothing: no token is needed."""
        return None

    def authentication(self, body: bytes, token: str) -> Headers:
        """Return no headers: contracts do not say how webhooks are authenticated."""
        return ()

    def hidden(self) -> Iterable[str]:
        """Return the user's credentials."""
        return self.context.credentials.values()

    def cases(self, accepted: Any = None) -> Iterator[PushCase]:
        """Yield each webhook, which the receiver must accept."""
        for operation in self.context.contract.operations.values():
            name = operation.id.replace("_", "-")
            about = operation.summary[:1].lower() + operation.summary[1:] or "the webhook as documented"
            successes = tuple(each.name for each in operation.outcomes.values() if 200 <= each.status < 300)
            push = dataclasses.replace(self._push(operation, self._body(operation, 0)), outcomes=successes)
            yield PushCase(name, about, (push,))

    def _operation(self, name: str) -> Operation:
        operations = self.context.contract.operations
        if name not in operations:
            raise UsageError(f"the contract has no webhook '{name}': it has {', '.join(operations)}")
        return operations[name]

    def _push(self, operation: Operation, body: Any) -> Push:
        media_type = self._media_type(operation)
        name = "" if operation.id == self.operation else operation.id
        if not media_type:
            return Push(b"", operation=name)
        raw = body.encode() if isinstance(body, str) and not is_json(media_type) else orjson.dumps(body)
        return Push(raw, (("Content-Type", media_type),), operation=name)

    @staticmethod
    def _media_type(operation: Operation) -> str:
        names = operation.body.media_types if operation.body is not None else {}
        return next(filter(is_json, names), next(iter(names), ""))

    def _body(self, operation: Operation, number: int) -> Any:
        """Return the example of a webhook for number 0, else a generated body."""
        media_type = self._media_type(operation)
        if operation.body is None or not media_type:
            return None
        examples = operation.body.media_types[media_type].examples
        if examples and number == 0:
            return next(iter(examples.values()))
        document = self.context.contract.document
        node = document["paths"][operation.path][operation.method.lower()]
        schema = node["requestBody"]["content"][media_type].get("schema", {})
        seeded = self.context.seeded
        return make_value(
            document,
            schema,
            lambda attempt: seeded.random(f"{operation.id} {number}", attempt),
            validator=operation.body.media_types[media_type].validator,
            examples=number == 0,
        )


@cache
def receiver_of(vendor: Vendor) -> Vendor:
    """Return a vendor whose operations are the webhooks and callbacks of another.

    Raises:
        UsageError: its contract has none.
    """
    contract = vendor.contract_file.in_force(vendor.settings_type())
    webhooks: Mapping[str, Any] = contract.document.get(WEBHOOKS, {})
    if contract.supplied is None or not webhooks:
        raise UsageError(f"the contract of {vendor.name} has no webhooks")
    paths = {f"/{name}": {each["method"].lower(): _operation_node(name, each)} for name, each in webhooks.items()}
    document = {**contract.document, "paths": paths, "security": []}
    return GenericVendor(
        vendor.name, ContractFile.supplied(vendor.name, dataclasses.replace(contract.supplied, document=document))
    )


def _operation_node(name: str, webhook: Mapping[str, Any]) -> dict[str, Any]:
    node = {key: webhook[key] for key in ("summary", "responses", "requestBody") if webhook.get(key) is not None}
    return {**node, "operationId": name}
