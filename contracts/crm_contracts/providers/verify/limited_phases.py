"""Phases of schemathesis that give up operations whose requests take too long to make, and go on with the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from schemathesis.engine import Status, events
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.engine.run import unit
from schemathesis.engine.run.stateful import _executor as stateful
from schemathesis.engine.run.unit import _direct_executor as direct
from schemathesis.generation import GenerationMode
from schemathesis.generation.drivers import ExamplesGenerator
from schemathesis.generation.hypothesis import builder

from crm_contracts.providers.verify.preparation_limit import PreparationLimit

GaveUp = Callable[[str, str], None]
"""Called with the label of an operation, empty for chains of them, and what was not made, with the reason."""

_MAX_CASES: Final = 2000
"""Number of cases of an operation and phase that only combinations of alternatives within each other reach."""

_EVERY: Final = 10
"""One in this many of so many cases is sent."""


def limit_phases(limit: PreparationLimit, gave_up: GaveUp, attempted: Callable[[], None]) -> None:
    """Have schemathesis' phases give up what takes too long.

    Args:
        limit: on the time for each operation in each phase.
        gave_up: called for each.
        attempted: called after each operation in each phase.
    """
    phases = _LimitedPhases(limit, gave_up, attempted)
    replacements: tuple[tuple[Any, str, Any], ...] = (
        (direct, "_collect_within_budget", phases.collect),
        (unit, "_run_hypothesis_test", phases.fuzz),
        (builder, "_fuzzing_strategy", phases.strategy),
        (stateful, "execute_state_machine_loop", phases.chain),
    )
    for module, name, replacement in replacements:
        setattr(module, name, replacement)


class _LimitedPhases:
    """Replacements of functions of schemathesis, which has no option for such a limit."""

    def __init__(self, limit: PreparationLimit, gave_up: GaveUp, attempted: Callable[[], None]) -> None:
        self._limit = limit
        self._gave_up = gave_up
        self._attempted = attempted
        self._late = f"making them took more than {limit.seconds:g} s of processor time"
        self._valid_only: set[str] = set()
        self._collect: Any = direct._collect_within_budget  # noqa: SLF001  # see above
        self._fuzz = unit._run_hypothesis_test  # noqa: SLF001  # see above
        self._strategy = builder._fuzzing_strategy  # noqa: SLF001  # see above
        self._chain = stateful.execute_state_machine_loop

    def collect(self, generator: Any, ctx: Any) -> list[Any]:
        """Return the cases of an operation that can be made, and not more than make sense."""
        examples = isinstance(generator, ExamplesGenerator)
        cases, missing = self._made(generator, ctx)
        if missing and not examples and generator._generation_modes != [GenerationMode.NEGATIVE]:  # noqa: SLF001  # see above
            generator._generation_modes = [GenerationMode.NEGATIVE]  # noqa: SLF001  # valid ones came first
            cases += self._made(generator, ctx)[0]
        if missing:
            kind = "examples" if examples else "coverage"
            self._gave_up(generator.operation.label, f"all requests of the phase {kind}: {missing}")
        return cases

    def _made(self, generator: Any, ctx: Any) -> tuple[list[Any], str]:
        """Return cases, and why there are not all; empty if there are."""
        cases: list[Any] = []
        in_time = self._in_time(lambda: self._collect(_Kept(generator, cases), ctx))
        if len(cases) >= _MAX_CASES:
            return cases[::_EVERY], f"there are more than {_MAX_CASES}"
        return cases, "" if in_time else self._late

    def fuzz(self, operation: Any, **arguments: Any) -> None:
        """Generate and send cases of an operation; only valid ones if the others take too long."""
        label = operation.label
        if self._in_time(lambda: self._fuzz(operation, **arguments)):
            return
        self._valid_only.add(label)
        in_time = self._in_time(lambda: self._fuzz(operation, **arguments))
        kind = "invalid requests" if in_time else "requests"
        self._gave_up(label, f"{kind} of the phase fuzzing: {self._late}")
        if not in_time:
            self._finish(label, arguments)

    def strategy(self, operation: Any, config: Any, arguments: dict[str, Any]) -> Any:
        """Return the strategy for cases of an operation."""
        if operation.label not in self._valid_only:
            return self._strategy(operation, config, arguments)
        return operation.as_strategy(generation_mode=GenerationMode.POSITIVE, feedback=config.feedback, **arguments)

    def chain(self, **arguments: Any) -> None:
        """Send chains of operations."""
        if not self._in_time(lambda: self._chain(**arguments)):
            self._gave_up("", f"all chains of operations: {self._late}")

    def _in_time(self, work: Callable[[], object]) -> bool:
        in_time = self._limit.attempt(work)
        self._attempted()
        return in_time

    def _finish(self, label: str, arguments: dict[str, Any]) -> None:
        """Tell schemathesis that it has finished with an operation."""
        started = arguments["scenario_started"]
        arguments["events_queue"].put(
            events.ScenarioFinished(
                id=started.id,
                suite_id=started.suite_id,
                phase=arguments["phase"],
                label=label,
                status=Status.SKIP,
                recorder=ScenarioRecorder(label=label),
                elapsed_time=0.0,
                skip_reason="Not made in time",
                is_final=True,
            )
        )


class _Kept:
    """A generator of cases, up to the limit, that keeps them, so that those made before an interruption are sent."""

    def __init__(self, generator: Iterable[Any], cases: list[Any]) -> None:
        self._generator = generator
        self._cases = cases

    def __iter__(self) -> Iterator[Any]:
        for case in islice(self._generator, _MAX_CASES):
            self._cases.append(case)
            yield case
