"""The HTTP parser beside h11: what both accept means the same to both, however the bytes are split."""

from __future__ import annotations

from random import Random

import h11

from tests.hostile.attack import Attack, Input
from tests.hostile.mutations import mutated_bytes
from tests.server.wire.cases import ANSWERED, REFUSED
from tests.server.wire.recorder import parsed

_MESSAGES = [case.sent for case in (*ANSWERED, *REFUSED) if len(case.sent) < 700]


class Parser(Attack):
    """Mutated messages."""

    def make(self, rng: Random) -> Input:
        sent = mutated_bytes(rng, rng.choice(_MESSAGES))
        cuts = sorted(rng.randint(0, len(sent)) for _ in range(rng.randint(0, 5)))
        return {"sent": sent.decode("latin-1"), "cuts": cuts}

    def fault(self, made: Input) -> str:
        sent = made["sent"].encode("latin-1")
        whole = parsed([sent])
        bounds = zip([0, *made["cuts"]], [*made["cuts"], len(sent)], strict=True)
        if parsed([sent[start:end] for start, end in bounds]) != whole:
            return "depends on how the bytes are split"
        return _difference(whole, sent)


def _difference(found: list, sent: bytes) -> str:
    """Return how a complete first message differs from what h11 reads; nothing if h11 rejects it."""
    if len(found) < 2 or not isinstance(found[0], tuple) or not isinstance(found[1], tuple) or found[0][4]:
        return ""
    peer = h11.Connection(h11.SERVER)
    peer.receive_data(sent)
    body = b""
    try:
        head = peer.next_event()
        if not isinstance(head, h11.Request):
            return ""
        while isinstance(event := peer.next_event(), h11.Data):
            body += bytes(event.data)
    except h11.RemoteProtocolError:
        return ""
    if not isinstance(event, h11.EndOfMessage):
        return "h11 reads a longer message"
    target = head.target if head.target.startswith(b"/") else found[0][1]  # h11 leaves other forms as they are
    peers = (head.method, target, body)
    return "" if (found[0][0], found[0][1], found[1][0]) == peers else f"h11 reads {peers!r:.200}"
