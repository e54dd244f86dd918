"""Messages and files between two processes."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_mocks.workers.channel import WorkerChannel, channel_pair


def received(channel: WorkerChannel, count: int) -> asyncio.Future[list[tuple[bytes, int | None]]]:
    """Return a future of that many messages."""
    messages: list[tuple[bytes, int | None]] = []
    future: asyncio.Future[list[tuple[bytes, int | None]]] = asyncio.get_running_loop().create_future()

    def on_message(message: bytes, file: int | None) -> None:
        messages.append((message, file))
        if len(messages) == count:
            future.set_result(messages)

    channel.open(on_message, lambda: None)
    return future


async def exchange(*messages: tuple[bytes, int | None]) -> list[tuple[bytes, int | None]]:
    near, far = channel_pair()
    near.open(lambda _message, _file: None, lambda: None)
    future = received(far, len(messages))
    for message, file in messages:
        near.send(message, file)
    try:
        return await asyncio.wait_for(future, 60)
    finally:
        near.close()
        far.close()


@contextmanager
def no_free_descriptor() -> Iterator[None]:
    """Let this process open no more files in the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_messages_of_any_size_arrive_in_order() -> None:
    sizes = [0, 1, 70_000, 3, 5_000_000, 2]
    sent = [(bytes([number]) * size, None) for number, size in enumerate(sizes)]
    assert asyncio.run(exchange(*sent)) == sent


def test_files_arrive_with_their_messages(tmp_path: Path) -> None:
    names = [f"file-{number}" for number in range(100)]
    sent: list[tuple[bytes, int | None]] = []
    for name in names:
        (tmp_path / name).write_text(name)
        sent += [(name.encode() * 3000, os.open(tmp_path / name, os.O_RDONLY)), (b"none", None)]
    found = asyncio.run(exchange(*sent))
    for message, file in found:
        if file is None:
            assert message == b"none"
        else:
            with os.fdopen(file) as opened:
                assert message == opened.read().encode() * 3000
    assert [file for _, file in found].count(None) == len(names)


def test_a_file_without_a_free_descriptor_is_missing_and_later_ones_arrive(tmp_path: Path) -> None:
    names = ["lost", "found"]
    for name in names:
        (tmp_path / name).write_text(name)

    async def main() -> list[tuple[bytes, int | None]]:
        near, far = channel_pair()
        near.open(lambda _message, _file: None, lambda: None)
        messages: asyncio.Queue[tuple[bytes, int | None]] = asyncio.Queue()
        far.open(lambda message, file: messages.put_nowait((message, file)), lambda: None)
        lost, found = (os.open(tmp_path / name, os.O_RDONLY) for name in names)
        near.send(b"lost", lost)
        near.send(b"none")
        with no_free_descriptor():
            before = [await messages.get(), await messages.get()]
        near.send(b"found", found)
        try:
            return [*before, await messages.get()]
        finally:
            near.close()
            far.close()

    (*before, (message, file)) = asyncio.run(asyncio.wait_for(main(), 60))
    assert before == [(b"lost", None), (b"none", None)]
    assert file is not None
    with os.fdopen(file) as opened:
        assert (message, opened.read()) == (b"found", "found")


def test_the_end_of_the_other_process_is_noticed_once() -> None:
    async def main() -> int:
        near, far = channel_pair()
        losses = 0

        def count() -> None:
            nonlocal losses
            losses += 1

        near.open(lambda _message, _file: None, count)
        far.close()
        for _ in range(20):
            near.send(b"lost")
            await asyncio.sleep(0.001)
        near.close()
        return losses

    assert asyncio.run(main()) == 1


def test_a_message_after_the_end_closes_its_file() -> None:
    near, far = channel_pair()
    near.close()
    far.close()
    file = os.open(os.devnull, os.O_RDONLY)
    near.send(b"late", file)
    assert not Path(f"/proc/self/fd/{file}").exists()
