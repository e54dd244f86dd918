"""Requests at the byte level, with expected results."""

# fmt: off  (lists of inputs are best read as such)

from __future__ import annotations

from dataclasses import dataclass

BODY = b'{"email": "ada@example.com"}'
LINE = b"POST /toy/contacts HTTP/1.1\r\n"
HOST = b"Host: localhost\r\n"
KEY = b"X-Key: demo-key\r\nContent-Type: application/json\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
START = LINE + HOST + KEY
PLAIN = START + LENGTH + b"\r\n" + BODY
IN_CHUNKS = START + CHUNKED + b"\r\n"
AUTHORITIES = (b"", b"localhost", b"127.0.0.1:4010", b"[::1]:80", b"a.b-c_d~e:", b"%41", b"xn--bcher-kva.example")


@dataclass(frozen=True)
class Case:
    """Bytes and the statuses of the responses to them; a malformed request gets a plain response, which is the last."""

    name: str
    sent: bytes
    statuses: tuple[int, ...]


def _malformed_heads() -> dict[str, bytes]:
    end = b"\r\n"
    cases = {
        "no Host": LINE + KEY + end,
        "two Hosts": LINE + HOST + HOST + end,
        "two different Hosts": LINE + HOST + b"Host: other\r\n" + end,
        "two Hosts in HTTP/1.0": b"GET /toy/contacts HTTP/1.0\r\n" + HOST + b"HOST: other\r\n" + end,
        "space before colon": LINE + HOST + b"X-Key : demo-key\r\n" + end,
        "tab before colon": LINE + HOST + b"X-Key\t: demo-key\r\n" + end,
        "space before the first name": LINE + b" " + HOST + end,
        "header without a name": LINE + HOST + b": demo-key\r\n" + end,
        "header without a colon": LINE + HOST + b"X-Key demo-key\r\n" + end,
        "obs-fold by space": LINE + HOST + b"X-Key: demo\r\n -key\r\n" + end,
        "obs-fold by tab": LINE + HOST + b"X-Key: demo\r\n\t-key\r\n" + end,
        "obs-fold in Transfer-Encoding": LINE + HOST + b"Transfer-Encoding:\r\n chunked\r\n" + end,
        "empty folded line": LINE + HOST + b"X-Key: demo\r\n \r\n" + end,
        "bare LF after the request line": LINE.replace(b"\r\n", b"\n") + HOST + end,
        "bare LF after a header": LINE + b"Host: localhost\n" + end,
        "bare LF at the end": LINE + HOST + b"\n",
        "bare LF everywhere": (LINE + HOST + end).replace(b"\r\n", b"\n"),
        "LF CR": LINE + b"Host: localhost\n\r" + end,
        "CR CR LF": LINE + b"Host: localhost\r\r\n" + end,
        "bare CR in a value": LINE + b"Host: localhost\rX: y\r\n" + end,
        "bare CR before the request line": b"\r" + LINE + HOST + end,
        "bare LF before the request line": b"\n" + LINE + HOST + end,
        "space before the request line": b" " + LINE + HOST + end,
        "HTTP/0.9": b"GET /toy/contacts\r\n",
        "HTTP/0.9 without a path": b"GET\r\n",
        "HTTP/0.9 with headers": b"GET /toy/contacts\r\n" + HOST + end,
        "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "HTTP/2 preface and settings": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
        "no method": b" /toy/contacts HTTP/1.1\r\n" + HOST + end,
        "no target": b"GET  HTTP/1.1\r\n" + HOST + end,
        "two spaces after the method": b"GET  /toy HTTP/1.1\r\n" + HOST + end,
        "two spaces after the target": b"GET /toy  HTTP/1.1\r\n" + HOST + end,
        "space after the version": b"GET /toy HTTP/1.1 \r\n" + HOST + end,
        "tabs between": b"GET\t/toy\tHTTP/1.1\r\n" + HOST + end,
        "space in the target": b"GET /to y HTTP/1.1\r\n" + HOST + end,
        "fragment in the target": b"GET /toy#x HTTP/1.1\r\n" + HOST + end,
        "target without a slash": b"GET toy HTTP/1.1\r\n" + HOST + end,
        "asterisk for GET": b"GET * HTTP/1.1\r\n" + HOST + end,
        "query only": b"GET ?a=b HTTP/1.1\r\n" + HOST + end,
        "authority for GET": b"GET localhost:80 HTTP/1.1\r\n" + HOST + end,
        "another scheme": b"GET ftp://localhost/toy HTTP/1.1\r\n" + HOST + end,
        "URL with a password": b"GET http://a:b@localhost/toy HTTP/1.1\r\n" + HOST + end,
        "URL with a fragment": b"GET http://localhost/toy#x HTTP/1.1\r\n" + HOST + end,
        "URL without Host": b"GET http://localhost/toy HTTP/1.1\r\n" + end,
        "UTF-8 in the target": "GET /é HTTP/1.1\r\n".encode() + HOST + end,
        "empty lines only, then text": b"\r\n\r\nhello\r\n",
        "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)),
        "nothing but NUL": b"\0" * 64,
        "nothing but 0xff": b"\xff" * 64 + b"\r\n",
        "an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "a line of text": b"hello\r\n",
        "SMTP": b"EHLO localhost\r\n",
        "JSON": BODY + b"\r\n",
    }
    for version in (
        "",
        "HTTP",
        "HTTP/",
        "HTTP/1",
        "HTTP/1.",
        "HTTP/.1",
        "HTTP/1.2",
        "HTTP/1.9",
        "HTTP/1.10",
        "HTTP/2",
        "HTTP/2.0",
        "HTTP/3",
        "HTTP/9.9",
        "HTTP/0.9",
        "HTTP/0.0",
        "HTTP/11",
        "http/1.1",
        "HTTP/1,1",
        "HTTP/01.1",
        "HTTP/1.01",
        "HTTP/-1.1",
        "HTTP/a.b",
        "HTTP /1.1",
        "XTTP/1.1",
        "1.1",
        "SIP/2.0",
        "RTSP/1.0",
        "HTTP/1.1.1",
        "HTTP/1.1;",
        "HTTP\\1.1",
    ):
        cases[f"version {version!r}"] = b"GET /toy/contacts %s\r\n" % version.encode() + HOST + end
    for host in (
        b"a b",
        b"a,b",
        b"a/b",
        b"a?b",
        b"a@b",
        b"a#b",
        b"a\\b",
        b"<a>",
        b'"a"',
        b"a:b",
        b"a:80:80",
        b"[::1",
        b"::1",
        b"[g]",
        b"a:-1",
        b"{a}",
        b"a|b",
        b"a^b",
        b"`a`",
        b"\xe9",
        b"a\tb",
        b"http://a",
        b"[]x",
    ):
        cases[f"Host {host!r}"] = LINE + b"Host: %s\r\n" % host + end
    for code in [*range(0x20), 0x7F]:
        character = bytes([code])
        if character not in b"\t\r\n":
            cases[f"{character!r} in a value"] = LINE + HOST + b"X: a%sb\r\n" % character + end
        if character != b"\n":
            cases[f"{character!r} in the target"] = b"GET /a%sb HTTP/1.1\r\n" % character + HOST + end
        cases[f"{character!r} in the method"] = b"GE%sT / HTTP/1.1\r\n" % character + HOST + end
    for character in b'\x00\x01\x1f "(),/;<=>?@[\\]{}\x7f\x80\xff':
        cases[f"{bytes([character])!r} in a name"] = LINE + HOST + b"X%cY: z\r\n" % character + end
    for character in b'"(),/:;<=>?@[\\]{}\x80\xff':
        cases[f"{bytes([character])!r} in the method"] = b"G%cT / HTTP/1.1\r\n" % character + HOST + end
    return cases


