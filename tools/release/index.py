"""A package index on loopback that has the built files, and any other distributions."""

from __future__ import annotations

import functools
import hashlib
import html
import shutil
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from tools.dependencies.declared import OURS, project_table


class IndexHandler(SimpleHTTPRequestHandler):
    """Serves the files of an index, which are not to be cached."""

    def end_headers(self) -> None:
        """Add a header to each response."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing."""


class IndexServer(ThreadingHTTPServer):
    """Serves each connection in a thread of its own."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error, unless the client has dropped the connection, as installers do."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def lay_out(files: Iterable[Path], folder: Path) -> None:
    """Write a simple index of distributions into a folder: `simple/<project>/index.html`, beside copies of its files.

    Args:
        files: sdists and wheels.
        folder: folder of the index.
    """
    projects: dict[str, list[Path]] = {}
    for file in files:
        projects.setdefault(canonicalize_name(file.name.split("-")[0]), []).append(file)
    for name, members in projects.items():
        place = folder / "simple" / name
        place.mkdir(parents=True, exist_ok=True)
        links = [_link(Path(shutil.copy2(file, place)), ours=name == OURS) for file in members]
        place.joinpath("index.html").write_text("\n".join(["<!DOCTYPE html>", *links, ""]), "utf-8")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder that `lay_out` filled; yield the URL for `--index-url`."""
    with IndexServer(("127.0.0.1", 0), functools.partial(IndexHandler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/simple/"
        finally:
            server.shutdown()


def _link(file: Path, *, ours: bool) -> str:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    requires = f' data-requires-python="{html.escape(project_table()["requires-python"])}"' if ours else ""
    return f'<a href="{html.escape(file.name)}#sha256={digest}"{requires}>{html.escape(file.name)}</a><br>'
