"""Fuzzing a client program, from its plain run to the last weakness."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from crm_contracts.fuzz.program import reproduction
from crm_contracts.fuzz.program.attempt import LONGEST_SECONDS, Attempt, Maker
from crm_contracts.fuzz.program.hunt import Budget, Hunt, Progress
from crm_contracts.fuzz.program.lanes import Client, Herd, Lanes
from crm_contracts.fuzz.program.model import Fuzz, Weakness
from crm_contracts.fuzz.program.ready import Readiness
from crm_contracts.fuzz.program.rules import WORDS, Judge, Rules, read_patterns
from crm_contracts.fuzz.program.written_test import Way
from crm_contracts.report.text import number
from crm_contracts.trial.client import Clients
from crm_contracts.trial.expectations import read_expectations
from crm_contracts.trial.persistent import PersistentClient
from crm_contracts.trial.stand import Stand, chosen, ends_with_us
from crm_mocks import serve
from crm_mocks.asgi.queued_response import parse_queued_response
from crm_mocks.errors import UsageError

EXAMINED: Final = "fuzz-examined"
"""The session in which earlier failures are looked at."""

CRASH: Final = 1
"""Exit code of programs in many languages that end with an error nobody has caught."""


@dataclass(frozen=True)
class Asked:
    """What the user asked for.

    Attributes:
        command: program and arguments.
        serving: keywords of `crm_mocks.serve`; the seed is that of what is drawn too.
        vendors: whose operations' answers are generated; all if none are named.
        operations: whose answers are generated; of all that the client calls if none are named.
        jobs: how many runs at once.
        seconds: time limit of a run.
        word: by which a client that stays tells that it is ready; empty for one that is started for each run.
        count: how many answers are generated, but for those that shrinking takes.
        budget: seconds after which no further answer is generated, if any.
        most: how many weaknesses are enough.
        earlier: files of earlier failures, which are given first.
        folder: where reproductions are written.
        trust: have common HTTP libraries trust the certificate authority made on the spot.
        expect: `[<operation>:]<what>=<exit codes>` each.
        prints, never_prints: regular expressions; see `Rules`.
        allow_duplicates, heed_retry_after, most_requests: see `Limits`.
    """

    command: tuple[str, ...]
    serving: Mapping[str, Any] = field(default_factory=dict)
    vendors: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    jobs: int = 1
    seconds: float = 30.0
    word: str = ""
    count: int = 500
    budget: float | None = None
    most: int = 20
    earlier: tuple[Path, ...] = ()
    folder: Path = Path("fuzz-failures")
    trust: bool = False
    expect: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()
    never_prints: tuple[str, ...] = ()
    allow_duplicates: bool = False
    heed_retry_after: bool = False
    most_requests: int | None = None

    @property
    def seed(self) -> int:
        """Of what is drawn."""
        seed: int = self.serving.get("seed", 0)
        return seed

    @property
    def way(self) -> Way:
        """How the client is run, for tests."""
        return Way(self.command, self.seconds, self.serving.get("settings", {}), self.word)


def carry_out(asked: Asked, progress: Progress) -> Fuzz:
    """Give a client program generated answers, and find out which of them break it.

    To be called in the main thread.

    Args:
        asked: what the user wants.
        progress: told of what has been done.

    Raises:
        UsageError: the mocks cannot be served so, a name or file is wrong, or the command cannot be run.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # a garbled request is the client's affair, not news
    if not asked.seconds <= LONGEST_SECONDS:
        raise UsageError(f"--timeout {asked.seconds:g}: a run may take {LONGEST_SECONDS:g} s at the most")
    earlier = [reproduction.read(path) for path in asked.earlier]
    with serve(**asked.serving) as mocks, tempfile.TemporaryDirectory(prefix="crm-mocks-fuzz-") as folder:
        stand = Stand(mocks, Path(folder), trust=asked.trust)
        stand.check(asked.vendors, asked.operations)
        rules = rules_of(asked, stand)
        _examine(earlier, stand)
        clients = _clients(asked)
        with Lanes(stand, clients) as lanes, ends_with_us(Herd(clients)):
            return _fuzz(asked, stand, lanes, rules, earlier, progress)


def _fuzz(
    asked: Asked, stand: Stand, lanes: Lanes, rules: Rules, earlier: Sequence[Attempt], progress: Progress
) -> Fuzz:
    plain = lanes.plain()
    complaint = stand.complaint(plain, lanes.first.name, asked.seconds)
    wanted = chosen(plain, asked.vendors, asked.operations)
    if not complaint and not wanted:
        named = ", ".join(asked.operations or asked.vendors)
        complaint = f"the client calls nothing of {named} in its plain run, only {', '.join(plain.requests)}"
    if complaint:
        return Fuzz(asked.command, asked.seed, plain, complaint=complaint, output=plain.output)
    judge, maker = Judge(rules, plain), Maker(asked.seconds)
    ready = Readiness(lanes, judge, maker, wanted, stand.mocks.mock_app)
    return _hunted(asked, lanes, judge, maker, ready, earlier, progress)


