"""The store of a shared session: as the one in memory, and its changes make other copies equal to it."""

from __future__ import annotations

import random
from typing import Any

from crm_mocks.state.shared.changes import decode_changes, encode_changes
from crm_mocks.state.shared.server_time import ServerTime
from crm_mocks.state.shared.store import SharedStore
from crm_mocks.state.shared.transaction import Recorder, Transaction
from crm_mocks.state.store import MemoryStore, Store

TABLES, KEYS, MEMBERS = ("a", "b"), tuple("ijklm"), tuple("wxyz")


def make() -> tuple[SharedStore, Recorder]:
    recorder = Recorder()
    return SharedStore(recorder, ServerTime(), 30.0), recorder


def act(store: Store, choice: random.Random) -> Any:
    """Do something at random; return the result."""
    table, key, member = choice.choice(TABLES), choice.choice(KEYS), choice.choice(MEMBERS)
    value = choice.choice((b"packed", {"plain": choice.randrange(9)}, "text"))
    return choice.choice(
        (
            lambda: store.put(table, key, value),
            lambda: store.put_if_absent(table, key, value),
            lambda: store.update(table, key, lambda old: f"changed {old!r:.20}"),
            lambda: store.delete(table, key),
            lambda: store.add(table, key, member),
            lambda: store.discard(table, key, member),
            lambda: store.oldest_beyond(2, table, (table, key)),
            lambda: store.increment(key),
            lambda: store.claim(key),
            lambda: store.release(key),
            *((lambda: store.clear(table),) if choice.random() < 0.1 else ()),
        )
    )()


def content(store: Store) -> Any:
    return (
        [(store.items(table), store.count(table)) for table in TABLES],
        [store.members(table, key) for table in TABLES for key in KEYS],
    )


def test_it_does_what_the_store_in_memory_does() -> None:
    def scenario(seed: int) -> None:
        shared, recorder = make()
        recorder.transaction = Transaction()
        memory = MemoryStore()
        one, other = random.Random(seed), random.Random(seed)
        for _ in range(60):
            assert act(shared, one) == act(memory, other)
        assert content(shared) == content(memory)

    for seed in range(150):
        scenario(seed)


def test_its_changes_make_another_store_equal() -> None:
    def scenario(seed: int) -> None:
        store, recorder = make()
        copy, _ = make()
        choice = random.Random(seed)
        for _ in range(12):
            recorder.transaction = transaction = Transaction()
            for _ in range(5):
                act(store, choice)
            if transaction.changes:
                _, changes = decode_changes(encode_changes(transaction.changes, 1.0))
                assert all(copy.apply(change) for change in changes)
        assert content(copy) == content(store)
        assert copy._leases == store._leases
        assert copy._counters == store._counters

    for seed in range(150):
        scenario(seed)


def test_a_roll_back_restores_everything() -> None:
    def scenario(seed: int) -> int:
        store, recorder = make()
        choice = random.Random(seed)
        recorder.transaction = Transaction()
        for _ in range(15):
            act(store, choice)
        before = content(store), dict(store._leases), dict(store._counters)
        recorder.transaction = transaction = Transaction()
        for _ in range(5):
            act(store, choice)
        if not transaction.reversible:
            return 0
        transaction.roll_back()
        assert (content(store), store._leases, store._counters) == before
        return 1

    assert sum(scenario(seed) for seed in range(300)) > 50


def test_a_snapshot_keeps_the_order_of_keys() -> None:
    def scenario(seed: int) -> None:
        store, recorder = make()
        start, starting = make()
        choice = random.Random(seed)
        for each, its_recorder in ((store, recorder), (start, starting)):
            its_recorder.transaction = Transaction()
            for key in KEYS[:3]:
                each.put("a", key, {"start": key})
                each.add("a", key, "w")
        for _ in range(25):
            act(store, choice)
        copy, copying = make()
        copying.transaction = Transaction()
        for key in KEYS[:3]:
            copy.put("a", key, {"start": key})
            copy.add("a", key, "w")
        for change in decode_changes(encode_changes(list(store.snapshot(start)), 0.0))[1]:
            assert copy.apply(change)
        assert content(copy) == content(store)

    for seed in range(200):
        scenario(seed)


def test_a_claim_ends_with_its_lease() -> None:
    now = [0.0]
    recorder = Recorder()
    recorder.transaction = Transaction()
    store = SharedStore(recorder, ServerTime(lambda: now[0]), 30.0)
    assert store.claim("order")
    now[0] = 29.0
    assert not store.claim("order")
    now[0] = 31.0
    assert store.claim("order")


def test_a_claim_whose_lease_has_ended_does_not_release_that_of_another_request() -> None:
    now = [0.0]
    recorder = Recorder()
    recorder.transaction = Transaction()
    store = SharedStore(recorder, ServerTime(lambda: now[0]), 30.0)
    assert store.claim("order")
    first = store.lease_end("order")
    now[0] = 31.0
    assert store.claim("order")
    second = store.lease_end("order")
    store.release_lease("order", first)
    assert not store.claim("order")
    store.release_lease("order", second)
    assert store.claim("order")


def test_a_claim_that_ends_within_its_transaction_leaves_no_change() -> None:
    store, recorder = make()
    recorder.transaction = transaction = Transaction()
    assert store.claim("order")
    store.release("order")
    assert transaction.changes == []


def test_integers_and_strings_that_message_pack_cannot_hold_are_kept() -> None:
    changes = [["put", "t", "k", b"\x00\xff"], ["exchange", 2**70, "\ud800"]]
    assert decode_changes(encode_changes(changes, 2.5)) == (2.5, changes)
