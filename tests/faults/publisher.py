"""Who speaks: a process of its own that publishes a file of messages at QoS 1, in order and at a rate, whatever the
broker does.

Each line of the file is `topic<TAB>payload in hex`. Its reports are JSON lines on stdout: `sent` (monotonic seconds at which each message
was handed over for the first time, all at the end), and `uncertain`: the numbers of messages that may have reached the broker
more than once, because the connection was lost before they were confirmed.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as paho

from tests.brokers import wait_for

ROOT = Path(__file__).resolve().parents[2]
MOST_FLYING = 200
Message = tuple[str, bytes]


class Publisher:
    """The asking side, in the test: publishes `messages` in another process, from now on."""

    def __init__(self, url: str, folder: Path, messages: Iterable[Message], rate: float) -> None:
        self._count = sum(1 for _ in folder.glob("stream-*"))
        file = folder / f"stream-{self._count}"
        file.write_text("".join(f"{topic}\t{payload.hex()}\n" for topic, payload in messages), "utf-8")
        command = [sys.executable, "-m", "tests.faults.publisher", "--url", url, "--file", str(file)]
        command += ["--rate", str(rate), "--id", f"publisher-{self._count}"]
        self._out = folder / f"published-{self._count}"
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=self._out.open("wb"), stdin=subprocess.DEVNULL)
        self.sent: list[float] = []
        self.uncertain: set[int] = set()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait(self, seconds: float) -> "Publisher":
        """Until everything is confirmed by the broker."""
        code = self._process.wait(seconds)
        assert code == 0, f"the publisher ended with {code}: {self._out.read_text()[-500:]}"
        told = json.loads(self._out.read_text().splitlines()[-1])
        self.sent, self.uncertain = told["sent"], set(told["uncertain"])
        return self

    def stop(self) -> None:
        if self.running:
            self._process.kill()
        self._process.wait()


class Speaker:
    """The speaking side. paho numbers its packets from 1 on, so message n is packet n + 1 (up to 65,535 of them)."""

    def __init__(self, url: str, id: str) -> None:
        parts = urlsplit(url)
        self.handed = self.confirmed = 0
        self.uncertain: set[int] = set()
        self._open: set[int] = set()
        self.client = client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=id, clean_session=False)
        if parts.username:
            client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        client.max_inflight_messages_set(MOST_FLYING)
        client.max_queued_messages_set(0)
        client.reconnect_delay_set(1, 1)
        client.on_publish, client.on_disconnect = self._confirmed, self._lost
        client.connect(parts.hostname or "", parts.port or 1883)
        client.loop_start()

    def say(self, topic: str, payload: bytes) -> None:
        self._open.add(self.handed)
        self.handed += 1
        self.client.publish(topic, payload, 1)

    def _confirmed(self, _client: Any, _data: Any, mid: int, *_: Any) -> None:
        self._open.discard(mid - 1)
        self.confirmed += 1

    def _lost(self, *_: Any) -> None:
        self.uncertain |= set(self._open)

    @property
    def room(self) -> bool:
        return self.handed - self.confirmed < 10 * MOST_FLYING


def speak(url: str, file: Path, rate: float, id: str) -> None:
    messages = [line.split("\t") for line in file.read_text("utf-8").splitlines()]
    speaker, begun, sent = Speaker(url, id), time.monotonic(), []
    for number, (topic, payload) in enumerate(messages):
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        while not speaker.room:
            time.sleep(0.001)
        sent.append(time.monotonic())
        speaker.say(topic, bytes.fromhex(payload))
    if not wait_for(lambda: speaker.confirmed >= len(messages), 120):
        raise SystemExit(f"{len(messages) - speaker.confirmed} messages were never confirmed")
    uncertain = sorted(speaker.uncertain)
    speaker.client.disconnect()
    speaker.client.loop_stop()
    print(json.dumps({"sent": sent, "uncertain": uncertain}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--id", required=True)
    given = parser.parse_args()
    speak(given.url, given.file, given.rate, given.id)
