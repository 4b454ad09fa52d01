"""The double on the wire: HTTP/1.1 on 127.0.0.1, a thread for each connection."""

import socket
import struct
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.stripe_double.answers import Answer, Request
from tests.stripe_double.api import ConnectionLost

Responder = Callable[[Request], Answer]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "Server"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        answer = self.server.respond(self._request())
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _request(self) -> Request:
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        return Request(self.command, url.path, url.query, headers, body)

    def log_message(self, *_args: Any) -> None:
        """Says nothing: what was asked for is in `double.requests`."""


class Server(ThreadingHTTPServer):
    """Serves until it is told to end, and then leaves no connection open."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, respond: Responder) -> None:
        self.respond = respond
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Resets a connection that is to be lost; one that its client gave up is nobody's loss."""
        error = sys.exc_info()[1]
        if isinstance(error, ConnectionLost):
            # Closed with nothing left to say, a socket resets its connection.
            request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.close()
        elif not isinstance(error, OSError):
            super().handle_error(request, client_address)

    def end(self) -> None:
        """This function will stop serving and close every connection."""
        self.shutdown()
        with self._guard:
            still_open = list(self._open)
        for request in still_open:
            try:
                request.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.server_close()
