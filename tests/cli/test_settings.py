"""`crm-mocks settings`."""

from __future__ import annotations

import json

from crm_mocks.cli.settings import SettingDescription, describe_settings
from crm_mocks.vendor import vendor_names
from tests.server.serving import any_vendor, run


def test_the_settings_of_every_vendor_are_described() -> None:
    settings = describe_settings()
    assert list(settings) == ["host", "state", *vendor_names()]
    for vendor in vendor_names():
        assert f"{vendor}.latency_ms" in {each.key for each in settings[vendor]}
    for described in settings.values():
        assert all(each.help.endswith(".") for each in described)


def test_host_limits_are_described_with_all_vendors() -> None:
    assert "host.body_bytes" in {each.key for each in describe_settings()["host"]}
    assert "host" not in describe_settings([any_vendor()])


def test_the_command_prints_json() -> None:
    printed = json.loads(run("settings", any_vendor(), "--json").stdout)
    assert [
        (each["default"], each["process"]) for each in printed[any_vendor()] if each["key"].endswith(".latency_ms")
    ] == [(0, False)]


def test_the_default_output_is_text() -> None:
    assert f"{any_vendor()}.latency_ms  default: 0\n    Delay of every response" in run("settings", any_vendor()).stdout


def _shown(default: object) -> str:
    return SettingDescription("a.b", default, "Help.", process=False, file=False).shown_default


def test_defaults_are_shown_as_they_are_written() -> None:
    assert [_shown(each) for each in (True, 0, "", None, [44, 66], [{"a": 1}], {"a": 1}, "off")] == [
        "true",
        "0",
        "none",
        "none",
        "44,66",
        "built in",
        "built in",
        "off",
    ]
