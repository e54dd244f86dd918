"""Judges responses of the control API by its own contract."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import httpx
from jsonschema_rs import Draft202012Validator

from crm_mocks.admin.api_contract import admin_contract

ADMIN = "/__admin/"
OF_THE_SERVER = {"HEAD", "OPTIONS"}
"""Methods that each route has, and no contract needs."""


class ApiContract:
    """The contract of the control API."""

    @cached_property
    def document(self) -> dict[str, Any]:
        return admin_contract()

    @cached_property
    def _routes(self) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
        return [
            (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), item)
            for path, item in self.document["paths"].items()
        ]

    @cached_property
    def _validators(self) -> dict[int, Draft202012Validator]:
        return {}

    def item(self, path: str) -> dict[str, Any] | None:
        """Return the path item of a path, or `None`."""
        return next((item for pattern, item in self._routes if pattern.fullmatch(path)), None)

    def problems(self, response: httpx.Response) -> list[str]:
        """Return what a response has that the contract has not; nothing for paths outside it, which are 404."""
        request = response.request
        item = self.item(request.url.path)
        method = request.method.lower()
        if item is None:
            return [] if response.status_code in (401, 403, 404, 408, 413, 503) else ["the path is not documented"]
        if request.method in OF_THE_SERVER:
            return []
        if method not in item:
            expected = response.status_code in (401, 403, 405, 408, 413)
            return self._body_problems(response, _PROBLEM) if expected else ["the method is not documented"]
        documented = item[method]["responses"].get(str(response.status_code))
        if documented is None:
            return [f"status {response.status_code} is not documented"]
        return self._body_problems(response, self._resolved(documented))

    def _body_problems(self, response: httpx.Response, documented: dict[str, Any]) -> list[str]:
        content = documented.get("content")
        if content is None:
            return ["a body is not documented"] if response.content else []
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if media_type not in content:
            return [f"the media type {media_type} is not documented"]
        missing = [name for name in documented.get("headers", ()) if name not in response.headers]
        if missing:
            return [f"header {missing[0]} is missing"]
        if "json" not in media_type:
            return []
        return [error.message for error in self._validator(content[media_type]["schema"]).iter_errors(response.json())]

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in node:
            return node
        _, _, kind, name = node["$ref"].split("/")
        return self.document["components"][kind][name]

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        key = id(schema)  # the document is kept
        if key not in self._validators:
            self._validators[key] = Draft202012Validator({**schema, "components": self.document["components"]})
        return self._validators[key]


_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
CONTRACT = ApiContract()
