"""Run the flows that a server deploys to this machine."""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from document.problems import say
from runtime.cli.cameras import add_cameras, found_cameras
from runtime.cli.files import Unusable, refuse
from runtime.cli.models import add_models, found_models
from runtime.garbage import collect_seldom, share_heap
from runtime.lock import InUse
from runtime.store import Unavailable
from runtime.store.address import shown
from runtime.worker import Worker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--server", metavar="URL", required=True, help="ws://127.0.0.1:8000/ws/worker or wss://...")
    parser.add_argument(
        "--token-file", metavar="FILE", required=True, help="this worker's token, as the server gave it"
    )
    kept, place = os.environ.get("SUIRO_WORKER_STORE"), "DIR or postgresql://user:password@host/name?store=NAME"
    parser.add_argument(
        "--store",
        metavar="DIR",
        required=not kept,
        default=kept,
        help=f"{place}: flows, memory, inbox and outbox are kept here (default: SUIRO_WORKER_STORE)",
    )
    add_cameras(parser)
    add_models(parser)
    parser.add_argument("--name", help="how the server shows this worker (default: the machine's name)")


def main(args: argparse.Namespace) -> int:
    share_heap()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for name in ("websockets", "httpx2"):  # the second would write down addresses of destinations, which are secrets
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        worker = _worker(args)
    except Unusable as unusable:
        return refuse(unusable)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        worker.start()
    except Unavailable as problem:
        return refuse(Unusable(f"--store: {problem}"))
    logging.getLogger("suiro").info(
        "worker %s (process %d) runs %d flows", worker.name, os.getpid(), len(worker.host.flows)
    )
    collect_seldom()
    stop.wait()
    worker.stop()
    return 0


def _worker(args: argparse.Namespace) -> Worker:
    if not args.server.startswith(("ws://", "wss://")):
        raise Unusable("--server: the address starts with ws:// or wss://")
    try:
        own = {"cameras": found_cameras(args.cameras), "models": found_models(args.models)}
        return Worker(args.server, Path(args.token_file), args.store, args.name, **own)
    except InUse as used:
        raise Unusable(say("store_in_use", {"dir": shown(args.store)}, "en")[0]) from used
    except (OSError, ValueError) as problem:
        raise Unusable(str(problem)) from problem
