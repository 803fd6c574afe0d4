"""Starts `python -m runtime run` with a workload's flow, as a user would."""

import json
import shutil
import sys
from pathlib import Path

from bench.contest.process import Product
from bench.suiro.flows import Json

ROOT = Path(__file__).resolve().parents[2]


def start(document: Json, registry: Json, broker: str, folder: Path) -> Product:
    """`folder` is emptied; a durable flow keeps its store there, which is a real disk if the checkout is on one."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "registry.json").write_text(json.dumps(registry), "utf-8")
    flow = folder / "flow.json"
    flow.write_text(json.dumps(document), "utf-8")
    store = ["--store", str(folder / "store")] if document["delivery"] == "durable" else []
    words = [sys.executable, "-m", "runtime", "run", str(flow), "--broker", broker, *store]
    # every action is a line on stdout: hundreds of megabytes in a run
    return Product(words, folder / "said.log", cwd=ROOT, silent=True)
