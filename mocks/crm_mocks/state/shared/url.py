"""URLs of the server that holds the state."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

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
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/@]*@")


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
        return _CREDENTIALS.sub("", self.raw)

    def __repr__(self) -> str:
        return f"StateUrl({str(self)!r})"

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
        if self._kind not in ("sentinel", "cluster"):
            return Redis.from_url(f"{_SCHEMES[scheme.lower()]}://{rest}", retry=retry, **options)
        parts = urlsplit(f"redis://{rest}")
        credentials: dict[str, Any] = {
            name: unquote(value)
            for name, value in (("username", parts.username), ("password", parts.password))
            if value
        }
        if scheme.lower().startswith("rediss"):
            options |= {"ssl": True, **_tls_options(parts.query)}
        hosts = [_host(each) for each in parts.netloc.rpartition("@")[2].split(",")]
        if self._kind == "cluster":
            from redis.asyncio.cluster import ClusterNode

            return RedisCluster(startup_nodes=[ClusterNode(*host) for host in hosts], **credentials, **options)
        from redis.asyncio.sentinel import Sentinel

        _, service, *database = parts.path.split("/")
        if not service:
            raise ValueError("the name of the service is missing, as in redis+sentinel://host:26379/name/0")
        sentinel = Sentinel(hosts, sentinel_kwargs=options)  # type: ignore[no-untyped-call]  # redis left it untyped
        client: Redis = sentinel.master_for(
            service, db=int(database[0]) if database and database[0] else 0, retry=retry, **credentials, **options
        )
        return client


def _tls_options(query: str) -> dict[str, str]:
    """Return the options of TLS in a query, which have the names that they have in URLs of a single server."""
    options = dict(parse_qsl(query))
    for name in options:
        if name not in _TLS_OPTIONS:
            raise ValueError(f"'{name}' is none of {', '.join(_TLS_OPTIONS)}")
    return options


def _host(text: str) -> tuple[str, int]:
    name, _, port = text.rpartition(":")
    if not name or not port.isdecimal():
        raise ValueError(f"'{text}' must be a host and a port")
    return name.strip("[]"), int(port)
