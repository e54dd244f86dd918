"""JSON Patches that would take time or memory without end."""

from __future__ import annotations

import pytest

from crm_mocks.generic.changes import PatchFailure, patch


def test_the_copies_of_a_json_patch_have_a_limit() -> None:
    operations = [{"op": "copy", "from": "", "path": f"/x{number}"} for number in range(64)]
    with pytest.raises(PatchFailure, match="copies more than"):
        patch({"a": 1}, operations)
    assert patch({"a": 1}, operations[:2]) == {"a": 1, "x0": {"a": 1}, "x1": {"a": 1, "x0": {"a": 1}}}


def test_a_json_patch_cannot_nest_a_record_without_end() -> None:
    with pytest.raises(PatchFailure, match="too deeply"):
        patch({}, [{"op": "add", "path": "/a" * level, "value": {}} for level in range(1, 600)])


@pytest.mark.parametrize("index", ["1" * 5000, "9" * 18, "-1", "1_0", "²"])
def test_a_json_patch_with_an_impossible_index_does_not_fit(index: str) -> None:
    for op in ("replace", "remove"):
        with pytest.raises(PatchFailure):
            patch({"a": [1, 2]}, [{"op": op, "path": f"/a/{index}", "value": 3}])
