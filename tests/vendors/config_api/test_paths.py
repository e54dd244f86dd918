"""Paths and parameters that the documents do not name: positions host-paths and host-undocumented-parameters."""

from __future__ import annotations

import pytest

from tests.vendors.config_api.causes import KEY


@pytest.mark.parametrize("path", ["/v1/leads/%63onfig", "/v1/leads%2Fconfig", "/v1/leads/config?page=2"])
def test_percent_encoding_and_unknown_parameters_make_no_difference(api, path):
    assert api("config_api").request("GET", path, headers=KEY).status_code == 200


@pytest.mark.parametrize("path", ["/v1/leads/config/", "/v1/Leads/config", "/v1//leads/config"])
def test_letter_case_and_empty_segments_make_another_path(api, path):
    assert api("config_api").request("GET", path, headers=KEY).status_code == 404


@pytest.mark.parametrize("header", ["Cookie", "X-Trace"])
def test_unknown_headers_are_ignored(api, header):
    mock = api("config_api")
    assert mock.request("GET", "/v1/leads/config", headers={**KEY, header: "a=b"}).status_code == 200
    assert (mock.last_entry().violations, mock.last_entry().notices) == ([], [])