def _doubtful_framing() -> dict[str, bytes]:
    cases = {
        "Content-Length and Transfer-Encoding": START + LENGTH + CHUNKED + b"\r\n" + CHUNKS,
        "Transfer-Encoding and Content-Length": START + CHUNKED + LENGTH + b"\r\n" + CHUNKS,
        "Content-Length: 0 and Transfer-Encoding": START + CHUNKED + b"Content-Length: 0\r\n\r\n" + CHUNKS,
        "two Content-Lengths": START + LENGTH + b"Content-Length: 1\r\n\r\n" + BODY,
        "two equal Content-Lengths": START + LENGTH + LENGTH + b"\r\n" + BODY,
        "two Transfer-Encodings": START + CHUNKED + CHUNKED + b"\r\n" + CHUNKS,
        "chunked in HTTP/1.0": b"POST /toy/contacts HTTP/1.0\r\n" + HOST + KEY + CHUNKED + b"\r\n" + CHUNKS,
    }
    for length in (
        b"",
        b"+5",
        b"-5",
        b"-0",
        b"5, 5",
        b"5,5",
        b"5 5",
        b"0x5",
        b"5.0",
        b"5e0",
        b"five",
        b"1_0",
        b"5;",
        b'"5"',
        b"\xb2",
        b"\xd9\xa5",
        b"5\x0b",
        b"NaN",
        b",",
        b"5L",
        b"0b1",
        b"0o7",
        b"'5'",
        b"5\t5",
    ):
        cases[f"Content-Length {length!r}"] = START + b"Content-Length: %s\r\n\r\n" % length + BODY
    for coding in (
        b"",
        b"identity",
        b"gzip",
        b"chunked, chunked",
        b"gzip, chunked",
        b"chunked, gzip",
        b"xchunked",
        b"chunkedx",
        b"chunked;q=1",
        b'"chunked"',
        b"chunked,",
        b",chunked",
        b"\x0bchunked",
        b"chu nked",
        b"chunked identity",
        b"deflate",
        b"trailers",
        b"\xffchunked",
        b"c",
        b"identity, chunked",
    ):
        cases[f"Transfer-Encoding {coding!r}"] = START + b"Transfer-Encoding: %s\r\n\r\n" % coding + CHUNKS
    return cases


