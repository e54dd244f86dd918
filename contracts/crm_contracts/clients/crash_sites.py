"""Where a program failed, as read from the stack trace that it printed: it may have crashed, or logged the error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

_LIBRARY_FILES: Final = re.compile(
    r"site-packages/|dist-packages/|/lib(?:64)?/python\d|^<frozen |"  # Python
    r"^node:|/node_modules/|"  # Node.js
    r"/go/src/|/pkg/mod/|"  # Go
    r"/vendor/|"  # PHP
    r"/gems/|/ruby/\d|^<internal:|"  # Ruby
    r"^/rustc/|/\.cargo/|"  # Rust
    r"/share/perl|/perl5?/"  # Perl
)
_LIBRARY_METHODS: Final = re.compile(
    r"(?:[\w.]+/)?(?:java|javax|jdk|sun|com\.sun|kotlin|scala|org\.apache|org\.springframework|org\.json|com\.fasterxml|"
    r"com\.google|okhttp3|okio|retrofit2|feign|io\.netty|reactor|System|Microsoft|Newtonsoft|RestSharp)\."
)
"""Methods of libraries, in languages whose traces have no folders."""

_NAMES_ERROR: Final = re.compile(r"(?:^|\s)[\w$.:\\]*(?:Error|Exception)\b.*$")
_LONGEST: Final = 100


class Frame(NamedTuple):
    """A frame of a stack trace.

    Attributes:
        place: name and line of the file, with the column if the trace has it, or the method if the trace has no files.
        is_own: it is in the client's own code, not in a library.
    """

    place: str
    is_own: bool


class Raised(NamedTuple):
    """An error and its frames, the innermost first."""

    error: str
    frames: Sequence[Frame]

    @property
    def site(self) -> str:
        """The error and its innermost frame in the client's own code; empty without such a frame."""
        own = next((frame.place for frame in self.frames if frame.is_own), "")
        return f"{self.error} at {own}" if own else ""


class CrashSite(NamedTuple):
    """Where a program failed.

    Attributes:
        error: the error, and the one that it wraps, if any, each with its place.
        has_place: there is a place; otherwise `error` is a line that names an error, without its numbers.
    """

    error: str
    has_place: bool

    def is_like(self, other: CrashSite) -> bool:
        """Return whether another failure is the same, whatever values its message has."""
        if self.has_place or other.has_place:
            return self == other
        return self.error.partition(":")[0] == other.error.partition(":")[0]


def crash_site(printed: str) -> CrashSite | None:
    """Return where a program failed, such as `KeyError at client.py:12`; `None` if it does not say.

    Args:
        printed: output of the program.
    """
    for language in _LANGUAGES:
        sites = list(dict.fromkeys(raised.site for raised in language(printed) if raised.site))
        if sites:
            return CrashSite(sites[0] if len(sites) == 1 else f"{sites[0]}, caused by {sites[-1]}", has_place=True)
    lines = (_NAMES_ERROR.search(line.strip()) for line in reversed(printed.splitlines()))
    named = next((match[0].strip() for match in lines if match), "")
    return CrashSite(re.sub(r"\d+", "N", named)[:_LONGEST], has_place=False) if named else None


def _frame(file: str, line: str) -> Frame:
    path = file.removeprefix("file://").replace("\\", "/")
    return Frame(f"{path.rpartition('/')[2]}:{line}", not _LIBRARY_FILES.search(path))


def _name(error: str) -> str:
    """Return the name of an error without its module."""
    return re.split(r"[.:\\]+", error.strip(".:\\"))[-1]


_TRACEBACK: Final = re.compile(r"^[ |+-]*(?:Exception Group )?Traceback \(most recent call last\):$", re.MULTILINE)
_PYTHON_FRAME: Final = re.compile(r'^[ |]*File "(.*)", line (\d+)', re.MULTILINE)
_PYTHON_ERROR: Final = re.compile(r"^(?:  \| )?([A-Za-z_][\w.]*)(?::.*)?$", re.MULTILINE)
_PYTHON_CHAIN: Final = ("During handling of the above exception", "The above exception was the direct cause")


def _python(printed: str) -> Iterator[Raised]:
    """Yield the error of the last traceback, and those that it followed from."""
    starts = [match.start() for match in _TRACEBACK.finditer(printed)]
    blocks = [printed[start:end] for start, end in pairwise([*starts, len(printed)])]
    for number, block in reversed(list(enumerate(blocks))):
        frames = [_frame(*match.groups()) for match in _PYTHON_FRAME.finditer(block)]
        error = _PYTHON_ERROR.search(block)
        yield Raised(_name(error[1]) if error else "error", frames[::-1])
        if not number or not any(words in blocks[number - 1] for words in _PYTHON_CHAIN):
            return


_AT: Final = re.compile(r"^\s+at (.+)$")
_JAVASCRIPT: Final = re.compile(r"\(?((?:file://)?[^()\s]+?):(\d+:\d+)\)?$")
_JAVA: Final = re.compile(r"^([\w.$/<>]+)\(([\w.]+)(?::\d+)?\)$")
_CAUSE: Final = re.compile(r"^\s*(?:\[cause\]|Caused by): ")
_HEAD: Final = re.compile(
    r"^\s*((?:\[cause\]|Caused by): |Uncaught |Exception in thread \".*?\" )?([A-Za-z_$][\w$.]*)( \[\w+\])?(?::|$)"
)


