"""JSON Patches that are malformed, or would take time or memory without end."""

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


@pytest.mark.parametrize("index", ["1" * 5000, "9" * 18, "-1", "1_0", "²", "01", "3"])
def test_a_json_patch_with_an_impossible_index_does_not_fit(index: str) -> None:
    for op in ("replace", "remove"):
        with pytest.raises(PatchFailure):
            patch({"a": [1, 2]}, [{"op": op, "path": f"/a/{index}", "value": 3}])


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ({"op": "remove", "path": ""}, "whole record"),
        ({"op": "move", "from": "", "path": "/b"}, "whole record"),
        ({"op": "move", "from": "", "path": ""}, "whole record"),
        ({"op": "move", "path": "name"}, "no from"),
        ({"op": "copy", "path": "/b"}, "no from"),
        ({"op": "copy", "from": 5, "path": "/b"}, "no JSON Pointer"),
        ({"op": "add", "path": "/b"}, "no value"),
        ({"op": "replace", "path": "/a"}, "no value"),
        ({"op": "test", "path": "/a"}, "no value"),
        ({"op": "add", "path": "b", "value": 1}, "no JSON Pointer"),
        ({"op": "add", "path": "/~2", "value": 1}, "no JSON Pointer"),
        ({"op": "add", "path": "/a/9", "value": 1}, "has no /a/9"),
        ({"op": ["add"], "path": "/b", "value": 1}, "no operation"),
        ({"path": "/b"}, "no operation"),
        ({"op": "add", "path": 5, "value": 1}, "no path"),
        ("add", "no path"),
    ],
)
def test_a_malformed_operation_of_a_json_patch_is_refused(operation: object, message: str) -> None:
    with pytest.raises(PatchFailure, match=message):
        patch({"a": [1]}, [operation])


def test_operations_of_a_json_patch_change_the_record() -> None:
    operations = [
        {"op": "test", "path": "/a/0", "value": 1},
        {"op": "add", "path": "/a/1", "value": 2},
        {"op": "add", "path": "/~0~1", "value": None},
        {"op": "move", "from": "/a/0", "path": "/b"},
        {"op": "replace", "path": "", "value": {"c": {"d": 1}}},
        {"op": "remove", "path": "/c/d"},
    ]
    assert patch({"a": [1]}, operations[:4]) == {"a": [2], "~/": None, "b": 1}
    assert patch({"a": [1]}, operations) == {"c": {}}
