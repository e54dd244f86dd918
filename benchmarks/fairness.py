"""What each server checks: the comparison is only fair where all of them refuse what breaks the contract."""

from __future__ import annotations

import json

from benchmarks import payload
from benchmarks.servers import Server, ask, running


def examined(server: Server) -> dict[str, int]:
    """Return the status for each body or key that ought to be refused.

    Raises:
        SystemExit: a valid lead is refused.
    """
    with running(server) as alive:
        status, body = ask(alive.port, payload.encoded(1))
        if status != 200:
            raise SystemExit(f"{server.name} answers a valid lead with {status}: {body[:200]!r}")
        found = {name: ask(alive.port, json.dumps(wrong).encode())[0] for name, wrong in payload.invalid().items()}
        found["no JSON"] = ask(alive.port, b'{"leadCustomer":')[0]
        found["no key"] = ask(alive.port, payload.encoded(2), key=None)[0]
        found["unknown key"] = ask(alive.port, payload.encoded(3), key="nobody's")[0]
        return found
