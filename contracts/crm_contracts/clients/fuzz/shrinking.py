"""Shrink a case to the smallest one that still breaks a client, in few runs.

Hypothesis shrinks generated values one choice at a time, in hundreds of runs; a program is too slow for that. A case
is a list of known mutations instead, so that a few runs are enough, several of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from crm_contracts.clients.fuzz.cases import FuzzCase, FuzzCaseBuilder
from crm_contracts.clients.fuzz.weakness import FlakyCase, FuzzResult
from crm_contracts.clients.fuzz.weakness_groups import are_alike
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.mutation_pool import mutation_pool
from crm_contracts.fuzz.response_builder import Mutation
from crm_mocks.location import Location

CONFIRMATIONS: Final = 2
"""Further runs in which a case must break the client."""

_SAMPLE: Final = 16
"""Milder mutations that are tried first."""

_OTHERS: Final = 32
"""Highest number of the other milder mutations that are tried next."""

RunAll = Callable[[Sequence[FuzzCase]], list[FuzzResult]]


class Shrinker:
    """Shrinks cases that break a client.

    Attributes:
        runs: number of runs for the last case.
        smallest: result of its smallest form so far.
        confirmed: the case broke the client in all runs.
    """

    def __init__(self, builder: FuzzCaseBuilder, run_all: RunAll, run_all_fresh: RunAll) -> None:
        """Prepare to shrink.

        Args:
            builder: builds cases.
            run_all: runs cases and judges their results.
            run_all_fresh: does the same with a new process for each case.
        """
        self._builder = builder
        self._run_all = run_all
        self._run_all_fresh = run_all_fresh
        self.runs = 0
        self.smallest: FuzzResult | None = None
        self.confirmed = False

    def shrink(self, result: FuzzResult) -> FuzzResult | FlakyCase:
        """Return the result of the smallest case that breaks the client alike, or that the case is flaky.

        Args:
            result: a failure of the client.

        Raises:
            DeadlineReached: the time is over; see the attributes for what was done.
        """
        self.runs, self.smallest, self.confirmed = 0, result, False
        again = self._run_all_fresh([result.case] * CONFIRMATIONS)
        self.runs = len(again)
        broke = [each for each in again if each.failures]
        if len(broke) < len(again):
            return FlakyCase(result, 1 + len(broke), 1 + len(again))
        self.confirmed = True
        if result.case.example is None:
            return result
        for step in (self.with_fewer, self._once, self._with_milder):
            self.smallest = result = step(result)
        return result

    def with_fewer(self, result: FuzzResult) -> FuzzResult:
        """Leave mutations out: keep a single one if it is enough, else leave out as many as possible."""
        mutations = result.case.mutations
        if len(mutations) < 2:
            return result
        found = self._first_with(result, ([each] for each in mutations))
        if found is not None:
            return found
        parts = 2
        while len(mutations) > 2:
            size = -(-len(mutations) // parts)
            without = [[*mutations[:at], *mutations[at + size :]] for at in range(0, len(mutations), size)]
            found = self._first_with(result, without)
            if found is not None:
                result, mutations, parts = found, found.case.mutations, max(parts - 1, 2)
            elif size == 1:
                break
            else:
                parts = min(parts * 2, len(mutations))
        return result

    def _once(self, result: FuzzResult) -> FuzzResult:
        """Give the response to the first request only, if that is enough."""
        case = result.case
        if not case.always:
            return result
        once = self._rebuilt(result, case.mutations, allowed=case.response.allowed, always=False)
        return self._first_alike(result, self._run([once])) or result

    def _with_milder(self, result: FuzzResult) -> FuzzResult:
        """Replace the last mutation by the mildest one of the same kind that is enough.

        Of many, a sample is tried first, and then the ones before the mildest of the sample that is enough.
        """
        if not result.case.mutations:
            return result
        milder = list(self._milder(result.case, result.case.mutations[-1]))
        step = -(-len(milder) // _SAMPLE) or 1
        found = self._first_instead(result, milder[::step])
        if step == 1:
            return found or result
        words = (found or result).case.mutations[-1].description
        at = next((number for number, (each, _) in enumerate(milder) if each.description == words), len(milder))
        others = [each for number, each in enumerate(milder[:at]) if number % step]
        return self._first_instead(result, others[:_OTHERS]) or found or result

    def _first_instead(self, result: FuzzResult, milder: Sequence[tuple[Mutation, bool]]) -> FuzzResult | None:
        """Return the result of the first mutation that breaks the client in place of the last one."""
        case, others = result.case, result.case.mutations[:-1]
        cases = []
        for each, allowed in milder:
            still_allowed = allowed and (case.response.allowed or not others)
            cases.append(self._rebuilt(result, [*others, each], allowed=still_allowed, always=case.always))
        return self._first_alike(result, self._run(cases))

    def _milder(self, case: FuzzCase, last: Mutation) -> Iterator[tuple[Mutation, bool]]:
        """Yield milder mutations of the same kind and location, the mildest first, and whether each is allowed.

        What the contract allows is milder than what it forbids.
        """
        assert case.example is not None  # a case without an example is not shrunk
        pool = mutation_pool(case.example)
        for allowed, mutations in ((True, pool.allowed), (False, pool.forbidden)):
            for each in mutations.get(last.kind, ()):
                if each.description == last.description:
                    return
                if _subject(each) == _subject(last):
                    yield each, allowed

    def _first_with(self, result: FuzzResult, several: Iterable[list[Mutation]]) -> FuzzResult | None:
        """Return the result of the first list of mutations that breaks the client alike."""
        case = result.case
        cases = [self._rebuilt(result, each, allowed=case.response.allowed, always=case.always) for each in several]
        return self._first_alike(result, self._run(cases))

    def _rebuilt(self, result: FuzzResult, mutations: Iterable[Mutation], *, allowed: bool, always: bool) -> FuzzCase:
        assert result.case.example is not None  # a case without an example is not shrunk
        return self._builder.build(result.case.example, mutations, allowed=allowed, always=always)

    def _run(self, cases: Sequence[FuzzCase]) -> list[FuzzResult]:
        results = self._run_all(cases)
        self.runs += len(results)
        return results

    def _first_alike(self, result: FuzzResult, others: Sequence[FuzzResult]) -> FuzzResult | None:
        return next((each for each in others if each.failures and are_alike(each, result)), None)


def _subject(mutation: Mutation) -> Location:
    """Return the location that a mutation is about: for an undocumented member, the object that has it."""
    return mutation.location[:-1] if mutation.kind is MutationKind.UNKNOWN_MEMBER else mutation.location
