"""Installs the pinned Node-RED from npm into the cache, once for each text of package.json."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CACHE = FOLDER.parent / ".cache"
QUIET = ["--omit=dev", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]


def installed() -> Path:
    """The folder with `node_modules` in it. Raises CalledProcessError with what npm said."""
    text = (FOLDER / "package.json").read_bytes()
    folder = CACHE / f"nodered-{hashlib.sha256(text).hexdigest()[:12]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_bytes(text)
        subprocess.run(["npm", "install", *QUIET], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (folder / "done").touch()
    return folder


def node() -> str:
    """The `node` that runs it: $BENCH_NODE, else the one on the PATH."""
    return os.environ.get("BENCH_NODE") or shutil.which("node") or "node"


def versions() -> str:
    """For people, e.g. `Node-RED 4.1.15 (mqtt.js 5.15.2) on Node v20.20.2`."""
    modules = installed() / "node_modules"
    red, mqtt = (json.loads((modules / name / "package.json").read_text())["version"] for name in ("node-red", "mqtt"))
    return (
        f"Node-RED {red} (mqtt.js {mqtt}) on Node {subprocess.check_output([node(), '--version'], text=True).strip()}"
    )
