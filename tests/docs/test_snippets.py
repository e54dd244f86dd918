"""Every snippet of README.md and docs/ does what the page says: commands run, Python runs, tests pass."""

from __future__ import annotations

import re
import subprocess
from contextlib import ExitStack
from itertools import groupby

import pytest

import crm_mocks
from tests.docs import outputs
from tests.docs.snippets import ROOT, Snippet, all_blocks, blocks_of

SERVED_AT = "http://127.0.0.1:4010"
SECONDS = 120
BLOCKS = all_blocks()
CONSOLE = [block for block in BLOCKS if block.language == "console"]
PAGES = {page: [*blocks] for page, blocks in groupby(CONSOLE, key=lambda block: block.page)}
PYTHON = [block for block in BLOCKS if block.language == "python"]
OF_DELIVERY = "tests/delivery"
"""Begins the mark of blocks that need an index or an image, which these tests make."""
_FOREGROUND = re.compile(
    r"(make|git clone|cd|pip install|python -m pip install|crm-mocks( \S+)* serve|crm-mocks serve)\b"
)


@pytest.fixture
def here(tmp_path):
    """A folder that looks like the repository, where a snippet may write files."""
    for entry in ROOT.iterdir():
        if not entry.name.startswith("."):
            (tmp_path / entry.name).symlink_to(entry)
    return tmp_path


@pytest.fixture
def run(programs, reader_environment):
    """Run a program as the page's reader would, with `crm-mocks` on the path; return the finished process."""

    def run(folder, *arguments):
        program, *others = arguments
        stand_in = programs / program
        command = [str(stand_in) if stand_in.exists() else program, *others]
        return subprocess.run(
            command,
            cwd=folder,
            env=reader_environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    return run


@pytest.fixture
def served():
    """Put the address of this test's server into a text that uses the address of the pages."""
    with ExitStack() as servers:
        urls = []

        def served(text):
            if SERVED_AT not in text:
                return text
            if not urls:
                urls.append(servers.enter_context(crm_mocks.serve(port=0)).url)
            return text.replace(SERVED_AT, urls[0])

        yield served


def _id(snippet: Snippet) -> str:
    return snippet.place


@pytest.mark.parametrize("blocks", PAGES.values(), ids=PAGES.keys())
def test_the_commands_of_a_page_give_their_exit_codes_and_outputs(blocks, here, run, served, request):
    differences = []
    for block in blocks:
        if block.not_run:
            continue
        done = run(here, "bash", "-c", served(outputs.script(block.commands)))
        assert done.returncode == block.exit_code, f"{block.place}\n{done.stdout}"
        if not block.not_compared:
            printed = outputs.of_script(done.stdout.replace(f"{here}/", ""))
            differences += outputs.compare(block, printed, write=request.config.getoption("--write-outputs"))
    assert not differences, "\n".join(["ARGS=--write-outputs writes them:", *differences])


@pytest.mark.parametrize("snippet", PYTHON, ids=_id)
def test_a_python_snippet_runs(snippet, tmp_path, run, served):
    is_test = "def test_" in snippet.text
    path = tmp_path / ("test_snippet.py" if is_test else "snippet.py")
    path.write_text(served(snippet.text), "utf-8")
    arguments = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if is_test else []
    done = run(tmp_path, "python", *arguments, path.name)
    assert done.returncode == snippet.exit_code, f"{done.stdout}"


def test_there_are_pages_with_snippets():
    assert CONSOLE


def test_commands_stand_in_console_blocks_only():
    assert [block.place for block in BLOCKS if block.language in ("bash", "sh", "shell", "zsh", "pycon")] == []


def test_a_console_block_has_commands():
    assert [block.place for block in CONSOLE if not block.commands] == []


def test_only_what_stays_in_the_foreground_is_not_run():
    unfit = [
        f"{block.place}: {command}"
        for block in BLOCKS
        if block.not_run and not block.not_run.startswith(OF_DELIVERY)
        for command in block.commands or [block.text]
        if not _FOREGROUND.match(command)
    ]
    assert unfit == []


def test_marks_and_commands_of_a_page_are_found():
    page = """\
<!-- exit: 2 -->
```console
$ crm-mocks serve nobody
error
$ curl \\
    -s 'a
b'
output
```

`a/file.py`

```python
not a snippet
```

<!-- not run: stays in the foreground -->
```console
$ make serve
```
"""
    first, second = blocks_of(page, "page.md")
    assert (first.place, first.exit_code, first.commands) == (
        "page.md:2",
        2,
        ["crm-mocks serve nobody", "curl \\\n    -s 'a\nb'"],
    )
    assert (second.not_run, second.commands) == ("stays in the foreground", ["make serve"])


def test_a_here_document_is_part_of_its_command():
    (block,) = blocks_of("```console\n$ cat > f <<'E'\n$ x\nE\n$ cat f\n```\n", "page.md")
    assert block.commands == ["cat > f <<'E'\n$ x\nE", "cat f"]


def test_a_snippet_that_fails_is_noticed(run, tmp_path):
    assert run(tmp_path, "bash", "-c", "set -eo pipefail\nfalse\ntrue").returncode == 1
    assert run(tmp_path, "crm-mocks", "--no-such-option").returncode == 2
