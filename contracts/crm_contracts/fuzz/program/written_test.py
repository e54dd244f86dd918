"""The text of a pytest test that fails until a client survives an answer."""

from __future__ import annotations

import json
import pprint
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crm_contracts.fuzz.program.model import Symptom, Weakness
from crm_contracts.fuzz.program.rules import Judge

_WIDTH: Final = 100
_LONGEST: Final = 100
_TEMPLATE: Final = '''\
"""{title}.

{unusual}.

Found and written by crm-mocks fuzz; to be run in the folder that it was run in.
"""

import json
{imports}import subprocess
from pathlib import Path

ANSWER = json.loads(Path(__file__).with_name({file}).read_bytes())
COMMAND = {command}


def test_the_client_survives(crm_mocks):
{body}
'''


@dataclass(frozen=True)
class Way:
    """How the client was run.

    Attributes:
        command: program and arguments.
        seconds: time limit of a run.
        settings: of the mocks, by `<vendor>.<name>`, where they are not the usual ones.
        word: by which it tells that it is ready, where it is persistent; else empty.
    """

    command: Sequence[str]
    seconds: float
    settings: Mapping[str, Any]
    word: str = ""


def text_of(weakness: Weakness, file: str, way: Way, judge: Judge) -> str:
    """Return the test.

    Args:
        weakness: what was found.
        file: name of the reproduction, in the test's own folder.
        way: how the client was run.
        judge: who judged it.
    """
    answer = weakness.answer
    body = [*_run(answer.operation, way), *_code(judge, weakness, way), *_rest(judge, weakness)]
    return _TEMPLATE.format(
        title=_plain(f"{weakness.name}: {answer.operation}, {answer.status} {answer.outcome}"),
        unusual=_plain(weakness.trial.attempt.unusual),
        imports="import re\n" if any("re." in line for line in body) else "",
        file=json.dumps(file),
        command=pprint.pformat(list(way.command), width=_WIDTH),
        body="\n".join(f"    {line}" for line in body),
    )


def _run(operation: str, way: Way) -> Iterator[str]:
    if way.settings:
        yield f"crm_mocks.settings({dict(way.settings)!r})"
    yield f"crm_mocks[{json.dumps(operation.partition('.')[0])}].respond(**ANSWER)"
    yield "ran = subprocess.run("
    yield "    COMMAND,"
    yield "    env=crm_mocks.environment,"
    yield '    input="run\\n",' if way.word else "    stdin=subprocess.DEVNULL,"
    yield "    stdout=subprocess.PIPE,"
    yield "    stderr=subprocess.STDOUT,"
    yield '    encoding="utf-8",'
    yield '    errors="replace",'
    yield f"    timeout={way.seconds:g},"
    yield "    check=False,"
    yield ")"


def _code(judge: Judge, weakness: Weakness, way: Way) -> Iterator[str]:
    codes = _set(judge.codes(weakness.answer))
    if way.word:
        line = rf"^{re.escape(way.word)}(?: +(\d+))?\s*$"
        yield f"ready = re.findall({line!r}, ran.stdout, re.MULTILINE)"
        yield "assert len(ready) == 2, ran.stdout  # before the run, and after it"
        yield f"assert int(ready[1] or 0) in {codes}, ran.stdout"
    else:
        yield f"assert ran.returncode in {codes}, ran.stdout"


def _rest(judge: Judge, weakness: Weakness) -> Iterator[str]:
    trial = weakness.trial
    if trial.symptom is Symptom.DUPLICATE:
        for key in trial.did.surplus:
            vendor, _, kind = key.partition(".")
            yield f'assert len(crm_mocks["{vendor}"].records("{kind}")) <= {judge.plain.records[key]}'
    for pattern in judge.wrongly_printed(trial):
        yield f"assert not re.search({pattern.pattern!r}, ran.stdout, re.MULTILINE), ran.stdout"
    for pattern in judge.not_printed(trial):
        yield f"assert re.search({pattern.pattern!r}, ran.stdout, re.MULTILINE), ran.stdout"


def _set(codes: Iterable[int]) -> str:
    return f"{{{', '.join(map(str, sorted(codes)))}}}"


def _plain(text: str) -> str:
    """Return a text that can stand in a docstring, cut where it is long."""
    safe = text.encode("ascii", "backslashreplace").decode().replace("\\", "/").replace('"', "'")
    return safe if len(safe) <= _LONGEST else f"{safe[:_LONGEST]}..."
