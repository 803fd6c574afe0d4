"""Runs commands of CONTRACTS section 5 as another program would: by their command line only."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parents[2]


class Ran(msgspec.Struct):
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)

    def lines(self) -> list[dict[str, Any]]:
        """stdout as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def problems(self) -> list[dict[str, Any]]:
        """stderr as one JSON problem a line."""
        return [json.loads(line) for line in self.err.splitlines()]


def runtime(*arguments: object, locale: str | None = None, seconds: float = 120) -> Ran:
    """`python -m runtime <arguments>`; `locale` sets LC_ALL."""
    environment = {**os.environ, **({"LC_ALL": locale, "LANG": locale, "PYTHONUTF8": "0"} if locale else {})}
    command = [sys.executable, "-m", "runtime", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=seconds, check=False)
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def written(folder: Path, name: str, content: Any) -> Path:
    """A file in `folder`: bytes and texts as they are, a list as JSON lines, anything else as JSON."""
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, "utf-8")
    elif isinstance(content, list):
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content), "utf-8")
    else:
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path
