"""URLs of the server that holds the state."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from redis.asyncio import Redis, RedisCluster

_SCHEMES: Final = {
    "redis": "redis",
    "rediss": "rediss",
    "valkey": "redis",
    "valkeys": "rediss",
    "unix": "unix",
    "redis+sentinel": "sentinel",
    "rediss+sentinel": "sentinel",
    "valkey+sentinel": "sentinel",
    "redis+cluster": "cluster",
    "rediss+cluster": "cluster",
    "valkey+cluster": "cluster",
}
_FORMS: Final = (
    "redis://host:6379/0, rediss://…, unix:///path/to/socket, redis+sentinel://host:26379,host:26379/name/0 "
    "or redis+cluster://host:6379,host:6379"
)
_TLS_OPTIONS: Final = ("ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_keyfile")
_SERVER_OPTIONS: Final = ("db", "username", "password")
"""Options of the query for a single server, besides those of TLS."""

_CREDENTIALS: Final = re.compile(r"(?<=://).*@")
_HOST: Final = re.compile(r"[^/:]*(:\d+)?(/|,|$)|\[")
"""Start of the address of a server; anything else after `://` may be a part of a password."""

_UNIX_CREDENTIALS: Final = re.compile(r"(?<=://)[^/]*@")


@dataclass(frozen=True)
class StateUrl:
    """A URL such as `redis://user:password@host:6379/0`.

    Attributes:
        raw: the URL, with its credentials.
    """

    raw: str

    @classmethod
    def parse(cls, raw: str) -> StateUrl:
        """Check a URL.

        Raises:
            UsageError: it is malformed, or the client library is not installed.
        """
        url = cls(raw)
        if url._kind is None:
            raise UsageError(f"--state {url}: must be a URL such as {_FORMS}")
        try:
            import redis.asyncio  # noqa: F401  # an extra
        except ImportError:
            raise UsageError("--state needs the extra redis: pip install 'crm-mocks[redis]'") from None
        try:
            url.connect(connect_seconds=1, command_seconds=1)
        except ValueError as error:
            raise UsageError(f"--state {url}: {error}") from None
        return url

    def __str__(self) -> str:
        """Return the URL without credentials."""
        pattern = _UNIX_CREDENTIALS if self._kind == "unix" else _CREDENTIALS
        shown = pattern.sub("", self.raw.partition("?")[0])  # the query may have a password, too
        scheme, _, rest = shown.partition("://")
        return shown if _HOST.match(rest) or self._kind == "unix" else f"{scheme}://…"

    def __repr__(self) -> str:
        return f"StateUrl({str(self)!r})"

    @property
    def is_cluster(self) -> bool:
        """Whether the URL is that of a Cluster."""
        return self._kind == "cluster"

    @property
    def _kind(self) -> str | None:
        return _SCHEMES.get(self.raw.partition(":")[0].lower()) if "://" in self.raw else None

    def connect(self, *, connect_seconds: float, command_seconds: float) -> Redis | RedisCluster:
        """Return a client, which connects when it is used.

        Args:
            connect_seconds: time limit for a connection.
            command_seconds: time limit for a command.

        Raises:
            ValueError: the URL is malformed.
        """
        from redis.asyncio import Redis, RedisCluster
        from redis.asyncio.retry import Retry
        from redis.backoff import ConstantBackoff
        from redis.exceptions import ConnectionError as RedisConnectionError

        options: dict[str, Any] = {
            "socket_connect_timeout": connect_seconds,
            "socket_timeout": command_seconds,
            "client_name": "crm-mocks",
            "protocol": 2,
            "max_connections": 10_000,  # a time limit ends each use
        }
        # a connection that the server has closed is no failure; a time limit that was exceeded is
        retry = Retry(ConstantBackoff(0.01), 2, supported_errors=(RedisConnectionError,))
        scheme, _, rest = self.raw.partition("://")
        parts = urlsplit(f"redis://{rest}")
        in_query = self._query_options(parts.query)
        if self._kind not in ("sentinel", "cluster"):
            if self._kind != "unix":
                _check_server(parts)
            return Redis.from_url(f"{_SCHEMES[scheme.lower()]}://{rest}", retry=retry, **options)
        credentials: dict[str, Any] = {
            name: unquote(value)
            for name, value in (("username", parts.username), ("password", parts.password))
            if value
        }
        if self._has_tls:
            options |= {"ssl": True, **in_query}
        hosts = [_host(each) for each in parts.netloc.rpartition("@")[2].split(",")]
        if self._kind == "cluster":
            from redis.asyncio.cluster import ClusterNode

            return RedisCluster(startup_nodes=[ClusterNode(*host) for host in hosts], **credentials, **options)
        from redis.asyncio.sentinel import Sentinel

        service, _, database = parts.path.removeprefix("/").partition("/")
        if not service:
            raise ValueError("the name of the service is missing, as in redis+sentinel://host:26379/name/0")
        sentinel = Sentinel(hosts, sentinel_kwargs=options)  # type: ignore[no-untyped-call]  # redis left it untyped
        client: Redis = sentinel.master_for(service, db=_database(database), retry=retry, **credentials, **options)
        return client

    @property
    def _has_tls(self) -> bool:
        return self.raw.lower().startswith(("rediss", "valkeys"))

    def _query_options(self, query: str) -> dict[str, str]:
        """Return the options in a query.

        Raises:
            ValueError: one of them is unknown, or has no meaning with this kind of URL.
        """
        known = [*(_TLS_OPTIONS if self._has_tls else ())]
        known += _SERVER_OPTIONS if self._kind not in ("sentinel", "cluster") else ()
        options = dict(parse_qsl(query))
        for name in options:
            if name not in known:
                raise ValueError(f"unknown option '{name}'" + (f": must be {', '.join(known)}" if known else ""))
        return options


def _check_server(parts: SplitResult) -> None:
    """Check the port, whose error quotes a part of the password, and the database, which the client library ignores."""
    try:
        _ = parts.port
    except ValueError:
        raise ValueError(
            "the port must be a number up to 65535; in a password, '/', '?' and '#' are written %2F, %3F and %23"
        ) from None
    _database(parts.path.removeprefix("/"))


def _database(text: str) -> int:
    if text and not text.isdecimal():
        raise ValueError(f"the database '{text}' must be a number")
    return int(text or 0)


def _host(text: str) -> tuple[str, int]:
    name, _, port = text.rpartition(":")
    if not name or not port.isdecimal():
        raise ValueError(f"'{text}' must be a host and a port")
    return name.strip("[]"), int(port)
