"""Reading and changing settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm_mocks.settings import setting_infos
from tests.admin.conftest import Control, refused
from tests.conftest import Api

ODD_VALUES: list[Any] = [
    None,
    True,
    -1,
    2**63,
    1.5,
    1e308,
    "",
    "on",
    "٣",
    "-",
    "1" * 5000,
    "/etc/passwd",
    "../x.yaml",
    [],
    [None],
    [[]],
    [1e308],
    ["a"],
    {},
    {"a": {"b": []}},
    {"": None},
]


def test_a_session_never_used_shows_what_sessions_start_with(control: Control) -> None:
    assert control.get("settings?session=new").json()["toy"] == {"latency_ms": 0}
    assert control.mock_app.sessions.find("new") is None


def test_limits_of_the_host_are_shown_and_cannot_be_changed(control: Control) -> None:
    assert control.get("settings").json()["host"]["body_bytes"] == 8 * 1024**2
    response = control.put("settings", {"host.body_bytes": 1})
    assert response.status_code == 400
    assert "whole process" in response.json()["detail"]


@pytest.mark.parametrize("body", [{"toy.latency_ms": 20}, {"toy": {"latency_ms": "20"}}])
def test_both_forms_of_a_body_change_a_session(control: Control, body: Any) -> None:
    response = control.put("settings?session=slow", body)
    assert (response.status_code, response.json()["toy"]) == (200, {"latency_ms": 20})
    assert control.get("settings?session=slow").json()["toy"]["latency_ms"] == 20


def test_other_sessions_keep_their_settings(control: Control) -> None:
    control.put("settings?session=slow", {"toy.latency_ms": 20})
    assert control.get("settings").json()["toy"]["latency_ms"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"toy.latency_ms": 20, "toy.nothing": 1},
        {"toy.latency_ms": 20, "nobody.latency_ms": 1},
        {"toy.latency_ms": 20, "toy": 5},
        {"toy.latency_ms": 20, "latency_ms": 5},
        {"toy": {"latency_ms": -1}},
        {".": 1},
        [],
        "x",
    ],
)
def test_one_invalid_setting_is_refused_and_changes_none(control: Control, body: Any) -> None:
    refused(control.put("settings", body))
    assert control.get("settings").json()["toy"] == {"latency_ms": 0}


def test_every_setting_of_every_vendor_withstands_odd_values(api: Callable[..., Api]) -> None:
    all_vendors = Control(api())
    for vendor, values in all_vendors.mock_app.settings.items():
        for name in setting_infos(type(values)):
            for odd in ODD_VALUES:
                response = all_vendors.put("settings?session=odd", {f"{vendor}.{name}": odd})
                assert response.status_code in (200, 400), f"{vendor}.{name} = {odd!r:.50}: {response.text}"
                if response.is_success:  # a value that is refused changes nothing
                    assert all_vendors.get("vendors?session=odd").status_code == 200
            all_vendors.post("reset", {"session": "odd"})


def with_mark(control: Control, mark: str) -> list[str]:
    """Return the keys of all settings with a mark: `process` or `file`."""
    return [
        f"{section}.{name}"
        for section, values in control.mock_app.settings.items()
        for name, info in setting_infos(type(values)).items()
        if getattr(info, mark)
    ]


def test_settings_of_the_whole_process_cannot_be_changed_for_a_session(api: Callable[..., Api]) -> None:
    all_vendors = Control(api())
    keys = with_mark(all_vendors, "process")
    assert "host.body_bytes" in keys
    for key in keys:
        assert "at start" in refused(all_vendors.put("settings", {key: "/x"}))


def test_a_setting_that_is_a_file_at_start_takes_no_path_here(api: Callable[..., Api]) -> None:
    all_vendors = Control(api())
    keys = with_mark(all_vendors, "file")
    assert "config_api.lead_config" in keys
    for key in keys:
        assert "not a path" in refused(all_vendors.put("settings", {key: "/etc/passwd"}))
