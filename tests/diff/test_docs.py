"""The output on docs/diff.md is what the command prints."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm_contracts.commands.diff import command
from tests.docs.snippets import ROOT, blocks_of

PAGE = ROOT / "docs" / "diff.md"
BLOCKS = [block for block in blocks_of(PAGE.read_text("utf-8"), "diff.md") if block.language == "console"]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_the_output_shown_is_what_is_printed(block, monkeypatch):
    monkeypatch.chdir(Path(ROOT))
    (line,) = block.commands
    done = CliRunner().invoke(command, shlex.split(line)[2:], standalone_mode=False)
    assert block.text == f"$ {line}\n{done.output}"
    assert done.return_value == block.exit_code
