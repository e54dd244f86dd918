"""A program that uses a client made by openapi-generator: `python client_journey.py PACKAGE PLAN [MISTAKE]`.

It runs with the client's interpreter, and needs nothing but the client. Each step of the plan calls the client's own
method with the client's own model. A line on stdout says what was read back. The exit code is 0 if all statements
hold, 1 after an uncaught error, 3 after a refusal.

MISTAKE changes what the client sends when it creates a record: `wrong-type` or `missing-member`.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pkgutil
import re
import sys
from pathlib import Path
from typing import Any, get_args

_REFUSED = 3


def main(package: str, plan_file: str, mistake: str = "") -> int:
    """Carry out a plan; return the exit code."""
    plan = json.loads(Path(plan_file).read_text(encoding="utf-8"))
    client = importlib.import_module(package)
    configuration = client.Configuration(
        host=os.environ["CRM_MOCKS_SUPPLIED_URL"] + plan["base_path"],
        api_key=dict.fromkeys(plan["scheme"], "demo-key"),
        username="demo",
        password="demo-secret",  # noqa: S106  # a demo credential
        access_token="demo-token",  # noqa: S106  # a demo credential
    )
    api_client = client.ApiClient(configuration)
    if mistake:
        _make_mistake(api_client, mistake)
    journey = _Journey(client, api_client, plan)
    refused = client.exceptions.ApiException
    try:
        for step in plan["steps"]:
            journey.take(step)
    except refused as error:
        print(f"refused: {error.status}", file=sys.stderr)
        return _REFUSED
    print(f"{journey.statements} statements, all true")
    return 0


class _Journey:
    """Carries out the steps of a plan, and checks what it reads."""

    def __init__(self, client: Any, api_client: Any, plan: dict[str, Any]) -> None:
        self.statements = 0
        self._client = client
        self._api_client = api_client
        self._plan = plan
        self._key: Any = None
        self._deleted = False

    def take(self, step: dict[str, Any]) -> None:
        """Call one method.

        Raises:
            AssertionError: the response is not what state by convention promises.
        """
        method = self._method(step["operation"], step["unnamed"])
        arguments = self._arguments(method, step)
        if step["action"] == "read" and self._deleted:
            try:
                method(**arguments)
            except self._client.exceptions.NotFoundException:
                return self._state("read", "the deleted record is not found")
            raise AssertionError("the deleted record can be read")
        data = _plain(method(**arguments))
        self._check(step, data)
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
            keys = [self._key_of(_at(entry, step["entry"])) for entry in found]
            assert self._key in keys, f"the list lacks {self._key}: {keys}"
            return self._state("list", f"{len(keys)} records, {self._key} among them")
        if action == "create":
            self._key = self._key_of(found)
        assert self._key_of(found) == self._key, f"{action}: {self._key_of(found)} instead of {self._key}"
        return self._state(
            action, f"{self._plan['resource']} {self._key}, {type(found).__name__} of {len(found)} members"
        )

    def _state(self, action: str, text: str) -> None:
        self.statements += 1
        print(f"{action}: {text}")

    def _key_of(self, record: Any) -> Any:
        return _at(record, self._plan["key_path"])

    def _method(self, operation_id: str, unnamed: str) -> Any:
        """Return the client's method of an operation, whose name differs in case and punctuation.

        Args:
            operation_id: ours, which may be made from method and path.
            unnamed: the generator's name of an operation without operationId.
        """
        wanted = {_letters(operation_id), _letters(unnamed)}
        package = importlib.import_module(f"{self._client.__name__}.api")
        for module in pkgutil.iter_modules(package.__path__):
            apis = importlib.import_module(f"{package.__name__}.{module.name}")
            for class_name, api in inspect.getmembers(apis, inspect.isclass):
                for name, _ in inspect.getmembers(api, inspect.isfunction):
                    if class_name.endswith("Api") and _letters(name) in wanted:
                        return getattr(getattr(apis, class_name)(self._api_client), name)
        raise SystemExit(f"the client has no method for {operation_id}")

    def _arguments(self, method: Any, step: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of a method: the key, and the body as the client's model."""
        arguments: dict[str, Any] = {}
        for name, parameter in inspect.signature(method).parameters.items():
            if name.startswith("_"):
                continue
            models = [each for each in _types(parameter.annotation) if hasattr(each, "from_dict")]
            if step["key"] and _letters(name) == _letters(step["key"]):
                arguments[name] = self._key
            elif models and "body" in step:
                arguments[name] = models[0].from_dict(step["body"])
            elif parameter.default is inspect.Parameter.empty:
                arguments[name] = ["available"] if list in map(_origin, _types(parameter.annotation)) else "available"
        return arguments


def _types(annotation: Any) -> list[Any]:
    """Return the types in an annotation, itself first."""
    return [annotation, *(inner for each in get_args(annotation) for inner in _types(each))]


def _origin(annotation: Any) -> Any:
    return getattr(annotation, "__origin__", None)


def _plain(data: Any) -> Any:
    """Return what a method returned as JSON has it."""
    if isinstance(data, list):
        return [_plain(each) for each in data]
    return data.model_dump(by_alias=True, mode="json") if hasattr(data, "model_dump") else data


def _at(data: Any, steps: list[Any]) -> Any:
    for step in steps:
        data = data[step]
    return data


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _make_mistake(api_client: Any, mistake: str) -> None:
    """Let the client create a record whose first member has a wrong type, or which lacks all members."""
    call = api_client.call_api

    def call_api(method: str, url: str, header_params: Any = None, body: Any = None, *args: Any, **options: Any) -> Any:
        if method == "POST" and isinstance(body, dict):
            body = {} if mistake == "missing-member" else {**body, **{name: [{"x": 1}] for name in list(body)[:1]}}
        return call(method, url, header_params, body, *args, **options)

    api_client.call_api = call_api


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
