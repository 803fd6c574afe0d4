"""How long `make run` takes to its sign-in link once everything is installed: `python -m bench.startup`.

Started with an empty SUIRO_HOME (tables and keys are made) and again with the same one. The limit beside it: the same
web server with the same settings, to its first answer, with nothing else around it.
"""

import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(rb"http://\S+/signin/\S+")
LONGEST = 60.0


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="suiro-bench-") as name:
        home = Path(name) / "home"
        found = {"first start, empty home": start(home), "start with that home": start(home)}
        limit = web_alone(home)
    print(f"web server alone, to its first answer: {limit:5.1f} s")
    for what, took in found.items():
        print(f"{what:25} to the sign-in link: {took:5.1f} s   {took / limit:.1f} times the web server alone")


def start(home: Path) -> float:
    """Seconds from the command to its printed link; everything is ended again."""
    line = [sys.executable, "-m", "config.run", "--port", str(free_port())]
    environment = {**os.environ, "SUIRO_HOME": str(home)}
    environment.pop("SUIRO_RUN_STARTED", None)
    began = time.perf_counter()
    process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        return _seen(process, began)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _seen(process: "subprocess.Popen[bytes]", began: float) -> float:
    said = b""
    with selectors.DefaultSelector() as ready:
        assert process.stdout is not None
        ready.register(process.stdout, selectors.EVENT_READ)
        while time.perf_counter() - began < LONGEST and ready.select(LONGEST):
            part = os.read(process.stdout.fileno(), 65_536)
            said += part
            if LINK.search(said):
                return time.perf_counter() - began
            if not part:
                break
    raise SystemExit(f"no sign-in link: {said.decode('utf-8', 'replace')}")


def web_alone(home: Path) -> float:
    """Seconds from the command to the first answer of the web process."""
    port = free_port()
    line = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "SUIRO_HOME": str(home), "SUIRO_PORT": str(port)}
    began = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    try:
        while time.perf_counter() - began < LONGEST:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.02)
        raise SystemExit("the web server did not answer")
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
