"""One connection to the API server: reads requests, writes answers, and streams watches line by line."""

import json
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from vlearn.sim.kubernetes.api.kinds import Resource
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.apiserver import Request, Response, Watch
from vlearn.sim.kubernetes.apiserver.paths import target
from vlearn.sim.kubernetes.apiserver.reading import told
from vlearn.sim.kubernetes.server.chunks import read_chunks, too_large

if TYPE_CHECKING:
    from vlearn.sim.kubernetes.server.server import ClusterServer

LARGEST_BODY = 3 * 1024 * 1024
LONGEST_WATCH = 1800.0


class Handler(BaseHTTPRequestHandler):
    """Knows the wire alone: what an answer says is decided by `answer`."""

    server: "ClusterServer"
    protocol_version = "HTTP/1.1"
    # A client that says nothing for so long is gone; a watch is told when it has ended, and does not read.
    timeout = 120

    def do_GET(self) -> None:
        """Every method is one of the API's."""
        self._handle()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the base class names them after HTTP's methods

    def _handle(self) -> None:
        try:
            path = self._authorised()
            body = self._body()
        except StatusError as refused:
            # What the client still sends is not read, so the connection cannot be used again.
            self.close_connection = True
            return self._send(Response(refused.code, refused.object))
        query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        accept, media = self.headers.get("Accept", "application/json"), self.headers.get("Content-Type")
        request = Request(self.command, path, query, body or None, media or "application/json", accept)
        response = self._answered(request)
        if response.watch is None:
            return self._send(response)
        return self._stream(response, response.watch, target(path).resource, query.get("timeoutSeconds", ""))

    def _answered(self, request: Request) -> Response:
        """The answer, whatever happens: a fault of the server's own is one too, and the cluster goes on."""
        try:
            return self.server.answer(request)
        except Exception as fault:
            told = StatusError(500, "InternalError", f"Internal error occurred: {type(fault).__name__}: {fault}")
            return Response(told.code, told.object)

    def _authorised(self) -> str:
        """The path behind the token. Raises StatusError for a client that does not know the token."""
        if self.headers.get("Host", "").lower() not in self.server.names:
            raise StatusError(403, "Forbidden", "this server goes by another name")
        path = unquote(urlsplit(self.path).path)
        first, _, rest = path.lstrip("/").partition("/")
        ours = self.server.token.encode()
        if compare_digest(first.encode(), ours):
            return f"/{rest}"
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and compare_digest(token.strip().encode(), ours):
            return path
        raise StatusError(401, "Unauthorized", "Unauthorized")

    def _body(self) -> bytes:
        """The body, if it is no larger than the API takes. Raises StatusError."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return read_chunks(self.rfile, LARGEST_BODY)
        written = self.headers.get("Content-Length", "0")
        if not written.isdecimal():
            raise StatusError(400, "BadRequest", "the length of the body is no number")
        length = int(written)
        if length > LARGEST_BODY:
            raise too_large(LARGEST_BODY)
        return self.rfile.read(length)

    def _send(self, response: Response) -> None:
        is_json = response.content_type == "application/json"
        body = (json.dumps(response.body) if is_json else str(response.body)).encode()
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-cache, private")
        for warning in response.warnings:
            self.send_header("Warning", f'299 - "{_in_quotes(warning)}"')
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, response: Response, watch: Watch, resource: Resource, timeout: str) -> None:
        """The events so far, then each as it happens, until the client goes or its time is over."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        end = monotonic() + (min(float(timeout), LONGEST_WATCH) if timeout.isdecimal() else LONGEST_WATCH)
        events, seen = response.body, watch.since
        try:
            while True:
                for event in events:
                    self._chunk(event)
                if any(event["type"] == "ERROR" for event in events):
                    break
                with self.server.changed:
                    while self.server.store.revision <= seen and not self.server.closing and monotonic() < end:
                        self.server.changed.wait(min(1.0, max(end - monotonic(), 0.0)))
                    store = self.server.store
                if self.server.closing or monotonic() >= end:
                    break
                events = told(store, Watch(watch.selection, seen, watch.table), resource)
                seen = store.revision
            self.wfile.write(b"0\r\n\r\n")
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _chunk(self, event: Any) -> None:
        line = json.dumps(event).encode() + b"\n"
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not worth a line each, and their paths hold the token."""


def _in_quotes(text: str) -> str:
    shown = "".join(letter if " " <= letter <= "~" else "?" for letter in text)
    return shown.replace("\\", "\\\\").replace('"', '\\"')
