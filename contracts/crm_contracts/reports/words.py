"""Words that all reports share."""

from __future__ import annotations

from dataclasses import replace

from crm_contracts.verdict.coverage import Covered, OutcomeCount
from crm_contracts.verdict.findings import Broken, Unused
from crm_contracts.verdict.model import Verdict


def place(location: tuple[str, ...]) -> str:
    """Return a location as people write it: `body.phones[*].number`, `header content-type`."""
    first, *rest = location or ("request",)
    if first != "body":
        return safe(" ".join((first, ".".join(rest)))).strip()
    return safe(first + "".join("[*]" if part == "*" else f".{part}" for part in rest))


def safe(text: str) -> str:
    """Return a text that came from a client without characters that play tricks on terminals and XML."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def safe_lines(text: str) -> str:
    """Return a text of several lines likewise."""
    return "\n".join(safe(line) for line in text.split("\n"))


def number(count: int, of: str, several: str = "") -> str:
    """Return a count with its noun."""
    return f"{count} {of if count == 1 else several or of + 's'}"


def share(covered: Covered) -> str:
    """Return so many of so many, with the percentage."""
    return f"{covered.covered} of {covered.total} ({covered.percent:.1f} %)"


def shortfall(verdict: Verdict, least: float | None) -> str:
    """Return that coverage is under the percentage wanted, or an empty text."""
    if least is None or not verdict.coverage.is_under(least):
        return ""
    return f"coverage of {verdict.coverage.percent:.1f} % is under {least:g} %"


def held_to(verdict: Verdict, least: float | None) -> Verdict:
    """Return the verdict with the complaint that coverage is under the percentage wanted, if it is."""
    complaint = shortfall(verdict, least)
    return replace(verdict, complaints=(*verdict.complaints, complaint)) if complaint else verdict


def summary(verdict: Verdict) -> str:
    """Return the verdict in one sentence."""
    exchanges = number(verdict.exchanges, "exchange")
    if not verdict.exchanges:
        return "no request came"
    if not verdict.failing:
        return f"{exchanges}, none of which broke the contract" + _beside(verdict)
    rules = sum(1 for each in verdict.failing if not each.request)
    strays = sum(1 for each in verdict.failing if each.request)
    what = [number(rules, "rule") + " broken"] if rules else []
    what += [number(strays, "kind") + " of request that no operation takes"] if strays else []
    return f"{' and '.join(what)}, in {verdict.faulty} of {exchanges}" + _beside(verdict)


def _beside(verdict: Verdict) -> str:
    known = sum(each.known for each in verdict.broken)
    allowed = sum(each.count for each in verdict.allowed)
    beside = [number(allowed, "allowed mistake")] if allowed else []
    beside += [number(known, "known debt")] if known else []
    return f" ({', '.join(beside)} beside)" if beside else ""


def whose(broken: Broken) -> str:
    """Return the operation whose rule is broken, or what came in its place."""
    return broken.operation or safe(broken.request) or broken.vendor


def standing(broken: Broken) -> str:
    """Return why a broken rule does not count, or an empty text."""
    if broken.known:
        return "known"
    if broken.count == broken.allowed:
        return "allowed"
    return f"{broken.allowed} of these allowed" if broken.allowed else ""


def nearest(broken: Broken) -> str:
    """Return the operations that a request without one is most like, or an empty text."""
    return ", ".join(f"{each.method} {each.path} ({each.operation})" for each in broken.near)


def chosen(outcome: OutcomeCount) -> str:
    """Return how often an outcome was given, and by what where not by the mock itself."""
    forced = [f"{by} {count}" for by, count in outcome.counts.items() if by != "mock"]
    return f"×{outcome.count}" + (f" ({', '.join(forced)})" if forced else "")


def unused(answer: Unused) -> str:
    """Return what became of a queued answer."""
    if not answer.used:
        return f"{answer.operation}: {safe(answer.answer)}, never used"
    return f"{answer.operation}: {safe(answer.answer)}, used {answer.used} of {number(answer.times or 0, 'time')}"
