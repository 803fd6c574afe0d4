"""`python -m tests.faults [pytest's arguments]`: every fault at full length, and the figures into docs/performance.md.

Exit as pytest's: not 0 where anything was lost or doubled.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from config.broker import nats_server
from tests.brokers import MOSQUITTO, has_mosquitto

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
INTRODUCTION = "# Performance\n"


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="suiro-faults-") as folder:
        figures, begun = Path(folder) / "figures", time.monotonic()
        processes = str(min(2, os.cpu_count() or 1))
        command = [sys.executable, "-m", "pytest", "-q", "-n", processes, "--dist", "loadgroup", "--durations", "10"]
        command += ["tests/faults", "--full", "--figures", str(figures), *arguments]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        rows = [json.loads(line) for line in figures.read_text("utf-8").splitlines()] if figures.exists() else []
        write(PAGE, section(rows, time.monotonic() - begun, code))
    return code


def write(page: Path, text: str) -> None:
    """Put `text` between the markers, at the end where there are none yet."""
    before = page.read_text("utf-8") if page.exists() else INTRODUCTION
    head, _, rest = before.partition(BEGIN)
    tail = rest.partition(END)[2]
    page.write_text(f"{head.rstrip()}\n\n{BEGIN}\n{text}{END}\n{tail.lstrip()}", "utf-8")


def section(rows: Iterable[dict[str, Any]], seconds: float, code: int) -> str:
    ordered = sorted(rows, key=lambda row: (row["place"], row["fault"]))
    listed = [f"| {row['fault']} | {_shown(row['figures'])} |" for row in ordered]
    verdict = "every check passed" if code == 0 else "**not every check passed**"
    return "\n".join(
        [
            "## Faults",
            "",
            f"{time.strftime('%Y-%m-%d', time.gmtime())}, {os.cpu_count()} cores, Python {platform.python_version()}, "
            f"{', '.join(_brokers())}; {seconds / 60:.0f} minutes, {verdict}. The real worker process over a real broker, "
            "with publisher and receiver in processes of their own. Lost: a message that had to cause a call and did not. "
            "Doubled: one that caused calls under more than one key. Repeated: further calls under the same key, by which "
            "a receiver drops them. A Mosquitto that is killed forgets the session: what others publish before the worker is "
            "back goes to nobody, and is told as a gap.",
            "",
            "| fault | what came of it |",
            "|---|---|",
            *listed,
            "",
        ]
    )


def _shown(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in figures.items())


def _number(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _brokers() -> list[str]:
    nats = _said([nats_server(), "--version"]).split(":")[-1].strip()
    mosquitto = _said([MOSQUITTO, "-h"]).split()[2] if has_mosquitto else "none"
    return [f"nats-server {nats}", f"Mosquitto {mosquitto}"]


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