def _node_or_java(printed: str) -> Iterator[Raised]:
    """Yield the error of the last stack trace, and its causes."""
    chain: list[Raised] = []
    frames: list[Frame] = []
    heads: list[str] = []
    for line in printed.splitlines():
        at = _AT.match(line)
        if at is None:
            heads = [*heads, line] if not frames else [line]
            frames = []
            continue
        if not frames:
            error = _head(heads)
            is_cause = any(_CAUSE.match(head) for head in heads)
            chain = [*chain, Raised(error, frames)] if is_cause else [Raised(error, frames)]
        frames.append(_at_frame(at[1]))
    yield from chain


def _head(lines: Sequence[str]) -> str:
    """Return the name of the error whose frames follow some lines; its message may have several."""
    matches = [match for line in lines if (match := _HEAD.match(line))]
    certain = [match for match in matches if match[1] or match[3] or match[2].endswith(("Error", "Exception"))]
    found = certain[-1:] or [match for match in matches if match[0].endswith(":")][-1:]
    return _name(found[0][2]) if found else "error"


def _at_frame(text: str) -> Frame:
    java = _JAVA.match(text)
    if java:
        place = text.rpartition("(")[2].rstrip(")") if "." in java[2] else java[1]
        return Frame(place, not _LIBRARY_METHODS.match(java[1]))
    javascript = _JAVASCRIPT.search(text)
    return _frame(*javascript.groups()) if javascript else Frame(text, is_own=False)


_DOTNET: Final = re.compile(r"^Unhandled exception\. ([\w.]+)", re.MULTILINE)
_DOTNET_FRAME: Final = re.compile(r"^\s+at ([\w.`+<>]+)[\[(].*?(?: in (.+):line (\d+))?$", re.MULTILINE)


def _dotnet(printed: str) -> Iterator[Raised]:
    for match in list(_DOTNET.finditer(printed))[-1:]:
        frames = (
            Frame(_frame(file, line).place if file else method, not _LIBRARY_METHODS.match(method))
            for method, file, line in _DOTNET_FRAME.findall(printed, match.end())
        )
        yield Raised(_name(match[1]), list(frames))


_PANIC: Final = re.compile(r"^panic: (.*)$", re.MULTILINE)
_GO_FRAME: Final = re.compile(r"^\t(\S+\.go):(\d+)", re.MULTILINE)


def _go(printed: str) -> Iterator[Raised]:
    for match in list(_PANIC.finditer(printed))[-1:]:
        message = re.split(r"[\[\d{\"'`(&]", match[1], maxsplit=1)[0].strip(" :")  # what follows may be data
        yield Raised(f"panic {message}".strip(), [_frame(*found) for found in _GO_FRAME.findall(printed, match.end())])


_PHP: Final = re.compile(
    r"(?:Fatal error: +Uncaught|^Next) ([\w\\]+).*? in (\S+):(\d+)\nStack trace:", re.DOTALL | re.MULTILINE
)
_PHP_FATAL: Final = re.compile(r"Fatal error: (?! +Uncaught).* in (.+) on line (\d+)$", re.MULTILINE)
_PHP_FRAME: Final = re.compile(r"^#\d+ (.+)\((\d+)\): ", re.MULTILINE)


def _php(printed: str) -> Iterator[Raised]:
    """Yield the last uncaught error; PHP prints what it wraps before it."""
    found = list(_PHP.finditer(printed))
    ends = [*(match.start() for match in found), len(printed)][1:]
    for match, end in reversed(list(zip(found, ends, strict=False))):
        frames = [
            _frame(match[2], match[3]),
            *(_frame(*each) for each in _PHP_FRAME.findall(printed, match.end(), end)),
        ]
        yield Raised(_name(match[1]), frames)
    for match in list(_PHP_FATAL.finditer(printed))[-1:]:
        yield Raised("fatal error", [_frame(match[1], match[2])])


_RUBY: Final = re.compile(
    r"^(\S+?):(\d+):in [`'].*?: .*?\(([\w:]+)\)\n((?:\tfrom .*\n?|.*\n(?=\tfrom ))*)", re.MULTILINE
)
_RUBY_FRAME: Final = re.compile(r"^\tfrom (\S+?):(\d+):in ", re.MULTILINE)


def _ruby(printed: str) -> Iterator[Raised]:
    for file, line, error, trace in _RUBY.findall(printed):
        yield Raised(_name(error), [_frame(file, line), *(_frame(*each) for each in _RUBY_FRAME.findall(trace))])


_RUST: Final = re.compile(r"^thread '.*' (?:\(\d+\) )?panicked at (?:'.*', )?(\S+?):(\d+):\d+:?$", re.MULTILINE)
_PERL: Final = re.compile(r" at (\S+) line (\d+)(?:, <\w*> (?:line|chunk) \d+)?\.$", re.MULTILINE)


def _rust(printed: str) -> Iterator[Raised]:
    yield from (Raised("panic", [_frame(*found)]) for found in _RUST.findall(printed)[-1:])


def _perl(printed: str) -> Iterator[Raised]:
    yield from (Raised("die", [_frame(*found)]) for found in _PERL.findall(printed)[-1:])


_LANGUAGES: Final = (_python, _dotnet, _go, _php, _node_or_java, _ruby, _rust, _perl)
