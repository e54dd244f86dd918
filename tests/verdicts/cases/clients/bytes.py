"""A client that keeps the contract, and sends other bytes first: the argument says which."""

import os
import socket
import ssl
import sys
import urllib.request
from urllib.parse import urlsplit

URL = os.environ["CRM_MOCKS_URL"]
CA_FILE = os.environ.get("CRM_MOCKS_CA_FILE") or None
TRUST = ssl.create_default_context(cafile=CA_FILE)
GET = b"GET /v1/leads/config HTTP/1.1\r\nx-api-key: demo-key\r\nConnection: close\r\n"
HOST = b"Host: localhost\r\n"
SENT = {
    "two-hosts": GET + HOST + b"Host: other\r\n\r\n",
    "no-host": GET + b"\r\n",
    "http2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    "raw-path": "GET /v1/leads/größe HTTP/1.1\r\n".encode() + HOST + b"\r\n",
    "spaced-path": b"GET /v1/leads/my config HTTP/1.1\r\n" + HOST + b"\r\n",
    "two-lengths": GET.replace(b"GET", b"POST") + HOST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    "bad-chunk": GET.replace(b"GET", b"POST") + HOST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "not-http": b"hello\r\n",
    "cut-head": GET,
    "cut-body": GET.replace(b"GET", b"POST") + HOST + b"Content-Length: 200\r\n\r\n{",
    "nothing": b"",
    "control-api": b"GET /__admin/version HTTP/1.1\r\n\r\n",
}


def connect():
    parts = urlsplit(URL)
    return socket.create_connection((parts.hostname, parts.port), timeout=60)


def send(how):
    with connect() as connection:
        if how == "tls":
            try:
                ssl.create_default_context().wrap_socket(connection, server_hostname="localhost")
            except (OSError, ssl.SSLError):
                pass
            return
        connection.sendall(SENT.get(how, GET + HOST + b"\r\n"))
        connection.shutdown(socket.SHUT_WR)
        try:
            while connection.recv(65536):
                pass
        except OSError:
            pass


send(sys.argv[1])
request = urllib.request.Request(URL + "/v1/leads/config", headers={"x-api-key": "demo-key"})
urllib.request.urlopen(request, timeout=60, context=TRUST if URL.startswith("https") else None)
