"""The preview on this computer alone: a web server on a loopback address, behind an address nobody can guess.

A page of a stranger's can make a browser ask loopback addresses, under a name of its own (DNS rebinding). So a request
must name this server as its host, and its path must begin with a token that is drawn at the start.
"""

import re
from collections.abc import Mapping
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from secrets import token_urlsafe
from socket import AF_INET, AF_INET6
from socketserver import TCPServer
from threading import Lock
from urllib.parse import parse_qs, urlsplit

from vlearn.errors import ContentError
from vlearn.exams.exporters import exporter
from vlearn.exams.preview.page import chosen, form, page
from vlearn.exams.preview.source import Snapshot, Source

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FRAMED = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
_TEXT = "text/plain; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_SEED = re.compile("[0-9]{1,18}")
_ASSETS = {"preview.css": "text/css; charset=utf-8", "preview.js": "text/javascript; charset=utf-8"}

_Answer = tuple[HTTPStatus, str, bytes]


class PreviewServer(ThreadingHTTPServer):
    """Serves a source at `url`, port 0 being any that is free. Raises ContentError for an address that others reach."""

    daemon_threads = True

    def __init__(self, source: Source, host: str = "127.0.0.1", port: int = 0) -> None:
        address = _loopback(host)
        self.address_family = AF_INET6 if ":" in address else AF_INET
        self._source, self._lock, self._snapshot = source, Lock(), source.read()
        self._html = exporter("html")
        self.token = token_urlsafe(24)
        try:
            super().__init__((address, port), _Handler)
        except OSError as error:
            raise ContentError(f"no preview at port {port}: {error.strerror}; name another --port") from error
        name = f"[{address}]" if ":" in address else address
        self.names = tuple(f"{known}:{self.server_port}" for known in (name, "localhost"))
        self.url = f"http://{self.names[0]}/{self.token}/"

    def server_bind(self) -> None:
        """Bind as HTTPServer does, but without looking up this computer's name, which may ask a name server."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def snapshot(self) -> Snapshot:
        """The questions as they are now, read again only if a file has changed."""
        with self._lock:
            if self._source.version() != self._snapshot.version:
                self._snapshot = self._source.read()
            return self._snapshot

    def answer(self, name: str, query: Mapping[str, str]) -> _Answer:
        """What is at a path below the token."""
        if name in _ASSETS:
            return HTTPStatus.OK, _ASSETS[name], Path(__file__).with_name(name).read_bytes()
        if name == "version":
            return HTTPStatus.OK, _TEXT, self._source.version().encode()
        id, number = query.get("id", ""), query.get("seed", "")
        seed = int(number) if _SEED.fullmatch(number) else 1
        if name == "":
            return HTTPStatus.OK, _HTML, page(self.snapshot(), id, seed).encode()
        if name in ("paper", "key") and (entry := chosen(self.snapshot(), id)):
            try:
                made = form(entry, seed)
            except Exception as error:  # whatever a generator raises is for its author to see
                told = f"seed {seed}: the generator {entry.generator} raises {type(error).__name__}: {error}"
                return HTTPStatus.INTERNAL_SERVER_ERROR, _TEXT, told.encode()
            key = self._html.key
            return HTTPStatus.OK, _HTML, key(made) if key and name == "key" else self._html.paper(made.paper)
        return HTTPStatus.NOT_FOUND, _TEXT, b"Nothing is here."


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    timeout = 30

    def do_GET(self) -> None:
        if self.headers.get("Host", "").lower() not in self.server.names:
            return self._send(HTTPStatus.FORBIDDEN, _TEXT, b"This server goes by another name.")
        parts = urlsplit(self.path)
        _, token, *rest = parts.path.split("/", 2) if parts.path.count("/") > 1 else ("", "")
        if not rest or not compare_digest(token.encode(), self.server.token.encode()):
            return self._send(HTTPStatus.FORBIDDEN, _TEXT, b"Open the address that `vlearn bank preview` printed.")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return self._send(*self.server.answer(rest[0], query), framed=rest[0] in ("paper", "key"))

    def _send(self, status: HTTPStatus, kind: str, body: bytes, *, framed: bool = False) -> None:
        self.send_response(status)
        headers = _HEADERS | ({"Content-Security-Policy": _FRAMED} if framed else {})
        for name, value in (*headers.items(), ("Content-Type", kind), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not worth a line each, and their paths hold the token."""


def _loopback(host: str) -> str:
    """The address of a host, which must be this computer and nothing that others can reach."""
    named = {"localhost": "127.0.0.1"}.get(host, host)
    try:
        address = ip_address(named)
    except ValueError:
        address = None
    if not address or not address.is_loopback:
        raise ContentError(
            f"the preview shows keys, so only this computer may see it: not {host!r}, but 127.0.0.1 or ::1"
        )
    return str(address)
