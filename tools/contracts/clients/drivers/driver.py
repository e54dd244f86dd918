"""Send statements with a generated Python client: driver.py CLIENT_FOLDER STATEMENTS URL.

Prints one JSON object per statement. Runs in an environment of its own, without crm-mocks.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
import sys
import typing
from pathlib import Path
from typing import Any


def main(folder: str, statements: str, url: str) -> None:
    """Send each statement and print what the client read."""
    sys.path.insert(0, folder)
    for statement in json.loads(Path(statements).read_text("utf-8")):
        try:
            result = _send(statement, url)
        except Exception as error:  # noqa: BLE001  # whatever the client raises is the result
            result = {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"}
        print(json.dumps({"name": statement["name"], **result}))


def _send(statement: dict[str, Any], url: str) -> dict[str, Any]:
    client = importlib.import_module("openapi_client")
    credentials = statement["credentials"]
    configuration = client.Configuration(
        host=url,
        username=credentials["username"],
        password=credentials["password"],
        api_key=credentials["api_keys"],
    )
    api_client = client.ApiClient(configuration)
    method: Any = _method(api_client, statement["operation"])
    arguments = _arguments(method, statement)
    try:
        response = method(**arguments, _headers=statement["headers"])
    except client.ApiException as error:
        return {"status": error.status, "value": api_client.sanitize_for_serialization(error.data)}
    return {"status": response.status_code, "value": api_client.sanitize_for_serialization(response.data)}


def _method(api_client: Any, operation: str) -> Any:
    name = f"{re.sub(r'(?<!^)(?=[A-Z])', '_', operation).lower()}_with_http_info"
    package = importlib.import_module("openapi_client.api")
    for module in pkgutil.iter_modules(package.__path__, "openapi_client.api."):
        apis: list[tuple[str, Any]] = inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        for _, api in apis:
            if hasattr(api, name):
                return getattr(api(api_client), name)
    raise LookupError(f"the client has no {name}")


def _arguments(method: Any, statement: dict[str, Any]) -> dict[str, Any]:
    if not statement["media_type"]:
        return {}
    if "json" not in statement["media_type"]:
        return dict(statement["body"])
    function = inspect.unwrap(method)
    name = next(each for each in inspect.signature(function).parameters if each != "self")
    return {name: _model(typing.get_type_hints(function)[name], statement["body"])}


def _model(hint: Any, value: Any) -> Any:
    """Return a value as the model of a type hint."""
    if hasattr(hint, "from_dict"):
        return hint.from_dict(value)
    for inner in typing.get_args(hint):
        if inner is not type(None) and isinstance(value, list) and typing.get_origin(hint) is list:
            return [_model(inner, each) for each in value]
        if hasattr(inner, "from_dict") or typing.get_origin(inner) is list:
            return _model(inner, value)
    return value


if __name__ == "__main__":
    main(*sys.argv[1:])
