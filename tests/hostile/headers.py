"""Requests to all operations of all vendors with hostile headers and queries."""

from __future__ import annotations

from random import Random

import httpx

from tests.conftest import Api
from tests.hostile.attack import Attack, Input
from tests.hostile.mutations import TEXTS, mutated_bytes
from tests.hostile.trial import CONTENT_TYPES, JSON, Trial, fault_of, operations
from tests.vendors.discovery import VENDORS

_PER_SESSION = 50
_OUTCOMES = ("example=", "code=", "dynamic=", "status=", "wait=", "seed=")
_VALUES: dict[str, tuple[str, ...]] = {
    "Prefer": (
        "example={outcome}", "code={status}", "code={status}, dynamic=true", "code=200",
        "example={outcome}; dynamic=true, seed=7",
        'example="{outcome}"', "respond-async, wait=100", "dynamic", "code=99999", "code=²", "example=", "=",
        "seed=" + "9" * 400,
    ),
    "Forwarded": ("for=192.0.2.1;proto=https;host=evil.test", 'for="[::1]:x";by=_a', "for=" * 200, "host=a\tb"),
    "X-Forwarded-Host": ("evil.test", "evil.test, localhost", "[::1", "a" * 5000),
    "X-Forwarded-Proto": ("https", "javascript", "https,http"),
    "X-Forwarded-For": ("127.0.0.1", "::1, 10.0.0.1", ", " * 300),
    "X-Forwarded-Prefix": ("/../..", "//evil.test", "/a%0d%0a"),
    "Host": ("evil.test", "localhost:99999", "[::1%25eth0]:1", "user@localhost", "localhost\t", "a,b", "xn--",
    "é.test"),
    "Origin": ("null", "https://evil.test", "http://localhost:x", "file://", "http://[::1"),
    "Referer": ("https://evil.test/?token=demo-key", "about:blank"),
    "Cookie": ("a=b; a=c", "=", ";" * 500, '__Host-a="\\012"', "crm-mocks-00000000=x", "$Version=1; $Path=/"),
    "Authorization": (
        "Basic", "Basic ====", "Basic YTpi", "Basic " + "QUFB" * 2000, "Bearer", "Bearer a b", "negotiate x",
        'Digest username="a", nonce="',
        "Basic \xff", "Basic gICAgIA=",
    ),
    "Content-Type": (
        *filter(None, CONTENT_TYPES),
        'multipart/form-data; boundary="a"; boundary=b', "multipart/form-data; boundary=" + "x" * 300,
        "multipart/mixed",
        "multipart/form-data; boundary=\"\\\"",
    ),
    "Content-Encoding": ("gzip", "identity", "br, gzip", "zstd", "x" * 200, "gzip, gzip, gzip"),
    "Transfer-Encoding": ("identity", "gzip"),
    "Accept": ("*/*;q=0", "text/html", "application/json;q=1.5", ",", "a/b;" * 500, "\xff"),
    "Accept-Charset": ("klingon",),
    "Accept-Encoding": ("gzip;q=0, *;q=0", "br"),
    "Expect": ("100-continue", "200-ok"),
    "If-Match": ("*", '"a", W/"b"', '"' * 99),
    "If-Modified-Since": ("0", "Sat, 31 Jan 2026 12:00:00 GMT", "Sat, 99 Jan 99999 99:99:99 GMT"),
    "Range": ("bytes=0-", "bytes=-1,5-2", "bytes=" + "0-1," * 500),
    "Idempotency-Key": ("a", "", "\xff" * 300),
    "X-Mock-Session": ("default", "a", "", "a/b", "~", "a b", "\xff", "x" * 3000, "*"),
    "X-HTTP-Method-Override": ("DELETE", "BREW"),
    "Upgrade": ("h2c", "websocket"),
    "Retry-After": ("-1", "²"),
    "Date": ("Sat, 31 Jan 2026 12:00:00 +9999",),
    "X-Request-Id": ("a\tb", "../../x", "{{7*7}}"),
}  # fmt: skip
_MULTIPART = (
    b'--a\r\nContent-Disposition: form-data; name="file"; filename="../../x"\r\n\r\nx\r\n--a--\r\n',
    b'--a\r\nContent-Disposition: form-data; name="' + b"a[b]" * 300 + b'"\r\n\r\nx\r\n--a',
    b"--a\r\n" * 3000,
    b"--a\nContent-Disposition: form-data; name*=utf-8''%ff; name=\"\xff\"\nContent-Transfer-Encoding: base64\n\n=",
    b"",
)
_QUERIES = (
    "a=b",
    "a[]=1&a[b]=2",
    "%00=%ff",
    "a=" + "x" * 3000,
    "&" * 500,
    "=",
    "limit=²",
    "a[" * 90,
    "page=-1&limit=1e9",
)


