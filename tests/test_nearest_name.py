"""Unknown names are answered with the known name that was probably meant."""

from __future__ import annotations

from crm_mocks.nearest_name import did_you_mean, nearest

KNOWN = ["activix", "leadbank", "Config_API"]


def test_the_most_similar_name_is_found_whatever_its_case() -> None:
    assert nearest("Activx", KNOWN) == "activix"
    assert nearest("config-api", KNOWN) == "Config_API"


def test_a_name_that_resembles_none_gets_no_hint() -> None:
    assert nearest("nobody", KNOWN) == ""
    assert did_you_mean("nobody", KNOWN) == ""


def test_the_hint_follows_the_name() -> None:
    assert did_you_mean("leadbnk", KNOWN) == " (did you mean 'leadbank'?)"


def test_the_similarity_can_be_stricter() -> None:
    assert nearest("mock-user", ["mock-created"], 0.8) == ""
