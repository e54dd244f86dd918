"""An application that uses a client made by openapi-generator: `python -m tools.supplied.client_journey PACKAGE PLAN`.

It runs with the client's interpreter, and needs nothing else of this project but `client_mistakes`. Each step of the
plan calls the client's own method with the client's own model. It handles what the client documents: its exceptions,
those of urllib3, and responses without the values that it needs. Any other error is one of the client.

A line on stdout says what was read back. Exit codes: 0 if all statements hold, 3 after a refusal, 4 if the service is
unavailable, 5 after a response that makes no sense, 1 after an uncaught error.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import os
import pkgutil
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter
from urllib3.exceptions import HTTPError

from tools.supplied.client_mistakes import make_mistake

_REFUSED = 3
_UNAVAILABLE = 4
_SENSELESS = 5
_SERVER_ERROR = 500
_SECONDS = 2


class SenselessResponseError(Exception):
    """A response lacks a value that the application needs, or contradicts an earlier one."""


def main() -> int:
    """Carry out a plan, or with `--persistent` once for each line of stdin; return the exit code."""
    parser = argparse.ArgumentParser(description="Use a generated client.")
    parser.add_argument("package")
    parser.add_argument("plan", type=Path)
    parser.add_argument("--mistake", default="", help="kind of mistake, which the plan describes")
    parser.add_argument("--persistent", action="store_true")
    options = parser.parse_args()
    plan = json.loads(options.plan.read_text(encoding="utf-8"))
    client = importlib.import_module(options.package)
    methods = _Methods(client)
    if not options.persistent:
        return _carry_out(client, methods, plan, options.mistake)
    print("ready", flush=True)
    for _ in sys.stdin:
        print("ready", _carry_out(client, methods, plan, ""), flush=True)
    return 0


def _carry_out(client: Any, methods: _Methods, plan: dict[str, Any], mistake: str) -> int:
    with_credential = mistake != "no-credential"
    configuration = client.Configuration(
        host=os.environ["CRM_MOCKS_SUPPLIED_URL"] + plan["base_path"],
        api_key=dict.fromkeys(plan["scheme"], "demo-key") if with_credential else {},
        username="demo" if with_credential else None,
        password="demo-secret" if with_credential else None,
        access_token="demo-token" if with_credential else None,
    )
    with client.ApiClient(configuration) as api_client:
        if mistake:
            make_mistake(api_client, mistake, plan["mistakes"][mistake])
        journey = _Journey(client, api_client, methods, plan)
        try:
            for step in plan["steps"]:
                journey.take(step)
        except client.exceptions.ApiException as error:
            print(f"refused: {error.status}", file=sys.stderr)
            return _UNAVAILABLE if (error.status or _SERVER_ERROR) >= _SERVER_ERROR else _REFUSED
        except (HTTPError, OSError) as error:
            print(f"unavailable: {error}", file=sys.stderr)
            return _UNAVAILABLE
        except SenselessResponseError as error:
            print(f"unexpected response: {error}", file=sys.stderr)
            return _SENSELESS
    print(f"{journey.statements} statements, all true")
    return 0


class _Methods:
    """Finds the client's method of an operation, whose name differs in case and punctuation."""

    def __init__(self, client: Any) -> None:
        package = importlib.import_module(f"{client.__name__}.api")
        self._found: dict[str, tuple[type, str]] = {}
        for module in pkgutil.iter_modules(package.__path__):
            apis = importlib.import_module(f"{package.__name__}.{module.name}")
            for class_name, api in inspect.getmembers(apis, inspect.isclass):
                if class_name.endswith("Api"):
                    for name, _ in inspect.getmembers(api, inspect.isfunction):
                        self._found.setdefault(_letters(name), (api, name))

    def get(self, api_client: Any, operation_id: str, unnamed: str) -> Callable[..., Any]:
        """Return the method.

        Args:
            api_client: that it uses.
            operation_id: ours, which may be made from method and path.
            unnamed: the generator's name of an operation without operationId.
        """
        found = self._found.get(_letters(operation_id)) or self._found.get(_letters(unnamed))
        if found is None:
            raise SystemExit(f"the client has no method for {operation_id}")
        method: Callable[..., Any] = getattr(found[0](api_client), found[1])
        return method


