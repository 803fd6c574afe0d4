"""Starts the product as `make run` does, in a folder of its own, and reads the sign-in link that it prints."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.brokers import any_free_port

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 300.0


@dataclass
class Product:
    """A running product: where it answers, its one-time link, its broker's address and its folder."""

    url: str
    link: str
    home: Path
    process: subprocess.Popen[str]

    def broker_url(self) -> str:
        """The embedded broker's address with its password, for a headless run beside the product."""
        known = json.loads((self.home / "broker" / "broker.json").read_text("utf-8"))
        return f"mqtt://suiro:{known['password']}@127.0.0.1:{known['port']}"

    def new_link(self) -> str:
        environment = {**os.environ, "SUIRO_HOME": str(self.home), "SUIRO_PORT": self.url.rsplit(":", 1)[1]}
        command = [sys.executable, "manage.py", "signin_link"]
        out = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
        return _link_in(out)


@contextmanager
def running_product(home: Path, port: int | None = None) -> Iterator[Product]:
    """`port`: where it answered before, for a product that is started again."""
    home.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "SUIRO_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "config.run", "--port", str(port or any_free_port())]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        link = _first_link(process)
        yield Product(link.split("/signin")[0], link, home, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)


def _first_link(process: subprocess.Popen[str]) -> str:
    """Read what the product prints until the link; keep reading afterwards so that its pipe never fills."""
    assert process.stdout is not None
    timer = threading.Timer(READY_WITHIN, process.kill)
    timer.start()
    said = []
    for line in process.stdout:
        said.append(line)
        if "/signin/" in line:
            timer.cancel()
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return _link_in(line)
    raise AssertionError("the product did not start:\n" + "".join(said))


def _link_in(text: str) -> str:
    found = re.search(r"http://\S+/signin/\S+", text)
    assert found, text
    return found.group(0)
