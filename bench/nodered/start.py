"""Starts Node-RED with a workload's flows, one process, in a user folder of its own."""

import json
import shutil
from pathlib import Path

from bench.contest.process import Product
from bench.nodered.flows import Node
from bench.nodered.install import FOLDER, installed, node


def start(flows: list[Node], folder: Path, *, user: str | None = None, password: str | None = None) -> Product:
    """`folder` is emptied and becomes its user folder. `user` and `password` are for the broker."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(FOLDER / "settings.js", folder / "settings.js")
    (folder / "flows.json").write_text(json.dumps(flows), "utf-8")
    known = {"broker": {"user": user, "password": password}} if user else {}
    (folder / "flows_cred.json").write_text(json.dumps(known), "utf-8")
    red = installed() / "node_modules" / "node-red" / "red.js"
    words = [node(), str(red), "--userDir", str(folder), "--settings", str(folder / "settings.js"), "flows.json"]
    return Product(words, folder / "said.log", cwd=folder, environment={"NODE_ENV": "production"})
