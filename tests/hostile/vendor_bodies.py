"""Bodies of requests to a vendor: every documented example, mutated."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.conftest import Api
from tests.hostile.attack import Attack, Input
from tests.hostile.mutations import VALUES, as_text, mutated, mutated_bytes, places, replaced
from tests.hostile.trial import Trial, fault_of, operations

_PER_SESSION = 50


class VendorBodies(Attack):
    """A mutated body gets the vendor's response, which its contract documents, and one entry of the journal."""

    def __init__(self, name: str, *, vendor: str) -> None:
        super().__init__(name)
        self._api = Api(vendor)
        self.held.callback(self._api.close)
        self._trial = Trial(self._api, vendor)
        self._operations = {each.id: each for each in operations(vendor)}
        self._tried = 0
        self._examples: list[tuple[str, str, Any]] = [
            (each.id, media_type, example)
            for each in self._operations.values()
            for media_type, media in (each.body.media_types.items() if each.body else ())
            for example in (*media.examples.values(), *self._valid(each.id, media_type))
        ]

    def _valid(self, operation: str, media_type: str) -> list[Any]:
        body = self._trial.valid(self._operations[operation])[1]
        return [json.loads(body)] if "json" in media_type else []

    def make(self, rng: Random) -> Input:
        operation, media_type, example = rng.choice(self._examples)
        text = example if isinstance(example, str) and "json" not in media_type else as_text(mutated(rng, example))
        if rng.random() < 0.2 or isinstance(example, str):
            text = mutated_bytes(rng, text.encode("latin-1", "replace")).decode("latin-1")
        return {"operation": operation, "media_type": media_type, "body": text}

    def leaves(self) -> Iterator[Input]:
        """Yield inputs that replace each leaf of each documented example in turn, each time by the next odd value."""
        odd = itertools.cycle(VALUES)
        for operation, media_type, example in self._examples:
            for place in places(example):
                text = as_text(replaced(example, place, next(odd)))
                yield {"operation": operation, "media_type": media_type, "body": text}

    def fault(self, made: Input) -> str:
        self._tried += 1
        if self._tried % _PER_SESSION == 1:
            self._api.app.mock_app.sessions.reset("default")
        operation = self._operations[made["operation"]]
        request, _, headers = self._trial.valid(operation)
        before = self._api.app.mock_app.sessions.get("default").journal.total
        response = self._api.request(
            **request,
            content=made["body"].encode("latin-1"),
            headers={**headers, "Content-Type": made["media_type"]},
        )
        journal = self._api.app.mock_app.sessions.get("default").journal
        if journal.total != before + 1:
            return f"{journal.total - before} entries in the journal"
        return "; ".join(self._api.last_entry().response_defects)[:300] or fault_of(response, operation)
