"""Send 200 requests in each of three interleaved sessions and print every response: run by test_determinism."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from tests.conftest import Api
from tests.vendors.discovery import VENDORS, causes

SESSIONS = ("one", "two", "three")
COUNT = 200


def plan(number: int, api: Api) -> dict[str, Any]:
    """Return the request of a number: every operation in turn; valid, with a forced response, or invalid."""
    operations = [(vendor, name) for vendor in VENDORS for name in causes(vendor).VALID]
    vendor, operation = operations[number % len(operations)]
    request = causes(vendor).VALID[operation](api)
    variation = number // len(operations) % 4
    if variation == 1:
        request["headers"] = {**request.get("headers", {}), "Prefer": "dynamic=true"}
    elif variation == 2 and "json" in request:
        request["json"] = {"unexpected": number}
    elif variation == 3:
        request["headers"] = {}
    return request


def main(order_seed: int) -> None:
    """Print the responses of each session as JSON."""
    first = Api(seed=7)
    apis = {name: first.beside(name) for name in SESSIONS}
    order = [name for name in SESSIONS for _ in range(COUNT)]
    random.Random(order_seed).shuffle(order)
    sent = dict.fromkeys(SESSIONS, 0)
    for name in order:
        apis[name].request(**plan(sent[name], apis[name]))
        sent[name] += 1
    answers = {
        name: [
            [each.operation, each.status, each.response_headers, each.response_body.decode("latin-1")]
            for each in apis[name].entries()
        ]
        for name in SESSIONS
    }
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
