"""An examination as plain data: what reports are written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from crm_contracts.examination.findings import Finding, Noticed, Refused, Side, Stray
from crm_contracts.examination.statuses import CONFIRMED, CONTRADICTED, NOT_REACHED, OperationExamined
from crm_contracts.judge.codec import Malformed, decode, encode

FORMAT: Final = "crm-mocks examination 1"
"""Marks a JSON document as an examination; the number rises when older programs could misread it."""


@dataclass(frozen=True)
class Examination:
    """What came of holding exchanges to contracts.

    Attributes:
        title: what was examined, for a heading: `Recorded traffic`.
        subjects: where the exchanges come from: URL of a provider, or files.
        vendors: whose contracts they were held to.
        contracts: digests of the contracts in force, by vendor.
        exchanges: how many requests there were, those among them that no operation takes.
        faulty: how many of them have a finding.
        operations: those of the vendors.
        findings: rules broken, those of clients before those of providers.
        refused: refusals of requests that broke nothing.
        notices: what breaks nothing, but is worth knowing.
        strays: requests that are not about the contract.
        complaints: sentences on what else is wrong, such as a part that could not be examined.
    """

    title: str
    subjects: tuple[str, ...]
    vendors: tuple[str, ...]
    contracts: Mapping[str, str]
    exchanges: int
    faulty: int
    operations: tuple[OperationExamined, ...]
    findings: tuple[Finding, ...] = ()
    refused: tuple[Refused, ...] = ()
    notices: tuple[Noticed, ...] = ()
    strays: tuple[Stray, ...] = ()
    complaints: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """What came of it in a word: `broken`, `kept`, or `not checked` where no operation was called."""
        if self.findings:
            return "broken"
        return "kept" if self.is_of_something else "not checked"

    @property
    def is_of_something(self) -> bool:
        """Whether an operation of a contract was called."""
        return any(each.count for each in self.operations)

    def findings_of(self, side: Side) -> tuple[Finding, ...]:
        """Return what one side is at fault for."""
        return tuple(each for each in self.findings if each.side is side)

    def statuses(self, word: str) -> int:
        """Return how many statuses of operations are `confirmed`, `contradicted` or `not reached`."""
        return sum(status.word == word for operation in self.operations for status in operation.counted)

    def about_called(self) -> Examination:
        """Return the examination without the vendors of which no operation was called, if any was."""
        called = {each.key.partition(".")[0] for each in self.operations if each.count}
        if not called:
            return self
        return replace(
            self,
            vendors=tuple(each for each in self.vendors if each in called),
            contracts={name: digest for name, digest in self.contracts.items() if name in called},
            operations=tuple(each for each in self.operations if each.key.partition(".")[0] in called),
        )

    def exit_code(self) -> int:
        """Return 1 if a contract was broken, or something is complained of; else 0."""
        return 1 if self.findings or self.complaints else 0

    def as_json(self) -> dict[str, Any]:
        """Return the examination as a JSON value, with what follows for readers that do not count themselves."""
        counts = {word.replace(" ", "_"): self.statuses(word) for word in (CONFIRMED, CONTRADICTED, NOT_REACHED)}
        members: dict[str, Any] = encode(self)
        return {"format": FORMAT, "examination": self.word, "statuses": counts, **members}

    @classmethod
    def from_json(cls, value: Any) -> Examination:
        """Return the examination that `as_json` was of.

        Raises:
            Malformed: it is none, or one of a later version.
        """
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise Malformed(f'it has no "format": "{FORMAT}"')
        return decode(cls, value, "examination")