def _malformed_chunks() -> dict[str, bytes]:
    size = b"%x" % len(BODY)
    last = b"\r\n0\r\n\r\n"
    cases = {
        "no CRLF after the chunk": size + b"\r\n" + BODY + b"0\r\n\r\n",
        "LF after the chunk": size + b"\r\n" + BODY + b"\n0\r\n\r\n",
        "CR after the chunk": size + b"\r\n" + BODY + b"\r0\r\n\r\n",
        "text after the chunk": size + b"\r\n" + BODY + b"xx\r\n0\r\n\r\n",
        "chunk longer than it says": b"5\r\n" + BODY + last,
        "chunk shorter than it says": b"ff\r\n" + BODY + last + b"x" * 250,
        "LF after the size": size + b"\n" + BODY + last,
        "CR after the size": size + b"\r" + BODY + last,
        "CR CR LF after the size": size + b"\r\r\n" + BODY + last,
        "size line too long": size + b";a=" + b"b" * 2000 + b"\r\n" + BODY + last,
        "size line without end": size + b";a=" + b"b" * 2000,
        "too many extensions in all": (b"1;" + b"a" * 1000 + b"\r\nx\r\n") * 40,
        "NUL in an extension": size + b";a=\0\r\n" + BODY + last,
        "CR in an extension": size + b";a=\rb\r\n" + BODY + last,
        "LF in an extension": size + b";a=\nb\r\n" + BODY + last,
        "CR LF in a quoted extension": size + b';a="\r\n"\r\n' + BODY + last,
        "LF in a quoted extension": size + b';a="\n"\r\n' + BODY + last,
        "trailer without a colon": size + b"\r\n" + BODY + b"\r\n0\r\nX\r\n\r\n",
        "trailer with a space before the colon": size + b"\r\n" + BODY + b"\r\n0\r\nX : y\r\n\r\n",
        "folded trailer": size + b"\r\n" + BODY + b"\r\n0\r\nX: y\r\n z\r\n\r\n",
        "LF after the last chunk": size + b"\r\n" + BODY + b"\r\n0\n\n",
        "LF after a trailer": size + b"\r\n" + BODY + b"\r\n0\r\nX: y\n\r\n",
        "NUL in a trailer": size + b"\r\n" + BODY + b"\r\n0\r\nX: \0\r\n\r\n",
        "a request in place of trailers": size + b"\r\n" + BODY + b"\r\n0\r\n" + PLAIN,
    }
    for text in (
        b"",
        b"g",
        b"-1",
        b"+5",
        b"0x5",
        b" 5",
        b"5 ",
        b"5\t",
        b"5,",
        b"5.0",
        b"5 5",
        b"_5",
        b"5_0",
        b"\xb2",
        b"1" * 16,
        b"f" * 17,
        b"0" * 16,
        b"f" * 500,
        b";",
        b"5;",
        b"5;;",
        b"5; ",
        b"5;=",
        b"5;a=",
        b"5;a=b=c",
        b'5;a="',
        b'5;a="b',
        b'5;a="\\',
        b"5;a b",
        b"5:a",
        b"5;a=b,",
        b"5;\xe9",
        b"x5",
        b"#5",
        b"'5'",
    ):
        cases[f"chunk size {text!r}"] = text + b"\r\n" + BODY + last
    return cases


