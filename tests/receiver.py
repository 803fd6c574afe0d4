"""A real HTTP server on loopback that takes posts and says what it is told to say, or behaves as badly as it is told to.

with Receiver() as receiver:
    post(receiver.url)          # receiver.received holds (path, headers, JSON)
"""

import contextlib
import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """`answers` are (status, headers) taken in turn, the last for ever. While `hanging`, it answers only after `hang`
    is set. `manners`, taken in turn before that: `drip` answers byte by byte for ever, `reset` breaks the connection
    before it has read anything, `forget` takes the post and breaks the connection without an answer, `answer` answers.
    Posts to a path that is `down` are not taken and get 503."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = [(200, {})]
        self.manners: list[str] = []
        self.down: set[str] = set()
        self.received: list[tuple[str, dict[str, str], Any]] = []
        self.hang = threading.Event()
        self.hanging = False
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"receiver": self}))
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> "Receiver":
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hang.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_GET(self) -> None:
        """Somebody only says that it is there."""
        self.receiver.received.append((self.path, dict(self.headers), None))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        receiver = self.receiver
        manner = receiver.manners.pop(0) if receiver.manners else "answer"
        if manner == "reset":
            self._break()
            return
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path in receiver.down:
            self.send_error(503)
            return
        receiver.received.append((self.path, dict(self.headers), body))
        if manner == "forget":
            self._break()
            return
        if manner == "drip":
            self._drip()
            return
        if receiver.hanging:
            receiver.hang.wait(30)
        status, headers = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        with contextlib.suppress(ConnectionError):  # it was hung up on
            self.end_headers()
            self.wfile.write(b"ok <b>")

    def _break(self) -> None:
        """As a process that dies: the other side gets a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self.close_connection = True
        while not self.receiver.hang.wait(0.1):
            try:
                self.wfile.write(b"x")
            except OSError:
                return

    def log_message(self, format: str, *arguments: Any) -> None:
        pass
