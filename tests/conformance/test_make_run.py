"""What `make run` starts, as real processes: taken ports, a second start, parts that die, and how it all ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.brokers import RunningBroker, any_free_port, listening, wait_until

pytestmark = [
    pytest.mark.xdist_group("run"),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc"),
]
ROOT = Path(__file__).resolve().parents[2]
PARTS = {"broker": "nats-server", "web": "uvicorn", "worker": "runtime worker", "virtual devices": "fleet serve"}


class Started:
    """A running `python -m config.run` and what it printed."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port, self.said = home, port, ""
        home.mkdir(exist_ok=True)
        environment = {**os.environ, "SUIRO_HOME": str(home), "SUIRO_PORT": str(port), "PYTHONUNBUFFERED": "1"}
        for name in ("DJANGO_SETTINGS_MODULE", "SUIRO_EMBEDDED_BROKER"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.run"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line

    def link(self) -> str:
        wait_until(lambda: self.process.poll() is not None or "/signin/" in self.said, 90, "the link")
        found = re.search(r"http://\S+/signin/\S+", self.said)
        assert found, self.said
        return found.group(0)

    def pids(self) -> dict[str, int]:
        """The processes that it started, by what they are."""
        pids = {}
        for pid in _children(self.process.pid):
            for name, words in PARTS.items():
                if words in _command(pid):
                    pids[name] = pid
        return pids

    def all_parts(self) -> dict[str, int]:
        wait_until(lambda: self.pids().keys() == PARTS.keys(), 20, f"all parts: {self.pids()} {self.said}")
        return self.pids()

    def broker(self) -> RunningBroker:
        known = json.loads((self.home / "broker" / "broker.json").read_text("utf-8"))
        url = f"mqtt://suiro:{known['password']}@127.0.0.1:{known['port']}"
        return RunningBroker(url, [], known["port"], self.home)

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(30)
        self._reader.join(5)
        return code


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(word) for word in task.read_text().split()]
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


@contextmanager
def taken(*ports: int) -> Iterator[None]:
    """Somebody else listens on `ports`."""
    strangers = [socket.create_server(("127.0.0.1", port)) for port in ports]
    try:
        yield
    finally:
        for stranger in strangers:
            stranger.close()


@contextmanager
def started(home: Path, port: int) -> Iterator[Started]:
    running = Started(home, port)
    pids: list[int] = []
    try:
        yield running
    finally:
        if running.process.poll() is None:
            pids = list(running.pids().values())
            running.process.kill()
            running.process.wait()
        wait_until(lambda: all(gone(pid) for pid in pids), 20, "the parts to end with it")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Started where the page's port and the broker's remembered port are taken."""
    home = tmp_path_factory.mktemp("home") / "suiro"
    (home / "broker").mkdir(parents=True)
    web, broker = any_free_port(), any_free_port()
    (home / "broker" / "broker.json").write_text(json.dumps({"password": "kept-from-before", "port": broker}))
    with taken(web, broker), started(home, web) as running:
        running.link()
        running.all_parts()
        running.old_broker_port = broker  # type: ignore[attr-defined]
        yield running


def test_a_taken_port_makes_way_for_the_next_one_and_it_says_so(product: Started) -> None:
    used = int(product.link().split(":")[2].split("/")[0])
    assert used != product.port
    assert f"port {product.port} is taken: using {used}" in product.said


def test_the_time_until_it_was_ready_is_printed(product: Started) -> None:
    assert re.search(r"ready after \d+\.\d s", product.said)


def test_everything_follows_a_broker_whose_port_was_taken(product: Started) -> None:
    broker = product.broker()
    assert broker.port != product.old_broker_port  # type: ignore[attr-defined]
    assert broker.password == "kept-from-before"
    with listening(broker, "plant/#", "suiro/hb/#") as seen:
        wait_until(lambda: _topics(seen) >= {"plant", "suiro"}, 25, f"devices and worker: {_topics(seen)}")


def _topics(seen: list[tuple[str, bytes]]) -> set[str]:
    return {topic.split("/")[0] for topic, _ in seen}


def test_the_link_signs_in_once(product: Started) -> None:
    assert _fetched(product.link()) == 200
    assert _fetched(product.link()) == 410


def _fetched(url: str) -> int:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    try:
        with opener.open(url, timeout=10) as answer:
            assert "/signin/" not in answer.url
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return int(refused.code)


def test_a_second_start_in_the_same_folder_says_that_one_runs_already(product: Started) -> None:
    second = Started(product.home, product.port)
    assert second.process.wait(30) == 1
    wait_until(lambda: str(product.home) in second.said, 5, second.said)
    assert "already running" in second.said
    assert product.process.poll() is None


def test_a_part_that_dies_is_started_again_and_work_goes_on(product: Started) -> None:
    before = product.all_parts()
    for name in ("broker", "worker", "virtual devices"):
        os.kill(before[name], signal.SIGKILL)
    wait_until(lambda: _all_new(before, product.pids(), "broker", "worker", "virtual devices"), 20, product.said)
    assert "broker ended (exit -9); starting it again" in product.said
    assert product.pids()["web"] == before["web"]
    broker = product.broker()
    wait_until(broker._answers, 15, "the broker")
    with listening(broker, "plant/#", "suiro/hb/#") as seen:
        wait_until(lambda: _topics(seen) >= {"plant", "suiro"}, 30, f"devices and worker: {_topics(seen)}")


def _all_new(before: dict[str, int], now: dict[str, int], *names: str) -> bool:
    return all(name in now and now[name] != before[name] for name in names)


def test_ctrl_c_ends_every_process(product: Started) -> None:
    pids = product.all_parts()
    assert product.end(signal.SIGINT) == 0
    assert [name for name, pid in pids.items() if not gone(pid)] == []
    assert "stopping" in product.said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_supervisor_that_is_ended_in_another_way_takes_all_with_it(number: int, tmp_path: Path) -> None:
    with started(tmp_path / "home", any_free_port()) as running:
        running.link()
        pids = running.all_parts()
        code = running.end(number)
        assert code == (0 if number == signal.SIGTERM else -signal.SIGKILL)
        wait_until(lambda: all(gone(pid) for pid in pids.values()), 15, f"still there: {pids}")


def interrupt(home: Path, seconds: float) -> None:
    """Start it, and end it so long after it has taken its lock."""
    lock = home / "run.lock"
    lock.unlink(missing_ok=True)
    with started(home, any_free_port()) as running:
        wait_until(lock.exists, 30, "its lock")
        time.sleep(seconds)
        pids = _children(running.process.pid)
        assert running.end(signal.SIGINT) == 130
        assert "Traceback" not in running.said
        wait_until(lambda: all(gone(pid) for pid in pids), 15, f"still there: {pids}")


def test_ctrl_c_in_the_middle_of_the_first_start_ends_it_too_and_the_next_one_goes_on(tmp_path: Path) -> None:
    interrupt(tmp_path / "home", 0.2)
    interrupt(tmp_path / "home", 1.0)
    with started(tmp_path / "home", any_free_port()) as running:
        assert "/signin/" in running.link()
