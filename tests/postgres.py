"""A PostgreSQL server of one's own, from the machine's binaries."""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

import psycopg

from tests.brokers import any_free_port, wait_until

MISSING = "PostgreSQL is not installed here (Debian: postgresql)"


def binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, of the newest version."""
    found = [Path(name).parent for name in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


class Postgres:
    """A cluster in a folder of its own. Started as someone else where we are root, whom PostgreSQL refuses."""

    def __init__(self, *, fsync: bool = False) -> None:
        found = binaries()
        assert found is not None, MISSING
        self._binaries, self._fsync = found, "on" if fsync else "off"
        self._folder = Path(tempfile.mkdtemp(prefix="suiro-postgres-"))
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            other = pwd.getpwnam("nobody")
            os.chown(self._folder, other.pw_uid, other.pw_gid)
            self._as = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
        self.port = any_free_port()
        self.url = f"postgresql://suiro@127.0.0.1:{self.port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None
        made = [
            "-D",
            str(self._folder / "data"),
            "-U",
            "suiro",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--no-locale",
        ]
        self._run("initdb", *made).wait(60)
        self.start()

    def start(self) -> None:
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": self._fsync,
        }
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self._process = self._run("postgres", "-D", str(self._folder / "data"), *words)
        wait_until(self._answers, 30, "PostgreSQL answers")

    def stop(self) -> None:
        """At once, as when the machine that it runs on goes down in order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None

    def hang(self) -> None:
        """It takes what it is sent, and says nothing until `go_on`."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        """To the server and then to what it has started."""
        assert self._process is not None
        mine = str(self._process.pid)
        self._process.send_signal(number)
        for stat in glob.glob("/proc/[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if Path(stat).read_text().rpartition(")")[2].split()[1] == mine:
                    os.kill(int(stat.split("/")[2]), number)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def execute(self, query: Any, *values: Any) -> list[Any]:
        """As the administrator."""
        with psycopg.connect(self.url, autocommit=True) as db:
            done = db.execute(query, values)
            return done.fetchall() if done.description else []

    def cut(self) -> None:
        """End all connections of stores."""
        self.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'suiro worker'")

    def _answers(self) -> bool:
        try:
            return self.execute("SELECT 1") == [(1,)]
        except psycopg.OperationalError:
            return False

    def _run(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        quiet = subprocess.DEVNULL
        line = [str(self._binaries / name), *arguments]
        return subprocess.Popen(line, cwd=self._folder, stdout=quiet, stderr=quiet, **self._as)


class Way:
    """What connects to `port` here goes on to the server, as long as replies are let through."""

    def __init__(self, server: Postgres) -> None:
        self._server, self._listener = server, socket.create_server(("127.0.0.1", 0))
        self.url = server.url.replace(str(server.port), str(self._listener.getsockname()[1]))
        self.drops_replies = False
        """The next reply is lost, and the connection with it."""
        self._open: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def close(self) -> None:
        for one in [self._listener, *self._open]:
            one.close()

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._server.port))
            self._open += [near, far]
            threading.Thread(target=self._carry, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, True), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, replies: bool) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(65_536):
                if replies and self.drops_replies:
                    self.drops_replies = False
                    break
                target.sendall(part)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