class _Journey:
    """Carries out the steps of a plan, and checks what it reads."""

    def __init__(self, client: Any, api_client: Any, methods: _Methods, plan: dict[str, Any]) -> None:
        self.statements = 0
        self._client = client
        self._api_client = api_client
        self._methods = methods
        self._plan = plan
        self._key: Any = None
        self._deleted = False

    def take(self, step: dict[str, Any]) -> None:
        """Call one method.

        Raises:
            SenselessResponseError: the response is not what state by convention promises.
        """
        method = self._methods.get(self._api_client, step["operation"], step["unnamed"])
        arguments = self._arguments(method, step)
        if step["action"] == "read" and self._deleted:
            try:
                method(**arguments)
            except self._client.exceptions.NotFoundException:
                return self._state("read", "the deleted record is not found")
            raise SenselessResponseError("the deleted record can be read")
        self._check(step, _plain(method(**arguments)))
        return None

    def _check(self, step: dict[str, Any], data: Any) -> None:
        action = step["action"]
        if action == "delete":
            self._deleted = True
            return self._state("delete", "accepted")
        if step.get("place") is None:
            return self._state(action, "accepted")
        found = _at(data, step["place"])
        if action == "list":
            if not isinstance(found, list):
                raise SenselessResponseError("there is no list")
            keys = [self._key_of(_at(entry, step["entry"])) for entry in found]
            if self._key not in keys:
                raise SenselessResponseError(f"the list lacks {self._key}: {keys}")
            return self._state("list", f"{len(keys)} records, {self._key} among them")
        key = self._key_of(found)
        if action == "create":
            self._key = key
        elif key != self._key:
            raise SenselessResponseError(f"{action}: {key} instead of {self._key}")
        return self._state(action, f"{self._plan['resource']} {key}, {type(found).__name__} of {len(found)} members")

    def _state(self, action: str, text: str) -> None:
        self.statements += 1
        print(f"{action}: {text}")

    def _key_of(self, record: Any) -> Any:
        key = _at(record, self._plan["key_path"])
        if not isinstance(key, int | str) or key == "":
            raise SenselessResponseError(f"a record without key: {key!r}")
        return key

    def _arguments(self, method: Any, step: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of a method: the key, the body as the client's model, and a time limit."""
        arguments: dict[str, Any] = {"_request_timeout": (_SECONDS, _SECONDS)}
        for name, parameter in inspect.signature(method, eval_str=True).parameters.items():
            if name.startswith("_"):
                continue
            models = [each for each in _types(parameter.annotation) if hasattr(each, "from_dict")]
            if step["key"] and _letters(name) == _letters(step["key"]):
                arguments[name] = _checked(parameter.annotation, self._key)
            elif models and "body" in step:
                arguments[name] = models[0].from_dict(step["body"])
            elif parameter.default is inspect.Parameter.empty:
                arguments[name] = ["available"] if list in map(_origin, _types(parameter.annotation)) else "available"
        return arguments


def _checked(annotation: Any, key: Any) -> Any:
    try:
        return TypeAdapter(annotation).validate_python(key)
    except ValueError as error:
        raise SenselessResponseError(f"a key of the wrong type: {error}") from error


def _types(annotation: Any) -> list[Any]:
    """Return the types in an annotation, itself first."""
    return [annotation, *(inner for each in get_args(annotation) for inner in _types(each))]


def _origin(annotation: Any) -> Any:
    return getattr(annotation, "__origin__", None)


def _plain(data: Any) -> Any:
    """Return what a method returned as JSON has it."""
    if isinstance(data, list):
        return [_plain(each) for each in data]
    try:
        return data.model_dump(by_alias=True, mode="json") if hasattr(data, "model_dump") else data
    except ValueError as error:
        raise SenselessResponseError(f"no JSON: {error}") from error


def _at(data: Any, steps: list[Any]) -> Any:
    for step in steps:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            raise SenselessResponseError(f"nothing at {steps}") from None
    return data


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


if __name__ == "__main__":
    sys.exit(main())
