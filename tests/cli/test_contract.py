"""`crm-mocks contract`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from click.testing import CliRunner

import crm_mocks
from crm_mocks.cli.contract import command
from crm_mocks.contract.source import directory, load_yaml
from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor import vendor_names
from tests.server.serving import any_vendor, refused, run

VARIANTS = """\
openapi: 3.0.3
info: {title: Garage, version: "1"}
x-releases: [R1, R2]
paths:
  /cars:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                plate: {type: string}
                colour: {type: string, x-available-from: R2}
              x-variant-properties:
                paint: {type: string, x-available-before: R2}
            examples:
              parked: {value: {plate: A1}}
            x-refused-examples:
              no_plate: {value: {plate: 1}}
      responses:
        "200": {description: Parked.}
"""


@pytest.fixture
def garage(tmp_path: Path) -> str:
    """The path of a contract with two releases, which belongs to no vendor."""
    path = tmp_path / "garage.yaml"
    path.write_text(VARIANTS, "utf-8")
    return str(path)


def printed(*arguments: str) -> str:
    """Return what the command prints."""
    return CliRunner().invoke(command, arguments, standalone_mode=False, catch_exceptions=False).output


def body(*arguments: str) -> Any:
    """Return the media type of the request in the contract that the command prints."""
    document = load_yaml(printed(*arguments))
    return document["paths"]["/cars"]["post"]["requestBody"]["content"]["application/json"]


@pytest.mark.parametrize("name", vendor_names())
def test_yaml_json_and_the_served_contract_are_equal(name: str) -> None:
    as_json = json.loads(printed(name, "--format", "json"))
    assert load_yaml(printed(name)) == as_json
    assert yaml.safe_load(printed(name)) == as_json
    with crm_mocks.serve(name, port=0) as mocks:
        served = httpx.get(f"{mocks.url}/openapi/{name}.json").json()
        assert served == as_json | {"servers": [{"url": mocks.url, "description": "this mock"}]}


@pytest.mark.parametrize("name", vendor_names())
def test_the_contract_of_a_vendor_is_that_of_its_file(name: str) -> None:
    assert printed(str(directory() / f"{name}.yaml")) == printed(name)


@pytest.mark.parametrize("name", vendor_names())
def test_keys_keep_their_order_and_there_are_no_aliases(name: str) -> None:
    text = printed(name)
    assert list(load_yaml(text)) == list(json.loads(printed(name, "--format", "json")))
    assert not [token for token in yaml.scan(text, Loader=yaml.CSafeLoader) if isinstance(token, yaml.AliasToken)]


def test_a_setting_selects_the_variant(garage: str) -> None:
    assert list(body(garage, "--set", "release=R1")["schema"]["properties"]) == ["plate", "paint"]
    assert list(body(garage, "--set", "release=R2")["schema"]["properties"]) == ["plate", "colour"]


def test_the_name_of_a_setting_may_start_with_that_of_the_vendor(garage: str) -> None:
    assert printed(garage, "--set", "garage.release=R1") == printed(garage, "--set", "release=R1")


def test_decided_conditions_are_not_printed(garage: str) -> None:
    text = printed(garage, "--set", "release=R1")
    assert not [word for word in ("x-available", "x-variant", "x-releases") if word in text]


def test_refused_examples_stand_apart(garage: str) -> None:
    content = body(garage, "--set", "release=R1")
    assert (list(content["examples"]), list(content["x-refused-examples"])) == (["parked"], ["no_plate"])


def test_refused_examples_can_be_listed_among_the_examples(garage: str) -> None:
    content = body(garage, "--set", "release=R1", "--with-refused-examples")
    assert list(content["examples"]) == ["parked", "no_plate"]
    assert "x-refused-examples" not in content


def test_what_the_command_prints_is_a_contract_of_the_same_kind(garage: str, tmp_path: Path) -> None:
    text = printed(garage, "--set", "release=R1")
    (tmp_path / "again.yaml").write_text(text, "utf-8")
    assert printed(str(tmp_path / "again.yaml")) == text


def test_a_contract_of_several_files_is_printed_as_one(tmp_path: Path) -> None:
    (tmp_path / "cars.yaml").write_text('get: {responses: {"200": {description: Parked.}}}\n', "utf-8")
    path = tmp_path / "garage.yaml"
    path.write_text('openapi: 3.0.3\ninfo: {title: Garage, version: "1"}\npaths: {/cars: {$ref: cars.yaml}}\n', "utf-8")
    text = printed(str(path))
    assert "description: Parked." in text
    assert "$ref: cars.yaml" not in text


def test_the_command_line_prints_the_contract() -> None:
    done = run("contract", any_vendor(), "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(printed(any_vendor(), "--format", "json"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody"], "nobody"),
        (["./nobody.yaml"], "nobody.yaml: No such file"),
        ([any_vendor(), "--set", "colour=red"], "does not depend on the setting 'colour'"),
        ([any_vendor(), "--set", "colour"], "--set colour: must be <setting>=<value>"),
        ([any_vendor(), "--format", "xml"], "'xml' is not one of 'yaml', 'json'"),
    ],
)
def test_an_error_is_one_line_with_exit_code_2(arguments: list[str], message: str) -> None:
    assert message in refused("contract", *arguments)


def test_a_file_of_no_vendor_needs_the_settings_of_its_variant(garage: str) -> None:
    with pytest.raises(CrmMocksError, match=r"belongs to no vendor: specify the settings of the variant: release$"):
        printed(garage)


def test_a_variant_that_matches_nothing_is_an_error_with_its_line(garage: str) -> None:
    Path(garage).write_text(VARIANTS.replace("paint:", "plate:"), "utf-8")
    with pytest.raises(CrmMocksError, match=r"garage.yaml, line 16: 'plate' stands under 'properties' too"):
        printed(garage, "--set", "release=R1")
