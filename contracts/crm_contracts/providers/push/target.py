"""Opening a way to a receiver, from what a user says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.providers.push.channels.asynchronous import AsgiChannel, UrlChannel
from crm_contracts.providers.push.channels.channel import Channel
from crm_contracts.providers.push.channels.wsgi import WsgiChannel
from crm_contracts.providers.push.persistence_check import Lookup, lookup_by_url
from crm_contracts.providers.push.pusher import Pusher
from crm_mocks.errors import UsageError
from crm_mocks.settings import changed
from crm_mocks.state.clock import parse_moment
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendor import load_vendor
from crm_mocks.vendor.sender import Sender, SenderContext, sender_type

SECONDS: Final = 10.0
"""That an answer may take; no vendor documents how long it waits."""

_IN_PROCESS: Final = "http://receiver.crm-mocks.test"


@dataclass(frozen=True)
class PushOptions:
    """What a user says beside the receiver.

    Attributes:
        settings: values by `<vendor>.<setting>`: what is known of the receiver, as a mock in its place would be told.
        credentials: by name; empty for the demo credentials.
        seed: of generated values.
        now: the time that it is, ISO 8601; `None` for the wall's.
        timeout: seconds that an answer may take.
        lookup: returns what the receiver has stored under an id, `None` if nothing; or a URL with `{id}` in it.
        policy: what the receiver is held to.
    """

    settings: Mapping[str, Any] | None = None
    credentials: Mapping[str, str] | None = None
    seed: int = 0
    now: datetime | str | None = None
    timeout: float = SECONDS
    lookup: Lookup | str | None = None
    policy: Policy = DEFAULT


def to_url(vendor: str, url: str, *, ca_file: Path | str | None = None, **asked: Any) -> Pusher:
    """Return who pushes to a URL.

    Args:
        vendor: whose CRM sends.
        url: of the receiver, whole.
        ca_file: certificate authorities to trust in place of the usual ones, in PEM.
        asked: see `PushOptions`.

    Raises:
        UsageError: something of that is wrong.
    """
    _hold_url(url)
    path = Path(ca_file) if ca_file is not None else None
    return _opened(vendor, url, lambda seconds: UrlChannel(url, seconds, path), PushOptions(**asked))


def to_wsgi(vendor: str, application: Any, path: str | None = None, **asked: Any) -> Pusher:
    """Return who pushes to a WSGI application of this process.

    Args:
        vendor: whose CRM sends.
        application: as servers call it.
        path: to push to; `None` for the contract's.
        asked: see `PushOptions`.

    Raises:
        UsageError: something of that is wrong.
    """
    return _opened(vendor, _url(path), lambda seconds: WsgiChannel(application, seconds), PushOptions(**asked))


def to_asgi(vendor: str, application: Any, path: str | None = None, **asked: Any) -> Pusher:
    """Return who pushes to an ASGI application of this process; arguments as for `to_wsgi`.

    Raises:
        UsageError: something is wrong, or the application does not start.
    """
    return _opened(vendor, _url(path), lambda seconds: AsgiChannel(application, seconds), PushOptions(**asked))


def _opened(vendor: str, url: str, way: Callable[[float], Channel], asked: PushOptions) -> Pusher:
    sender = made(vendor, asked)
    url = url or _IN_PROCESS + sender.context.contract.operations[sender.operation].path
    channel = way(asked.timeout)
    try:
        lookup = lookup_by_url(asked.lookup, channel) if isinstance(asked.lookup, str) else asked.lookup
        return Pusher(url, sender, channel, settings=asked.settings or {}, lookup=lookup, policy=asked.policy)
    except BaseException:
        channel.close()
        raise


def made(vendor: str, asked: PushOptions) -> Sender:
    """Return the sender of a vendor.

    Raises:
        UsageError: the vendor's CRM does not send, or what was asked is wrong.
    """
    found = sender_type(vendor)
    loaded = load_vendor(vendor)
    credentials = dict(asked.credentials or {})
    unknown = sorted(credentials.keys() - found.credentials.keys())
    if unknown:
        raise UsageError(f"{vendor} has no credential '{unknown[0]}': it has {', '.join(found.credentials)}")
    settings: Any = changed({vendor: loaded.settings_type()}, asked.settings or {}, starting=True)[vendor]
    contract = loaded.contract_file.in_force(settings)
    seeded = SeededValues(asked.seed, "push")
    return found(
        SenderContext(contract, loaded.contract_file.document, settings, credentials, seeded, _moment(asked.now))
    )


def _moment(now: datetime | str | None) -> datetime:
    if isinstance(now, str):
        return parse_moment(now)
    return now or datetime.now(UTC).replace(microsecond=0)


def _url(path: str | None) -> str:
    if path is None:
        return ""
    if not path.startswith("/"):
        raise UsageError(f"the path '{path}' must begin with /")
    return _IN_PROCESS + path


def _hold_url(url: str) -> None:
    """Refuse what is no URL of a receiver."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not url.isprintable() or " " in url:
        raise UsageError("the receiver's URL must be an http:// or https:// URL with a host")
    if parts.username is not None or parts.password is not None:
        raise UsageError("the receiver's URL must not have credentials in it: give them as such")
