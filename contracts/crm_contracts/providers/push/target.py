"""Making a pusher for a receiver: at a URL, or a WSGI or ASGI application of this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.providers.push.channels.asynchronous import AsgiChannel, UrlChannel
from crm_contracts.providers.push.channels.channel import Channel
from crm_contracts.providers.push.channels.wsgi import WsgiChannel
from crm_contracts.providers.push.lookups import parse_lookup
from crm_contracts.providers.push.persistence_check import Lookup
from crm_contracts.providers.push.pusher import Pusher
from crm_contracts.providers.push.receiver_address import ReceiverAddress, check_headers, check_url
from crm_mocks.errors import UsageError
from crm_mocks.settings import changed
from crm_mocks.state.clock import parse_moment
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendor import load_vendor
from crm_mocks.vendor.sender import Sender, SenderContext, sender_type

SECONDS: Final = 10.0
"""Default time limit for a response; no vendor documents how long it waits."""

_IN_PROCESS: Final = "http://receiver.crm-mocks.test"


@dataclass(frozen=True)
class PushOptions:
    """Options of a pusher.

    Attributes:
        settings: values by `<vendor>.<setting>`, which describe the receiver as they would configure the mock.
        credentials: by name; empty for the demo credentials.
        seed: of generated values.
        now: current time, a date and time such as 2018-04-09T18:05:00+00:00; `None` for the real one.
        timeout: time limit for a complete response, in seconds.
        lookup: returns what the receiver has stored under an id, `None` if nothing; or a URL with `{id}` in it,
            `command:COMMAND` or `log:FILE:PATTERN`.
        policy: what the receiver is held to.
        update_to: URL, or path of an application, that changes of known records are pushed to.
        headers: additional headers of each request, by name.
    """

    settings: Mapping[str, Any] | None = None
    credentials: Mapping[str, str] | None = None
    seed: int = 0
    now: datetime | str | None = None
    timeout: float = SECONDS
    lookup: Lookup | str | None = None
    policy: Policy = DEFAULT
    update_to: str | None = None
    headers: Mapping[str, str] | None = None


def to_url(vendor: str, url: str, *, ca_file: Path | str | None = None, **options: Any) -> Pusher:
    """Return a pusher to a URL.

        with push.to_url("activix", "http://127.0.0.1:8000/leads", timeout=5) as pusher:
            assert pusher.push().status == 200

    Args:
        vendor: vendor whose CRM is played.
        url: full URL of the receiver; `{url_token}` stands for the credential of that name.
        ca_file: certificate authorities to trust instead of the default ones, in PEM.
        options: see `PushOptions`.

    Raises:
        UsageError: an argument is invalid.
    """
    check_url(url)
    path = Path(ca_file) if ca_file is not None else None
    return _make_pusher(vendor, url, lambda seconds: UrlChannel(url, seconds, path), PushOptions(**options))


def to_wsgi(vendor: str, application: Any, path: str | None = None, **options: Any) -> Pusher:
    """Return a pusher to a WSGI application of this process.

        with push.to_wsgi("activix", flask_app, lookup=leads.get) as pusher:
            assert all(case.passed for case in pusher.examine())

    Args:
        vendor: vendor whose CRM is played.
        application: the WSGI callable.
        path: to push to; `None` for the contract's.
        options: see `PushOptions`.

    Raises:
        UsageError: an argument is invalid.
    """
    url = _in_process_url(path)
    return _make_pusher(vendor, url, lambda seconds: WsgiChannel(application, seconds), PushOptions(**options))


def to_asgi(vendor: str, application: Any, path: str | None = None, **options: Any) -> Pusher:
    """Return a pusher to an ASGI application of this process; arguments as for `to_wsgi`.

        with push.to_asgi("activix", starlette_app) as pusher:
            assert pusher.push().status == 200

    Raises:
        UsageError: an argument is invalid, or the application does not start.
    """
    url = _in_process_url(path)
    return _make_pusher(vendor, url, lambda seconds: AsgiChannel(application, seconds), PushOptions(**options))


def _make_pusher(vendor: str, url: str, open_channel: Callable[[float], Channel], options: PushOptions) -> Pusher:
    sender = make_sender(vendor, options)
    url = url or _IN_PROCESS + sender.context.contract.operations[sender.operation].path
    address = _address(url, options).with_placeholder(sender.url_token())
    channel = open_channel(options.timeout)
    try:
        lookup = options.lookup
        if isinstance(lookup, str):
            lookup = parse_lookup(lookup, channel, options.timeout)
        return Pusher(address, sender, channel, settings=options.settings or {}, lookup=lookup, policy=options.policy)
    except BaseException:
        channel.close()
        raise


def _address(url: str, options: PushOptions) -> ReceiverAddress:
    update_url = options.update_to or ""
    if update_url and url.startswith(f"{_IN_PROCESS}/"):
        update_url = _in_process_url(update_url)
    elif update_url:
        check_url(update_url, "the URL for updates")
    headers = dict(options.headers or {})
    check_headers(headers)
    return ReceiverAddress(url, update_url, headers)


def make_sender(vendor: str, options: PushOptions) -> Sender:
    """Return the sender of a vendor.

    Raises:
        UsageError: the vendor's CRM does not send, or an option is invalid.
    """
    kind = sender_type(vendor)
    loaded = load_vendor(vendor)
    credentials = dict(options.credentials or {})
    unknown = sorted(credentials.keys() - kind.credentials.keys())
    if unknown:
        raise UsageError(f"{vendor} has no credential '{unknown[0]}': it has {', '.join(kind.credentials)}")
    name = loaded.name
    settings: Any = changed({name: loaded.settings_type()}, options.settings or {}, starting=True)[name]
    receiver = kind.receiver(loaded)
    contract = receiver.contract_file.in_force(settings)
    seeded = SeededValues(options.seed, "push")
    now = _current_time(options.now)
    return kind(SenderContext(contract, receiver.contract_file.document, settings, credentials, seeded, now, receiver))


def _current_time(now: datetime | str | None) -> datetime:
    if isinstance(now, str):
        return parse_moment(now)
    return now or datetime.now(UTC).replace(microsecond=0)


def _in_process_url(path: str | None) -> str:
    if path is None:
        return ""
    if not path.startswith("/"):
        raise UsageError(f"the path '{path}' must start with /")
    return _IN_PROCESS + path