def _hunted(
    asked: Asked,
    lanes: Lanes,
    judge: Judge,
    maker: Maker,
    ready: Readiness,
    earlier: Sequence[Attempt],
    progress: Progress,
) -> Fuzz:
    """Hunt, unless the client is not ready for it, and tell of it."""
    trouble: list[str] = []

    def keep(weakness: Weakness) -> Weakness:
        try:
            return reproduction.keep(weakness, asked.folder, asked.way, judge, asked.seed)
        except UsageError as error:  # the report has it all the same
            trouble.append(str(error))
            return weakness

    hunt = Hunt(lanes, judge, maker, Budget(asked.count, asked.budget, asked.most), asked.seed, keep, progress)
    complaint = output = ""
    interrupted = False
    try:
        complaint, output = ready.complaint()
        if not complaint:
            hunt.carry_out(earlier, ready)
    except KeyboardInterrupt:
        interrupted = True
    except UsageError as error:  # it started before, so what was done until now is worth a report
        interrupted = True
        trouble.append(str(error))
    return Fuzz(
        asked.command,
        asked.seed,
        judge.plain,
        tried=dict(sorted(hunt.tried.items())),
        answers=hunt.answers,
        runs=lanes.runs,
        seconds=hunt.seconds,
        reads=hunt.reads,
        weaknesses=tuple(hunt.weaknesses),
        flaky=tuple(hunt.flaky),
        survived=tuple(hunt.survived),
        complaint=complaint,
        output=output,
        notes=tuple(_notes(hunt, ready, asked)),
        interrupted=interrupted,
        trouble=trouble[0] if trouble else "",
    )


def rules_of(asked: Asked, stand: Stand) -> Rules:
    """Return the rules that are asked for.

    Raises:
        UsageError: an expectation or a pattern is wrong.
    """
    prints, never_prints = read_patterns(asked.prints, asked.never_prints)
    outcomes = {key: operation.outcomes for key, operation in stand.operations.items()}
    return Rules(
        expect=read_expectations(asked.expect, outcomes, WORDS),
        prints=prints,
        never_prints=never_prints,
        allow_duplicates=asked.allow_duplicates,
        heed_retry_after=asked.heed_retry_after,
        most_requests=asked.most_requests,
        seconds=asked.seconds,
    )


def _examine(earlier: Sequence[Attempt], stand: Stand) -> None:
    """Refuse earlier failures that these mocks cannot give.

    Raises:
        UsageError: there is one.
    """

    async def queue() -> None:
        suite = stand.mocks.mock_app
        session = suite.sessions.get(EXAMINED)
        for attempt in earlier:
            parse_queued_response(attempt.as_queued(), suite, session)

    stand.mocks.run(queue())


def _clients(asked: Asked) -> list[Client]:
    """Return a client for each lane: of those that are started for each run, one does for all."""
    if asked.word:
        return [PersistentClient(asked.command, asked.seconds, asked.word) for _ in range(asked.jobs)]
    return [Clients(asked.command, asked.seconds)] * asked.jobs


def _notes(hunt: Hunt, ready: Readiness, asked: Asked) -> Iterator[str]:
    """Yield what makes the report say less than it seems to."""
    for operation in hunt.reads:
        if operation not in ready.plain.outcomes:
            yield f"{operation} refused all that the plain run sent it: the client's data may be wrong"
    for operation in dict.fromkeys(each.operation for each in hunt.tried):
        unmet = sum(counts.unmet for each, counts in hunt.tried.items() if each.operation == operation)
        if unmet:
            yield f"{number(unmet, 'answer')} of {operation} reached nobody: the client did not call it in these runs"
    for trial in hunt.unmet:
        answer = trial.attempt.answer
        yield f"an earlier failure reached nobody: the client did not call {answer.operation}, for {answer.unusual}"
    if len(hunt.weaknesses) >= asked.most:
        yield f"the end of --stop-after {asked.most} is reached: there may be more weaknesses"
    codes = {trial.did.code for trial in ready.trials if trial.did.met and not trial.failures}
    if CRASH in codes and not asked.expect and not asked.never_prints:
        yield (
            f"the client ended with exit code {CRASH} for documented answers or faults, so that it may crash on others "
            "unseen: say what is right, such as --expect fault=75, or what a crash prints, by --never-prints"
        )
