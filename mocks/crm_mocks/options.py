"""Serving options, declared once: `serve`, `create_app` and the command line derive theirs from the classes here.

Importing this module is cheap: the command line builds `--help` from it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import msgspec

if TYPE_CHECKING:
    from crm_mocks.vendor import Vendor

P = ParamSpec("P")
Options = TypeVar("Options")
Result = TypeVar("Result")

RecordsByKind = Mapping[str, list[Mapping[str, Any]]]
"""Records of one vendor, such as `{"leads": [{"id": 1, …}]}`."""

_META: Final = "crm_mocks"


class OptionInfo(msgspec.Struct, frozen=True):
    """Description of one option.

    Attributes:
        help: one or two sentences.
        flags: names on the command line; empty where the command line reads the value from a file.
        metavar: placeholder of the value on the command line.
        bounds: smallest and largest value of a number.
        environment: environment variable that sets the value on the command line.
    """

    help: str
    flags: tuple[str, ...] = ()
    metavar: str | None = None
    bounds: tuple[int, int] | None = None
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class ReplayedResponse:
    """A response to queue in each session, as the user wrote it, not yet validated.

    Attributes:
        source: where the user wrote it; prefix of error messages.
        values: body of a `POST /__admin/responses` that queues it, without `session`.
    """

    source: str
    values: Any


def option(help: str, *flags: str, default: Any = None, **details: Any) -> Any:
    """Declare an option as a dataclass field.

    Args:
        help: see `OptionInfo.help`.
        flags: see `OptionInfo.flags`.
        default: value if the option is omitted.
        details: other attributes of `OptionInfo`.
    """
    return field(default=default, metadata={_META: OptionInfo(help, flags, **details)})


@dataclass(frozen=True)
class AppOptions:
    """Options of the ASGI application."""

    vendors: Iterable[str | Vendor] | str | None = option(
        "Vendors to serve: names or `Vendor` objects. All vendors by default."
    )
    _: KW_ONLY
    seed: int = option("Seed of all generated values.", "--seed", default=0)
    now: datetime | str | None = option(
        "Freeze all clocks at this moment, such as 2026-01-31T12:00:00Z.", "--now", metavar="ISO8601"
    )
    settings: Mapping[str, Any] | None = option("Settings by `<vendor>.<name>`, or `host.<name>`.")
    records: Mapping[str, RecordsByKind] | None = option("Records that each session starts with, by vendor and kind.")
    replay: Sequence[Mapping[str, Any] | ReplayedResponse] | None = option(
        "Responses to queue when a session starts, each as the body of `POST /__admin/responses`."
    )
    cors: bool = option("Allow cross-origin requests from browsers.", "--cors", default=False)
    admin_token: str | None = option(
        "Token that the control API requires. Generated on a host that is not loopback.",
        "--admin-token",
        metavar="TOKEN",
        environment="CRM_MOCKS_ADMIN_TOKEN",
    )
    public_url: str | None = option(
        "URL under which clients reach the mocks, such as https://mocks.example/crm, for all links.",
        "--public-url",
        metavar="URL",
    )
    journal: Path | str | None = option(
        "Append each exchange to this file as it happens, without credentials, so that a crash loses none.",
        "--journal",
        metavar="FILE",
    )
    base_path: str | None = option(
        "Path prefix below which the mocks are served as well, such as /crm.", "--base-path", metavar="PATH"
    )
    state: str | None = option(
        "Share all sessions with the other processes that use this Valkey or Redis, such as redis://host:6379/0.",
        "--state",
        metavar="URL",
        environment="CRM_MOCKS_STATE",
    )
    state_wait: float = option(
        "Seconds to wait for the shared state at start.", "--state-wait", default=10.0, metavar="SECONDS"
    )


@dataclass(frozen=True)
class ServeOptions(AppOptions):
    """Options of a server."""

    _: KW_ONLY
    host: str = option("Name or address to listen on.", "-H", "--host", default="127.0.0.1")
    port: int = option("Port to listen on; 0 for a free one.", "-p", "--port", default=4010, bounds=(0, 65_535))
    tls: bool = option("Serve HTTPS with a generated certificate authority.", "--tls", default=False)
    tls_cert: Path | str | None = option("Serve HTTPS with this certificate chain (PEM).", "--tls-cert", metavar="FILE")
    tls_key: Path | str | None = option(
        "Key of the certificate (PEM), if it is not in the same file.", "--tls-key", metavar="FILE"
    )


def option_infos(options_type: type[AppOptions]) -> dict[str, OptionInfo]:
    """Return the description of each option by name, in declaration order."""
    return {option.name: option.metadata[_META] for option in fields(options_type)}


def accept_options(options_type: Callable[P, Options]) -> Callable[[Callable[[Options], Result]], Callable[P, Result]]:
    """Return a decorator that lets a function of an options object take the options as keyword arguments.

    The signature and the `Args` section of the docstring are generated from the options.

    Args:
        options_type: the dataclass of the options.
    """
    signature = inspect.signature(options_type)

    def decorate(function: Callable[[Options], Result]) -> Callable[P, Result]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> Result:
            try:
                signature.bind(*args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{function.__name__}() {error}") from None
            return function(options_type(*args, **kwargs))

        result = inspect.signature(function).return_annotation
        call.__signature__ = signature.replace(return_annotation=result)  # type: ignore[attr-defined]  # for help()
        call.__doc__ = _with_arguments(inspect.getdoc(function) or "", options_type)
        return call

    return decorate


def _with_arguments(text: str, options_type: Any) -> str:
    """Insert the section `Args` into a docstring, before the section `Raises`."""
    lines = (f"    {name}: {info.help}" for name, info in option_infos(options_type).items())
    before, raises, after = text.partition("\nRaises:")
    return "\n".join([before.rstrip(), "", "Args:", *lines, f"{raises}{after}"])
