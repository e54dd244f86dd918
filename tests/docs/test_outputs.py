"""An output that a page shows is held to what its command prints; what differs from run to run is left out of it."""

from __future__ import annotations

import pytest

from tests.docs.outputs import agrees, compare, of_script, rewritten
from tests.docs.snippets import Snippet, all_blocks

LINES = ["Contract kept", "4 ms at http://127.0.0.1:4010", "", "200 ×1 (2026-01-31)"]


@pytest.mark.parametrize(
    "shown",
    [
        LINES,
        ["Contract kept", "17 ms at http://127.0.0.1:40519", "", "200 ×1 (2026-11-30)"],
        ["Contract kept", "…"],
        ["…", "200 ×1 (2026-01-31)"],
        ["Contract …", "…", "200 ×1…"],
    ],
)
def test_an_output_agrees_but_for_what_is_volatile_or_left_out(shown: list[str]) -> None:
    assert agrees(shown, LINES)


@pytest.mark.parametrize(
    "shown",
    [
        LINES[:-1],
        ["Contract broken", *LINES[1:]],
        ["Contract kept", "…", "200 ×2 (2026-01-31)"],
        ["…", "Contract kept…"],
        ["200 ×1…", "…", "Contract kept"],
    ],
)
def test_another_output_does_not_agree(shown: list[str]) -> None:
    assert not agrees(shown, LINES)


def test_a_rewritten_output_leaves_out_what_was_left_out() -> None:
    shown = ["Broken in 2 places", "…", "  first: a is absent", "…", "Notes"]
    printed = ["Broken in 3 places", "baseline run", "  first: b is absent", "      where", "Notes", "  none"]
    new = rewritten(shown, printed)
    assert new == ["Broken in 3 places", "…", "  first: b is absent", "…", "Notes", "  none"]
    assert agrees(new, printed)


def test_each_command_of_a_block_has_the_output_below_it() -> None:
    block = Snippet("page.md:1", "console", "$ one\n$ two\nold\n$ three\nthe same\n")
    assert block.steps == [("one", []), ("two", ["old"]), ("three", ["the same"])]
    differences = compare(block, of_script("not shown\n\x1enew\n\x1ethe same\n\x1e"), write=False)
    assert differences == ["page.md:1 $ two", "--- shown", "+++ printed", "@@ -1 +1 @@", "-old", "+new"]


def test_outputs_that_are_not_compared_say_why() -> None:
    blocks = [block for block in all_blocks() if block.page != "docs/sweeps.md"]  # tests/tools/pages compares it
    texts = [block.place for block in blocks if block.language == "text" and not block.not_compared]
    outputs = [block.page for block in blocks if block.not_run and any(lines for _, lines in block.steps)]
    assert (texts, outputs) == ([], ["README.md"]), "tests/delivery compares that of README.md"
