"""The line to the server: one WebSocket that this side opens and opens again, with numbered rows that survive both.

Short-lived words (taps, values, status) go only while the line is up; rows wait on the disk until acknowledged.
"""

import contextlib
import json
import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from runtime.json_bytes import json_bytes
from runtime.store import UpReader

log = logging.getLogger("suiro.control")
SHORTEST, LONGEST = 0.5, 30.0
"""Seconds: bounds of the growing span from which the pause before the next attempt is drawn."""
LARGEST = 16 << 20
"""Bytes of one frame that is taken."""
MOST_WORDS = 2_000
BATCH = 200
ALIVE_EVERY = 20.0
"""Seconds between two words that say no more than that we are here."""
AHEAD = 5
"""Batches that may be on their way without an acknowledgement."""

Words = dict[str, Any]


class Control:
    """Call `start`; orders come to `on_order` on the line's own thread, `hello` makes the first frame of each line.

    `say` sends a short-lived frame (dropped while the line is down), `rows_changed` tells that there are new rows.
    """

    def __init__(
        self,
        server: str,
        token_file: Path,
        reader: UpReader,
        *,
        hello: Callable[[], Words],
        on_order: Callable[[Words], None],
        on_line: Callable[[bool], None] = lambda up: None,
    ) -> None:
        self._server, self._token_file, self._reader = server, token_file, reader
        self._hello, self._on_order, self._on_line = hello, on_order, on_line
        self._words: deque[str] = deque(maxlen=MOST_WORDS)
        self._change = threading.Condition()
        self._fresh_rows = True
        self.quiet = False
        """Nothing goes up save that we are here."""
        self._alive = 0.0
        self._sent = 0
        self._open: deque[int] = deque()
        """The last rows of batches that were sent and not yet acknowledged."""
        self._line: ClientConnection | None = None
        self._stop = threading.Event()
        self._said = ""
        self._threads = [
            threading.Thread(target=self._keep_up, name="control", daemon=True),
            threading.Thread(target=self._pump, name="control-up", daemon=True),
        ]

    @property
    def up(self) -> bool:
        return self._line is not None

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Give rows and words a moment to leave, then hang up."""
        end = time.monotonic() + 1.0
        while self.up and (self._words or self._fresh_rows) and time.monotonic() < end:
            time.sleep(0.02)
        self._stop.set()
        self._hang_up()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(5)

    def say(self, words: Words) -> None:
        if not self.up or self.quiet:
            return
        with self._change:
            self._words.append(json_bytes(words).decode())
            self._change.notify_all()

    def last_row(self) -> int:
        """The number of the newest row ever made."""
        return self._reader.last()

    def rows_changed(self) -> None:
        with self._change:
            self._fresh_rows = True
            self._change.notify_all()

    def acked(self, seq: int) -> None:
        """The server has rows up to `seq`: more may go."""
        with self._change:
            while self._open and self._open[0] <= seq:
                self._open.popleft()
            self._fresh_rows = True
            self._change.notify_all()

    # --- the line ---------------------------------------------------------------------------------------------------

    def _keep_up(self) -> None:
        attempt = 0
        while not self._stop.is_set():
            try:
                with self._dial() as line:
                    attempt = 0
                    self._listen(line)
            except (OSError, WebSocketException, ValueError, TimeoutError) as problem:
                self._tell(problem)
            except Exception as problem:  # whatever a server may send must not end the line for ever
                log.exception("the line to the server broke: %s", problem)
            self._hang_up()
            attempt += 1
            self._stop.wait(random.uniform(0.1, min(LONGEST, SHORTEST * 2 ** min(attempt, 8))))

    def _dial(self) -> ClientConnection:
        token = self._token_file.read_text("ascii").strip()
        return connect(
            self._server,
            additional_headers={"Authorization": f"Bearer {token}"},
            max_size=LARGEST,
            open_timeout=10,
            close_timeout=2,
            proxy=None,
        )

    def _listen(self, line: ClientConnection) -> None:
        line.send(json.dumps(self._hello(), ensure_ascii=False))
        with self._change:
            self._words.clear()
            self._sent = 0
            self._open.clear()
            self._fresh_rows = True
            self._line = line
            self._change.notify_all()
        self._said = ""
        log.info("connected to the server %s", self._server)
        self._on_line(True)
        for frame in line:
            self._take(frame)

    def _take(self, frame: str | bytes) -> None:
        try:
            order = json.loads(frame)
        except (ValueError, RecursionError):
            log.warning("the server sent a frame that is no JSON")
            return
        if not isinstance(order, dict):
            return
        try:
            self._on_order(order)
        except Exception:
            log.exception("the order %r could not be carried out", order.get("t"))

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._on_line(False)
            with contextlib.suppress(Exception):
                line.close()

    def _tell(self, problem: BaseException) -> None:
        if isinstance(problem, InvalidStatus):
            text = f"the server answers {problem.response.status_code}: is the token still valid?"
        else:
            text = f"{type(problem).__name__}: {problem}"
        if text != self._said:
            self._said = text
            log.warning("no line to the server %s (%s); going on without it", self._server, text)

    # --- what goes up -----------------------------------------------------------------------------------------------

    def _pump(self) -> None:
        while not self._stop.is_set():
            with self._change:
                while not self._stop.is_set() and not self._something():
                    self._change.wait(0.5)
                line, self._fresh_rows = self._line, False
                words = list(self._words)
                self._words.clear()
            if line is None:
                continue
            try:
                for frame in words:
                    line.send(frame)
                self._send_alive(line)
                if not self.quiet:
                    self._send_rows(line)
            except (OSError, WebSocketException):
                with contextlib.suppress(Exception):
                    line.close()
                self._stop.wait(0.1)
            except Exception:
                log.exception("rows could not be sent")
                self._stop.wait(1.0)
        self._reader.close()

    def _something(self) -> bool:
        """Whether something is to go up now."""
        alive = time.monotonic() - self._alive >= ALIVE_EVERY
        return self._line is not None and (bool(self._words) or self._fresh_rows or alive)

    def _send_alive(self, line: ClientConnection) -> None:
        if time.monotonic() - self._alive >= ALIVE_EVERY:
            self._alive = time.monotonic()
            line.send('{"t":"alive"}')

    def _send_rows(self, line: ClientConnection) -> None:
        while len(self._open) < AHEAD:
            rows = self._reader.rows(self._sent, BATCH)
            if not rows:
                return
            numbered = ",".join(f'{{"seq":{seq},{row.decode()[1:]}' for seq, row in rows)
            line.send(f'{{"t":"batch","rows":[{numbered}]}}')
            self._sent = rows[-1][0]
            self._open.append(self._sent)


def pages_of(server: str) -> str:
    """Where people see the pages of the server that a worker dials, by the address of its socket."""
    parts = urlsplit(server)
    return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc.rpartition('@')[2]}"
