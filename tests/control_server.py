"""The server's end of a worker's line, as small as a test needs it: a real WebSocket server on loopback.

with ControlServer() as server:
    worker dials server.url with the token server.token
    server.send(t="deploy", ...)
    server.wait("flow", flow="f1")
"""

import json
import threading
from typing import Any

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from runtime.inference.rollout import PART
from tests.brokers import any_free_port, wait_until


class ControlServer:
    """`frames` holds every frame that came, `rows` every numbered row once, by number. Acknowledges by itself while
    `acking`. `files` are those of models and documents, by sha256, and served part by part; `asked` is which parts were asked for."""

    def __init__(self, token: str = "token-1", port: int | None = None) -> None:
        self.token, self.port = token, port or any_free_port()
        self.url = f"ws://127.0.0.1:{self.port}/ws/worker"
        self.frames: list[dict[str, Any]] = []
        self.rows: dict[int, dict[str, Any]] = {}
        self._rows_held = threading.Lock()
        self.acking = True
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, int]] = []
        self.line: ServerConnection | None = None

    def __enter__(self) -> "ControlServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._server = serve(self._handle, "127.0.0.1", self.port, max_size=16 << 20, process_request=self._served)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        if self.line is not None:
            self.line.close()
        self._thread.join(5)
        self.line = None

    def _served(self, line: ServerConnection, request: Request) -> Response | None:
        """A part of a model's file, or of the documents', for who has the token."""
        if not request.path.startswith(("/worker/models/", "/worker/documents/")):
            return None
        sha256, number = request.path.split("/")[-2:]
        data = self.files.get(sha256)
        if request.headers.get("Authorization") != f"Bearer {self.token}" or data is None:
            return line.respond(404, "")
        self.asked.append((sha256, int(number)))
        part = data[int(number) * PART :][:PART]
        headers = Headers({"Content-Length": str(len(part)), "Connection": "close"})
        return Response(200, "OK", headers, part)

    def _handle(self, line: ServerConnection) -> None:
        if line.request is None or line.request.headers.get("Authorization") != f"Bearer {self.token}":
            line.close(4401, "no")
            return
        self.line = line
        try:
            for frame in line:
                self._take(json.loads(frame))
        except ConnectionClosed:
            pass

    def _take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        if frame["t"] == "batch":
            with self._rows_held:
                self.rows |= {row["seq"]: row for row in frame["rows"]}
            if self.acking:
                self.send(t="ack", seq=frame["rows"][-1]["seq"])

    def send(self, **order: Any) -> None:
        assert self.line is not None
        self.line.send(json.dumps(order, ensure_ascii=False))

    def of(self, t: str, **wanted: Any) -> list[dict[str, Any]]:
        """The frames of kind `t` that hold `wanted`, oldest first."""
        return [f for f in list(self.frames) if f["t"] == t and wanted.items() <= f.items()]

    def wait(self, t: str, seconds: float = 10, **wanted: Any) -> dict[str, Any]:
        """The newest such frame, as soon as there is one."""
        wait_until(lambda: self.of(t, **wanted), seconds, f"{t} {wanted}: {self.frames[-8:]}")
        return self.of(t, **wanted)[-1]

    def in_order(self) -> list[dict[str, Any]]:
        """All rows that came until now. Under a lock: who looks does so beside the line's own thread."""
        with self._rows_held:
            return [self.rows[number] for number in sorted(self.rows)]

    def rows_of(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in self.in_order() if row["row"] == kind]

    def wait_rows(self, kind: str, count: int, seconds: float = 10) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.rows_of(kind)) >= count, seconds, f"{count} {kind}: {self.in_order()}")
        return self.rows_of(kind)
