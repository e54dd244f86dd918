"""`make soak`: mixed traffic at full speed for ten minutes, from several clients at once.

Exit code 1 if an answer of 5xx came that was not asked for, a connection was spoilt that should not have been, the log
has a line that is no notice, memory at the end is more than a tenth above that after the first minute, files are left
open, or the server does not stop by itself. The caps of journal and records are set so low that the first minute
reaches them, since it is at them that memory has to stay flat.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.servers import BENCH, ROOT, Running, ask, crm_mocks, pin, running
from benchmarks.traffic import FAULTY, Client, Seen

_SETTINGS = ("journal_bytes=4194304", "spill_bytes=33554432", "records=500")
_NOTICES = re.compile(r"ready http://\S+|.* \(host\.\w+\) is reached; the oldest are removed")
_GROWTH = 1.10
_WRONG_SHOWN = 20
_CLIENT_CORE, _SERVER_CORE = 1, 0


def main() -> int:
    """Run the soak, or one client process of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--client", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.client is not None:
        return _client(given.port, given.client, given.seconds)
    return _soak(given.seconds, given.clients)


def _client(port: int, number: int, seconds: float) -> int:
    """Be one client; print what was seen as JSON."""
    client = Client(port, number)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and len(client.seen.wrong) < 1000:
        client.step()
    seen = client.seen
    json.dump({"kinds": seen.kinds, "statuses": seen.statuses, "wrong": seen.wrong}, sys.stdout)
    return 0


def _soak(seconds: float, clients: int) -> int:
    BENCH.mkdir(exist_ok=True)
    log = BENCH / "soak.log"
    log.unlink(missing_ok=True)
    options = [word for each in _SETTINGS for word in ("--set", f"host.{each}")]
    with running(crm_mocks(*options), core=_SERVER_CORE, log=log) as alive:
        files_before = _files(alive)
        processes = [_started(alive.port, number, seconds) for number in range(1, clients + 1)]
        after_a_minute, figures = _watched(alive, processes, seconds)
        seen = _added_up([process.communicate()[0] for process in processes])
        at_the_end = alive.megabytes()
        files_after = _files(alive)
        answers = ask(alive.port, _last_lead())[0]
        cpu = alive.cpu_seconds()
    faults = list(seen.wrong)
    faults += _of_log(log)
    if at_the_end > after_a_minute * _GROWTH:
        faults.append(f"memory grew from {after_a_minute:.0f} to {at_the_end:.0f} MB")
    if files_after > files_before + clients + 8:
        faults.append(f"{files_before} files were open at the start, {files_after} at the end")
    if answers != 200:
        faults.append(f"at the end, a valid lead is answered with {answers}")
    if alive.process.returncode != 0:
        faults.append(f"the server stopped with exit code {alive.process.returncode}")
    _report(seen, seconds, cpu, figures, (after_a_minute, at_the_end), (files_before, files_after))
    for fault, times in Counter(faults).most_common(_WRONG_SHOWN):
        print(f"WRONG ({times} times): {fault[:500]}")
    return 1 if faults else 0


def _started(port: int, number: int, seconds: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "benchmarks.soak", "--client", str(number), "--port", str(port)]
    process = subprocess.Popen([*command, "--seconds", str(seconds)], stdout=subprocess.PIPE, cwd=ROOT)
    pin(process.pid, _CLIENT_CORE)
    return process


def _watched(alive: Running, processes: list[subprocess.Popen[bytes]], seconds: float) -> tuple[float, list[str]]:
    """Take the memory while the clients run; return that after the first minute, or a tenth of a shorter run's time."""
    began = time.monotonic()
    first = min(60.0, seconds / 4)
    after_a_minute, figures, shown = 0.0, [], 0.0
    while any(process.poll() is None for process in processes):
        if alive.process.poll() is not None:
            raise SystemExit(f"the server ended by itself, exit code {alive.process.returncode}")
        now = time.monotonic() - began
        if not after_a_minute and now >= first:
            after_a_minute = alive.megabytes()
        if now >= shown:
            figures.append(f"{now:.0f} s: {alive.megabytes():.0f} MB")
            shown += max(seconds / 10, 1)
        time.sleep(0.2)
    return after_a_minute, figures


def _added_up(printed: list[bytes]) -> Seen:
    seen = Seen()
    for each in printed:
        found: dict[str, Any] = json.loads(each)
        seen.kinds.update(found["kinds"])
        seen.statuses.update({int(status): count for status, count in found["statuses"].items()})
        seen.wrong += found["wrong"]
    return seen


def _of_log(log: Path) -> list[str]:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [f"log: {line}" for line in lines if line.strip() and not _NOTICES.fullmatch(line)]


def _files(alive: Running) -> int:
    return sum(1 for _ in Path(f"/proc/{alive.process.pid}/fd").iterdir())


def _last_lead() -> bytes:
    from benchmarks import payload

    return payload.encoded(987_654_321)


def _report(
    seen: Seen,
    seconds: float,
    cpu: float,
    figures: list[str],
    megabytes: tuple[float, float],
    files: tuple[int, int],
) -> None:
    requests = sum(seen.kinds.values())
    print(f"{requests:,} requests in {seconds:g} s ({requests / seconds:,.0f}/s; server {cpu:.0f} s of processor time)")
    print("  " + ", ".join(f"{count:,} {kind}" for kind, count in seen.kinds.most_common()))
    classes = Counter(status // 100 for status in seen.statuses.elements())
    print("  answers: " + ", ".join(f"{count:,} of {first}xx" for first, count in sorted(classes.items())))
    print(f"  faults stood in session '{FAULTY}'; 5xx not asked for: {sum('with 5' in each for each in seen.wrong)}")
    print(
        f"memory: {megabytes[0]:.0f} MB after the first minute, {megabytes[1]:.0f} MB at the end; {'; '.join(figures)}"
    )
    print(f"files open: {files[0]} at the start, {files[1]} at the end")


if __name__ == "__main__":
    sys.exit(main())
