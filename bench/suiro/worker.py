"""Many flows in one process: `python -m runtime worker` under a server that deploys them to it.

The server's end is played here, as small as it can be: it deploys, and acknowledges what comes.
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
from bench.suiro.flows import Json
from bench.suiro.start import ROOT

TOKEN = "bench"
LAST = re.compile(r'"seq":\s*(\d+)')


class Server:
    """Deploys what it was given to the first worker that dials, then names the broker."""

    def __init__(self, deploys: list[Json], broker: Json) -> None:
        self._deploys, self._broker = deploys, broker
        self.refused: list[Any] = []
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
                    line.send(json.dumps({"t": "ack", "seq": max(map(int, LAST.findall(str(frame))))}))
                elif said["t"] == "hello":
                    for order in self._deploys:
                        line.send(json.dumps({"t": "deploy", **order}))
                elif said["t"] == "flow":
                    left -= 1
                    self.refused += said["problems"]
                    if left == 0:  # all run: now let messages in
                        line.send(json.dumps({"t": "broker", **self._broker}))
        except ConnectionClosed:
            return


class Worker(Product):
    """A worker with its server."""

    def __init__(self, deploys: list[Json], broker: Json, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "token").write_text(TOKEN, "ascii")
        self.server = Server(deploys, broker)
        where = ["--server", f"ws://127.0.0.1:{self.server.port}/ws/worker", "--token-file", str(folder / "token")]
        words = [sys.executable, "-m", "runtime", "worker", *where, "--store", str(folder / "store")]
        super().__init__(words, folder / "said.log", cwd=ROOT)

    def stop(self) -> tuple[int, float]:
        ended = super().stop()
        self.server.close()
        return ended


def deploy_of(number: int, document: Json, registry: Json) -> Json:
    """The order of a server for one flow."""
    kept = {"zone": "UTC", "lang": "en", "destinations": {}, "models": {}, "taps": False, "approvals": []}
    return {"flow": f"f{number}", "version": 1, "document": document, "registry": registry, **kept}
