"""Mistakes of a program that uses a generated client; they change what the client sends, below its models."""

from __future__ import annotations

from typing import Any


def make_mistake(api_client: Any, kind: str, details: dict[str, Any]) -> None:
    """Let a client make a mistake in the requests that create a record.

    Args:
        api_client: the client.
        kind: `wrong-type` and `missing-member` send the body in `details`, `wrong-path` adds a letter to the path,
            `no-credential` needs no change here.
        details: of the mistake, as the plan has it.
    """
    call = api_client.call_api

    def call_api(method: str, url: str, headers: Any = None, body: Any = None, *others: Any, **options: Any) -> Any:
        if method == "POST" and "body" in details:
            body = details["body"]
        elif method == "POST" and kind == "wrong-path":
            url += "x"
        return call(method, url, headers, body, *others, **options)

    api_client.call_api = call_api
