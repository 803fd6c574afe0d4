"""A product as a child process on one processor: what it takes of memory and time, and its end."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PRODUCT_CORE, GENERATOR_CORE = 0, 1
LONGEST_STOP = 5.0
"""Seconds that a product gets to end by itself."""


class Product:
    """`words` start it, in a session of its own. What it says goes into `log`; where it is `silent`, only complaints."""

    def __init__(
        self, words: list[str], log: Path, *, cwd: Path, environment: dict[str, str] | None = None, silent: bool = False
    ) -> None:
        self.log = log
        self.began = time.monotonic_ns()
        with log.open("wb") as said:
            self.process = subprocess.Popen(
                ["taskset", "-c", str(PRODUCT_CORE), *words],
                cwd=cwd,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if silent else said,
                stderr=said,
                start_new_session=True,
            )

    def alive(self) -> bool:
        return self.process.poll() is None

    def pause(self) -> None:
        """It and what it started stand still until `go_on`."""
        self._tell(signal.SIGSTOP)

    def go_on(self) -> None:
        self._tell(signal.SIGCONT)

    def _tell(self, what: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, what)

    def check(self) -> None:
        """After a run: raises Failed where something that was to be measured did not happen."""

    def processes(self) -> list[int]:
        """It and what it started."""
        found, rest = [], [self.process.pid]
        while rest:
            pid = rest.pop()
            found.append(pid)
            try:
                tasks = list(Path(f"/proc/{pid}/task").iterdir())
                rest += [int(child) for task in tasks for child in (task / "children").read_text().split()]
            except OSError:
                continue
        return found

    def cpu(self) -> float:
        """Seconds of processor time since it began, of its program and of the system for it."""
        return sum(_ticks(pid) for pid in self.processes()) / TICK

    def memory(self) -> int:
        """Bytes of memory that it holds (resident)."""
        return sum(_resident(pid) for pid in self.processes())

    def stop(self) -> tuple[int, float]:
        """End it with SIGTERM, as a service manager would: exit code and seconds. Killed when it does not."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.go_on()
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(LONGEST_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        return self.process.returncode, time.monotonic() - began

    def said(self, most: int = 600) -> str:
        """The end of what it said."""
        return self.log.read_text("utf-8", "replace")[-most:]


def core_busy(core: int) -> float:
    """Seconds that a processor has worked since the machine started, for whomever."""
    line = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith(f"cpu{core} "))
    user, nice, system, _, _, irq, softirq, *_ = map(int, line.split()[1:])
    return (user + nice + system + irq + softirq) / TICK


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))
