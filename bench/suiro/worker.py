"""Many flows in one process: `python -m runtime worker` under a server that deploys them to it.

The server's end is played here, as small as it can be: it asks for last values and deploys, as the product's does, and
acknowledges what comes.
"""

import json
import re
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from bench.contest.process import Product
from bench.load.generator import Failed
from bench.suiro.flows import Json
from bench.suiro.start import ROOT

TOKEN = "bench"
ROW = re.compile(r'\{"seq":(\d+),"at":')
"""How a numbered row begins: whatever it holds does not."""


class Server:
    """Deploys what it was given to the first worker that dials, asks for the last values of the first deploy's devices,
    then names the broker. `taken` counts rows, `watched` frames of live values."""

    def __init__(self, deploys: list[Json], broker: Json) -> None:
        self._deploys, self._broker = deploys, broker
        self.refused: list[Any] = []
        self.taken = self.watched = 0
        self._server = serve(self._handle, "127.0.0.1", 0, max_size=16 << 20)
        self.port = self._server.socket.getsockname()[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()

    def _handle(self, line: ServerConnection) -> None:
        left = len(self._deploys)
        try:
            for frame in line:
                said = json.loads(frame) if not str(frame).startswith('{"t":"batch"') else None
                if said is None:
                    line.send(self._ack(str(frame)))
                elif said["t"] == "hello":
                    line.send(json.dumps({"t": "watch", "registry": self._deploys[0]["registry"]}))
                    for order in self._deploys:
                        line.send(json.dumps({"t": "deploy", **order}))
                elif said["t"] == "taps":
                    self.watched += 1
                elif said["t"] == "flow":
                    left -= 1
                    self.refused += said["problems"]
                    if left == 0:  # all run: now let messages in
                        line.send(json.dumps({"t": "broker", **self._broker}))
        except ConnectionClosed:
            return

    def _ack(self, batch: str) -> str:
        rows = ROW.findall(batch)
        self.taken += len(rows)
        return json.dumps({"t": "ack", "seq": int(rows[-1])})


class Worker(Product):
    """A worker with its server."""

    def __init__(self, deploys: list[Json], broker: Json, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "token").write_text(TOKEN, "ascii")
        self.server = Server(deploys, broker)
        self.tapped = any(order["taps"] for order in deploys)
        where = ["--server", f"ws://127.0.0.1:{self.server.port}/ws/worker", "--token-file", str(folder / "token")]
        words = [sys.executable, "-m", "runtime", "worker", *where, "--store", str(folder / "store")]
        super().__init__(words, folder / "said.log", cwd=ROOT)

    def alive(self) -> bool:
        """Whether it runs, and runs all that it was told to."""
        return super().alive() and not self.server.refused

    def check(self) -> None:
        if self.tapped and not self.server.watched:
            raise Failed("no live values came")

    def said(self, most: int = 600) -> str:
        refused = json.dumps(self.server.refused) if self.server.refused else ""
        return (super().said(most) + refused)[-most:]

    def stop(self) -> tuple[int, float]:
        ended = super().stop()
        self.server.close()
        return ended


def deploy_of(number: int, document: Json, registry: Json, *, taps: bool) -> Json:
    """The order of a server for one flow; `taps`: somebody has it open in the editor."""
    kept = {"zone": "UTC", "lang": "en", "destinations": {}, "models": {}, "taps": taps, "approvals": []}
    return {"flow": f"f{number}", "version": 1, "document": document, "registry": registry, **kept}