def _answered() -> dict[str, tuple[bytes, tuple[int, ...]]]:
    size = b"%x" % len(BODY)
    last = b"\r\n0\r\n\r\n"
    end = b"\r\n"
    one_byte = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n"
    close = b"Connection: close\r\n"
    cases: dict[str, tuple[bytes, tuple[int, ...]]] = {
        "a request": (PLAIN, (201,)),
        "two requests": (PLAIN * 2, (201, 409)),
        "twenty requests": (PLAIN * 20, (201, *[409] * 19)),
        "empty lines before requests": (b"\r\n\r\n" + PLAIN + b"\r\n" + PLAIN, (201, 409)),
        "one chunk": (IN_CHUNKS + CHUNKS, (201,)),
        "chunks of one byte": (IN_CHUNKS + one_byte, (201,)),
        "chunks, then a request": (IN_CHUNKS + CHUNKS + PLAIN, (201, 409)),
        "chunked in upper case": (START + b"TRANSFER-ENCODING: CHUNKED\r\n\r\n" + CHUNKS, (201,)),
        "chunked with blanks": (START + b"Transfer-Encoding: \t chunked\t \r\n\r\n" + CHUNKS, (201,)),
        "size in upper case": (IN_CHUNKS + size.upper() + b"\r\n" + BODY + last, (201,)),
        "size with zeros": (IN_CHUNKS + b"0000" + size + b"\r\n" + BODY + b"\r\n0000\r\n\r\n", (201,)),
        "trailers": (IN_CHUNKS + size + b"\r\n" + BODY + b"\r\n0\r\nX: y\r\nZ:\r\n\r\n" + PLAIN, (201, 409)),
        "framing in trailers": (
            IN_CHUNKS + CHUNKS[:-2] + b"Content-Length: 5\r\nTransfer-Encoding: gzip\r\nHost: x\r\n\r\n" + PLAIN,
            (201, 409),
        ),
        "no chunk but the last": (IN_CHUNKS + b"0\r\n\r\n", (400,)),
        "Content-Length with zeros": (START + b"Content-Length: 000%d\r\n\r\n" % len(BODY) + BODY, (201,)),
        "Content-Length with blanks": (START + b"Content-Length: \t%d \t\r\n\r\n" % len(BODY) + BODY, (201,)),
        "no body": (START + end, (400,)),
        "Content-Length: 0": (START + b"Content-Length: 0\r\n\r\n", (400,)),
        "header without a value": (START + LENGTH + b"X:\r\n\r\n" + BODY, (201,)),
        "value without a blank": (START.replace(b": ", b":") + LENGTH + end + BODY, (201,)),
        "Latin-1 in a value": (START + LENGTH + b"X: caf\xe9\r\n\r\n" + BODY, (201,)),
        "tab in a value": (START + LENGTH + b"X: a\tb\r\n\r\n" + BODY, (201,)),
        "names in odd case": (
            (LINE + (HOST + KEY).replace(b"Host", b"hOsT").replace(b"X-Key", b"x-kEY") + LENGTH.lower() + end + BODY),
            (201,),
        ),
        "a URL as target": (PLAIN.replace(b" /toy", b" http://localhost:1/toy"), (201,)),
        "an https URL as target": (PLAIN.replace(b" /toy", b" HTTPS://[::1]/toy"), (201,)),
        "a URL without a path": (b"GET http://localhost HTTP/1.1\r\n" + HOST + end, (200,)),
        "a URL with a query only": (b"GET http://localhost?a=b HTTP/1.1\r\n" + HOST + end, (200,)),
        "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\n" + HOST + end, (404,)),
        "OPTIONS": (b"OPTIONS /toy/contacts HTTP/1.1\r\n" + HOST + end, (405,)),
        "TRACE": (b"TRACE /toy/contacts HTTP/1.1\r\n" + HOST + end, (405,)),
        "CONNECT with a path": (b"CONNECT /toy/contacts HTTP/1.1\r\n" + HOST + end, (405,)),
        "CONNECT": (b"CONNECT example.com:443 HTTP/1.1\r\n" + HOST + end + PLAIN, (404, 201)),
        "HTTP/1.0": (b"GET /toy/contacts HTTP/1.0\r\n\r\n", (405,)),
        "HTTP/1.0 with a body": (PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"), (201,)),
        "HTTP/1.0, then another": (b"GET /toy/contacts HTTP/1.0\r\n\r\n" + PLAIN, (405,)),
        "HTTP/1.0 keep-alive": (b"GET /toy HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + PLAIN, (404,)),
        "Connection: close, then another": (START + LENGTH + close + end + BODY + PLAIN, (201,)),
        "Connection: Close in a list": (START + LENGTH + b"Connection: x,\tCLOSE \r\n\r\n" + BODY + PLAIN, (201,)),
        "Connection twice": (
            (START + LENGTH + b"Connection: keep-alive\r\nConnection: close\r\n\r\n" + BODY + PLAIN),
            (201,),
        ),
        "Upgrade to websocket": (
            (START + LENGTH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + BODY + PLAIN),
            (201, 409),
        ),
        "Upgrade to h2c": (
            (
                START
                + LENGTH
                + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n\r\n"
            )
            + BODY,
            (201,),
        ),
        "Expect of something else": (START + LENGTH + b"Expect: the-unexpected\r\n\r\n" + BODY, (201,)),
        "Expect in HTTP/1.0": (
            PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0").replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"),
            (201,),
        ),
        "HEAD": (b"HEAD /toy/contacts HTTP/1.1\r\n" + HOST + end, (405,)),
        "a body for a page": (b"GET / HTTP/1.1\r\n" + HOST + LENGTH + end + BODY + PLAIN, (200, 201)),
        "a huge Content-Length": (START + b"Content-Length: %s\r\n\r\n" % (b"9" * 5000), (413,)),
        "a request, then text": (PLAIN + b"hello\r\n", (201, 400)),
        "a request, then TLS": (PLAIN + b"\x16\x03\x01\x02\x00", (201, 400)),
        "two requests, then a malformed one, then another": (
            PLAIN * 2 + START + b"X : y\r\n\r\n" + PLAIN,
            (201, 409, 400),
        ),
        "a request, then one with a bad chunk": (PLAIN + IN_CHUNKS + b"xyz\r\n" + PLAIN, (201, 400)),
        "a body longer than it says": (START + b"Content-Length: 1\r\n\r\n" + BODY, (400, 400)),
    }
    for method in (
        "GET",
        "HEAD",
        "PUT",
        "PATCH",
        "DELETE",
        "get",
        "post",
        "Post",
        "BREW",
        "M-SEARCH",
        "X" * 300,
        "!#$%&'*+",
        "-.^_`|~",
        "0",
        "LINK",
        "PROPFIND",
        "PRI",
        "QUERY",
        "SUBSCRIBE",
        "HTTP/1.1".replace("/", ""),
    ):
        cases[f"method {method[:20]}"] = (b"%s /toy/contacts HTTP/1.1\r\n" % method.encode() + HOST + end, (405,))
    for host in AUTHORITIES:
        cases[f"Host {host!r}"] = (PLAIN.replace(b"localhost", host), (201,))
    for extension in (b";a", b";a=b", b' ; a = "b c" ;d', b';a="\\"\\\\"', b";a=b;c=d;e", b";a=" + b"b" * 900):
        chunks = size + extension + b"\r\n" + BODY + b"\r\n0" + extension + b"\r\n\r\n"
        cases[f"chunk extension {extension[:20]!r}"] = (IN_CHUNKS + chunks, (201,))
    for path in (
        b"/toy/%",
        b"/toy/%0",
        b"/toy/%zz",
        b"/toy/%00",
        b"/toy/%0a",
        b"/toy/%0d%0aX:%20y",
        b"/toy/%ff%fe",
        b"/toy/%c0%ae",
        b"/toy/%ed%a0%80",
        b"/toy/%u0041",
        b"/toy/contacts/",
        b"/toy//contacts",
        b"/toy/./contacts",
        b"/toy/../toy/contacts",
        b"/toy/%2e%2e/contacts",
        b"/toy/contacts;a=b",
        b"/toy/contacts%3f",
        b"/toy/\\",
        b"/toy/{id}",
        b'/toy/|^`<>"',
        b"/toy/" + b"a" * 8000,
        b"/toy/" + b"%25" * 2000,
        b"/toy/$&'()*+,;=:@!~",
        b"/toy/%E2%80%AE",
        b"/toy/contacts%0a",
        b"/toy/contacts%00",
        b"/toy/%2F",
    ):
        cases[f"path {path[:24]!r}"] = (b"GET %s HTTP/1.1\r\n" % path + HOST + end, (404,))
    for query in (
        b"?",
        b"??",
        b"?&",
        b"?=",
        b"?a",
        b"?a=%",
        b"?a=%00",
        b"?a=%ff",
        b"?" + b"a=b&" * 2000,
        b"?/:@[]{}|\\^`",
    ):
        cases[f"query {query[:20]!r}"] = (PLAIN.replace(b"/contacts", b"/contacts" + query), (201,))
    return cases


def _truncated() -> dict[str, bytes]:
    """Return truncated requests of clients that send no more."""
    chunked = IN_CHUNKS + CHUNKS[:-2] + b"X: y\r\n\r\n"
    ends = [*range(1, 40, 3), *range(40, len(PLAIN), 11)]
    return {f"plain to {at}": PLAIN[:at] for at in ends} | {
        f"chunked to {at}": chunked[:at] for at in range(len(IN_CHUNKS) - 4, len(chunked))
    }


MALFORMED_HEADS = [Case(name, sent, (400,)) for name, sent in (_malformed_heads() | _doubtful_framing()).items()]
MALFORMED_CHUNKS = [Case(name, IN_CHUNKS + sent, (400,)) for name, sent in _malformed_chunks().items()]
REFUSED = [*MALFORMED_HEADS, *MALFORMED_CHUNKS]
ANSWERED = [Case(name, sent, statuses) for name, (sent, statuses) in _answered().items()]
TRUNCATED = [Case(name, sent, (400,)) for name, sent in _truncated().items()]
