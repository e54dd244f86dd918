"""Serving options: one declaration gives `serve`, `create_app` and the command line."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any

import click
import pytest

import crm_mocks
from crm_contracts.commands.run import command as run
from crm_mocks.cli.serve import command as serve_command
from crm_mocks.options import AppOptions, ServeOptions, option_infos

DERIVED = [(crm_mocks.serve, ServeOptions), (crm_mocks.create_app, AppOptions)]


@pytest.mark.parametrize(("function", "options"), DERIVED)
def test_a_function_has_the_parameters_of_its_options(function: Any, options: type[AppOptions]) -> None:
    parameters = inspect.signature(function).parameters
    assert {name: each.default for name, each in parameters.items()} == {
        each.name: each.default for each in fields(options)
    }
    assert [name for name, each in parameters.items() if each.kind is not each.KEYWORD_ONLY] == ["vendors"]


@pytest.mark.parametrize(("function", "options"), DERIVED)
def test_the_docstring_of_a_function_explains_each_option(function: Any, options: type[AppOptions]) -> None:
    for name, info in option_infos(options).items():
        assert f"    {name}: {info.help}\n" in function.__doc__
    assert function.__doc__.index("Args:") < function.__doc__.index("Raises:")


def test_an_unknown_keyword_is_refused_under_the_name_of_the_function() -> None:
    with pytest.raises(TypeError, match=r"^serve\(\) got an unexpected keyword argument 'prot'$"):
        crm_mocks.serve(prot=1)  # type: ignore[call-arg]  # the misspelt keyword is the point


def parameters(command: click.Command) -> dict[str, click.Option]:
    return {str(each.name): each for each in command.params if isinstance(each, click.Option)}


def test_the_command_line_has_every_option_with_its_help_and_default() -> None:
    found = parameters(serve_command)
    defaults = serve_command.make_context("serve", []).params
    for each in fields(ServeOptions):
        info = option_infos(ServeOptions)[each.name]
        if info.flags:
            assert tuple(found[each.name].opts) == info.flags
            assert found[each.name].help == info.help
            assert defaults[each.name] == each.default


def test_options_of_other_forms_on_the_command_line_are_those_read_from_files() -> None:
    elsewhere = {name for name, info in option_infos(ServeOptions).items() if not info.flags}
    assert elsewhere == {"vendors", "settings", "records", "replay"}
    assert {"config", "assignments", "seed_file", "replays"} <= parameters(serve_command).keys()


def test_a_command_may_have_another_default() -> None:
    assert parameters(run)["port"].default == 0


def test_one_vendor_may_be_named_by_itself() -> None:
    assert list(crm_mocks.create_app("leadbank").mock_app.vendors) == ["leadbank"]
