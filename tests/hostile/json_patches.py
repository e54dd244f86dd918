"""JSON Patches for a record of a supplied contract: each fits, or is refused, and leaves the record as it was."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from crm_mocks.generic.changes import PatchFailure, patch
from crm_mocks.parsing.json_members import is_serializable
from tests.hostile.attack import Attack, Input
from tests.hostile.mutations import TEXTS, VALUES, mutated

RECORD: dict[str, Any] = {"id": "1", "name": "Ada", "tags": ["a", "b"], "": 1, "a/b~": {"c": [[]]}}
_OPERATIONS = ("add", "remove", "replace", "move", "copy", "test", "Add", "", None, ["add"])
_POINTERS = (
    "", "", "", "/", "/name", "/tags", "/tags/-", "/tags/0", "/tags/2", "/tags/01", "/tags/-1", "/a~1b~0/c/0",
    "/a~1b~0/c/0/-", "/~2", "name", "/name/x", "/no/such", "/" + "a/" * 300, "/tags/" + "9" * 5000, 5, None,
)  # fmt: skip


class JsonPatches(Attack):
    """A patch of some operations, some of them mutated."""

    def make(self, rng: Random) -> Input:
        operations = [self._operation(rng) for _ in range(rng.choice((1, 1, 2, 3, 40)))]
        return {"patch": mutated(rng, operations) if rng.random() < 0.3 else operations}

    @staticmethod
    def _operation(rng: Random) -> dict[str, Any]:
        made = {
            "op": rng.choice(_OPERATIONS),
            "path": rng.choice((*_POINTERS, *_POINTERS, *TEXTS)),
            "from": rng.choice(_POINTERS),
            "value": rng.choice(VALUES),
        }
        return {name: value for name, value in made.items() if rng.random() < 0.9}

    def fault(self, made: Input) -> str:
        record = copy.deepcopy(RECORD)
        try:
            changed = patch(record, made["patch"])
        except PatchFailure as failure:
            return "" if str(failure) else "a refusal without a reason"
        finally:
            if record != RECORD:
                raise AssertionError("the record itself was changed")
        return "" if is_serializable(changed) else "the record cannot be stored"
