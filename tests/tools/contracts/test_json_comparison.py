import pytest

from tools.contracts.clients.json_comparison import differences


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"a": 1, "b": None}, {"a": 1}),
        ({"a": 1}, {"a": 1.0, "b": []}),
        ({"token": "abc"}, {"token": "***"}),
        ("2024-10-15T09:30:00+02:00", "2024-10-15T07:30:00Z"),
        ("2024-10-15T09:30:00Z", "2024-10-15T09:30:00.000Z"),
        ("", None),
    ],
)
def test_what_models_may_write_otherwise_is_no_difference(given, written):
    assert list(differences(given, written)) == []


@pytest.mark.parametrize(
    ("given", "written", "difference"),
    [
        ({"a": {"b": 1}}, {"a": {}}, "/a/b is None, was 1"),
        ({"a": [1, 2]}, {"a": [1]}, "/a is [1], was [1, 2]"),
        ({"a": True}, {"a": 1}, "/a is 1, was True"),
        ({}, {"a": "x"}, "/a is 'x', was None"),
        ("2024-10-15T09:30:00Z", "2024-10-15T09:31:00Z", " is '2024-10-15T09:31:00Z', was '2024-10-15T09:30:00Z'"),
    ],
)
def test_what_models_lose_change_or_add_is_a_difference(given, written, difference):
    assert list(differences(given, written)) == [difference]
