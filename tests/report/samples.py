"""A sample report with a block of each kind."""

from __future__ import annotations

from crm_contracts.report.checks import Check, CheckStatus
from crm_contracts.report.document import (
    Alternatives,
    BulletList,
    CodeBlock,
    Fact,
    FactList,
    Figure,
    FindingItem,
    Paragraph,
    Report,
    ReportSection,
    TableCell,
    table,
)
from crm_contracts.report.spans import Code, Strong, Tone

HOSTILE = (
    "\x1b[31m</pre></script><b>&\"'`|*@team\x00\u202e\ud83d]]>\n::error::x\n  ::set-output::y ##vso[task]##[error]"
)
"""Text that a client may send and that reports must neutralize."""


def document(text: str = "word") -> Report:
    """Return a report that contains a text in every possible position."""
    request = CodeBlock(f"curl {text}", f"first in {text}", "sh")
    finding = FindingItem(
        (f"toy.createContact {text} ", Code(f"body.{text}"), " type"),
        count=3,
        tags=(f"known {text}",),
        message=(f"message {text} ", Strong(text, Tone.BAD)),
        sent=Code(text),
        expected=f"a string {text}",
        facts=(Fact(f"allow {text}", Code(text)),),
        blocks=(request, CodeBlock(text, f"output {text}")),
    )
    cell = TableCell(f"cell {text}", Tone.BAD, Figure("share", 1, 2), (Paragraph(f"why {text}"), CodeBlock(text)))
    return Report(
        command="run",
        title="Contract",
        word="broken",
        passed=False,
        summary=f"2 rules broken {text}",
        subject=Code(f"traffic.har {text}"),
        complaints=(f"complaint {text}",),
        introduction=(f"introduction {text}",),
        figures=(Figure(f"Coverage of outcomes {text}", 1, 5), Figure("sessions", 2)),
        sections=(
            ReportSection("Broken", (finding,), tone=Tone.BAD),
            ReportSection(
                f"Coverage {text}",
                (
                    Paragraph(f"paragraph {text}", Tone.QUIET),
                    table((f"column {text}", "second"), [[f"first {text}", cell]]),
                    table(("operation", "where", "change"), [["op", Code(text), "a"], ["op", "", "b"]], grouped=True),
                    ReportSection(
                        (f"operation {text}", Code(text)),
                        (FactList((Fact("covered", f"201 {text}", Tone.GOOD),)),),
                        folded=True,
                        figure=Figure("", 1, 5),
                    ),
                    BulletList((f"item {text}",)),
                    Alternatives((Paragraph(f"full {text}"),), (Paragraph(f"brief {text}"),)),
                    CodeBlock(text, f"block {text}", folded=False),
                ),
            ),
            ReportSection("Nothing", (BulletList(()),)),
        ),
        metadata=(Fact(f"contract {text}", Code(text)),),
        checks=(
            Check("toy", f"class {text}", f"name {text}", message=f"passed {text}", seconds=0.25),
            Check("toy", f"class {text}", f"name {text}", CheckStatus.FAILED, text, f"type {text}", f"details {text}"),
            Check("toy", "class", text, CheckStatus.SKIPPED, f"skipped {text}"),
            Check(f"other {text}", "class", "bare", CheckStatus.FAILED, output=f"printed {text}"),
        ),
        data={"text": text, "number": 10**30},
    )