class Headers(Attack):
    """A request whose headers and query are hostile gets a documented response and an entry of the journal."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._apis = {vendor: Api(vendor) for vendor in VENDORS}
        for api in self._apis.values():
            self.held.callback(api.close)
        self._trials = {vendor: Trial(api, vendor) for vendor, api in self._apis.items()}
        self._operations = {(vendor, each.id): each for vendor in VENDORS for each in operations(vendor)}
        self._tried = 0

    def make(self, rng: Random) -> Input:
        vendor, operation = rng.choice(list(self._operations))
        outcome = rng.choice(list(self._operations[vendor, operation].outcomes.values()))
        headers = []
        for _ in range(rng.randint(1, 4)):
            name = rng.choice(list(_VALUES))
            value = rng.choice(_VALUES[name]) if rng.random() < 0.8 else rng.choice(TEXTS)[:2000]
            value = value.replace("{outcome}", outcome.name).replace("{status}", str(outcome.status))
            data = value.encode("utf-8", "surrogatepass")
            if rng.random() < 0.3:
                data = mutated_bytes(rng, data)
            if rng.random() < 0.03:
                name = mutated_bytes(rng, name.encode()).decode("ascii", "replace").replace("\ufffd", "~")
            headers.append([name, data.decode("latin-1")])
        body = rng.choice(_MULTIPART).decode("latin-1") if rng.random() < 0.15 else None
        query = rng.choice(_QUERIES) if rng.random() < 0.3 else ""
        return {"vendor": vendor, "operation": operation, "headers": headers, "query": query, "body": body}

    def fault(self, made: Input) -> str:
        self._tried += 1
        api, operation = self._apis[made["vendor"]], self._operations[made["vendor"], made["operation"]]
        sessions = api.app.mock_app.sessions
        if self._tried % _PER_SESSION == 1:
            for session in list(sessions):
                api.app.mock_app.close_session(session.name)
        request, body, headers = self._trials[made["vendor"]].valid(operation)
        url = request.pop("url")
        separator = "&" if "?" in url else "?"
        own = {name.lower() for name, _ in made["headers"]}
        kept = [(name, value) for name, value in {"Content-Type": JSON, **headers}.items() if name.lower() not in own]
        sent = [(name.encode(), value.encode()) for name, value in kept] + [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in made["headers"]
        ]
        content = body if made["body"] is None else made["body"].encode("latin-1")
        response = api.request(
            **request, url=url + (separator + made["query"] if made["query"] else ""), content=content, headers=sent
        )
        if response.headers.get("preference-applied") or _is_of_the_host(response):
            return ""  # as it was asked for, or the host's response to a preference or session that there is not
        journals = [entry for session in sessions for entry in session.journal.entries()][-1:]
        defects = [defect for entry in journals for defect in entry.response_defects]
        return "; ".join(map(str, defects))[:300] or fault_of(response, operation)


def _is_of_the_host(response: httpx.Response) -> bool:
    return response.status_code == 400 and response.headers.get("content-type") == "application/problem+json"
