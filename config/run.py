"""What `make run` starts once everything is installed: broker, web, worker and virtual devices on this machine."""

import argparse
import fcntl
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

from config.processes import Child, end_all, watch

GALLERY, FIRST = Path("gallery"), "first"
"""The scenarios of the gallery, and the one whose virtual devices are there from the start."""
MODELS = GALLERY / "models"
WEB_READY_WITHIN = 60.0
BROKER_TRIES = 10
BROKER_LISTENS = b"Server is ready"
"""What the broker logs once it has all its ports."""
STARTED = time.monotonic()


def main() -> int:
    """Exit code: 0 after Ctrl-C (130 while it starts), 1 when something did not start, 2 for a setting that cannot be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured

    try:
        return _main(_arguments())
    except KeyboardInterrupt:  # before there was anything to stop in order
        return 130
    except ImproperlyConfigured as bad:
        print(bad, file=sys.stderr)
        return 2


def _main(arguments: argparse.Namespace) -> int:
    from config.home import suiro_home

    try:
        home = suiro_home()
    except OSError as unusable:
        print(f"SUIRO_HOME: {unusable}", file=sys.stderr)
        return 2
    lock = _only_one(home)
    if lock is None:
        print(f"Suiro is already running from {home}. Stop it there first, or set SUIRO_HOME to another folder.")
        return 1
    _when_asked_to_end(signal.default_int_handler)  # raises KeyboardInterrupt
    children: list[Child] = []
    try:
        return _run(arguments, home, children)
    finally:
        end_all(children)
        lock.close()


def _arguments() -> argparse.Namespace:
    from config import env

    usual = env.integer("SUIRO_PORT", 8000, least=1, most=65_535)
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=_port, default=usual, help=f"of the web page ({usual})")
    parser.add_argument("--no-fleet", action="store_true", help="without the virtual devices")
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; expected 1 to 65535")
    return int(text)


def _only_one(home: Path) -> IO[str] | None:
    file = (home / "run.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _when_asked_to_end(act: Callable[[int, FrameType | None], object]) -> None:
    """What a signal to end does from now on."""
    hung_up = [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]  # nohup is respected
    for number in (signal.SIGINT, signal.SIGTERM, *hung_up):
        signal.signal(number, act)


def _run(arguments: argparse.Namespace, home: Path, children: list[Child]) -> int:
    from config.broker import free_port

    logs = home / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    port = free_port(arguments.port)
    try:
        broker_url = _start_broker(children, home / "broker", logs / "broker.log")
    except FileNotFoundError as missing:
        print(missing, file=sys.stderr)
        return 1
    environment = {**os.environ, "SUIRO_PORT": str(port), "SUIRO_EMBEDDED_BROKER": broker_url}
    os.environ.update(environment)
    _prepare()
    stop = threading.Event()
    _when_asked_to_end(lambda *_: stop.set())
    python = [sys.executable, "-m"]
    web = [*python, "uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    _start(children, Child("web", [*web, "--timeout-graceful-shutdown", "3"], logs / "web.log", environment))
    if not _answers(port, children[-1], stop):
        if stop.is_set():
            return 0
        print(f"The web page did not start. Its log: {logs / 'web.log'}", file=sys.stderr)
        return 1
    server, token = f"ws://127.0.0.1:{port}/ws/worker", str(home / "worker.token")
    worker = [*python, "runtime", "worker", "--server", server, "--token-file", token]
    if not os.environ.get("SUIRO_WORKER_STORE"):
        worker += ["--store", str(home / "worker")]
    if not os.environ.get("SUIRO_MODELS"):
        worker += ["--models", str(MODELS)]
    _start(children, Child("worker", worker, logs / "worker.log", environment))
    if not arguments.no_fleet:
        fleet = [*python, "fleet", "serve", str(GALLERY), "--on", FIRST]
        _start(children, Child("virtual devices", fleet, logs / "fleet.log", environment))
    _greet(port, arguments.port)
    watch(children, stop, lambda text: print(f"· {text}", flush=True))
    print("· stopping", flush=True)
    return 0


def _start_broker(children: list[Child], home: Path, log: Path) -> str:
    """Start the broker and give its address. Somebody else, such as a second product that starts at the same moment, may
    take the port between choosing and listening; then the next one is tried."""
    from config.broker import embedded_broker

    wanted = None
    for _ in range(BROKER_TRIES):
        broker = embedded_broker(home, port=wanted)
        said = log.stat().st_size if log.exists() else 0
        child = Child("broker", broker.command, log, dict(os.environ))
        child.start()
        children[:] = [child]
        while child.alive() and BROKER_LISTENS not in log.read_bytes()[said:]:
            time.sleep(0.02)
        if child.alive():
            break
        wanted = broker.port + 1
    return broker.url


def _start(children: list[Child], child: Child) -> None:
    children.append(child)
    child.start()


def _prepare() -> None:
    """Tables and first things, in this process: one start of Django instead of three. To be ended at any time: each migration is
    a transaction, and the next start goes on from there."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("bootstrap", verbosity=0)


def _greet(port: int, wanted: int) -> None:
    from flows.commands import new_signin_link

    if port != wanted:
        print(f"· port {wanted} is taken: using {port}")
    seconds = time.monotonic() - float(os.environ.get("SUIRO_RUN_STARTED", STARTED))
    print(f"· ready after {seconds:.1f} s. Open this link to sign in (it works once):\n")
    print(f"    {new_signin_link(f'http://127.0.0.1:{port}')}\n")
    print("· another link: .venv/bin/python manage.py signin_link    stop: Ctrl-C", flush=True)


def _answers(port: int, web: Child, stop: threading.Event) -> bool:
    end = time.monotonic() + WEB_READY_WITHIN
    while time.monotonic() < end and web.alive() and not stop.wait(0.1):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return True
    return False


if __name__ == "__main__":
    sys.exit(main())
