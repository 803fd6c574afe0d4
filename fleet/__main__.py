"""`python -m fleet run FILE --broker URL`, `python -m fleet serve FOLDER --broker URL` and `python -m fleet record FILE --for 1h
> events.jsonl`."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from fleet.broker import broker_at
from fleet.description import load
from fleet.live import LiveFleet
from fleet.moment import duration, moment
from fleet.problem import FleetProblem, NoSuchFile
from fleet.record import record, switches, with_files
from fleet.serve import Serving, scenarios_in

FIRST_DAY = "2026-01-05T00:00:00Z"


def main(arguments: list[str] | None = None) -> int:
    """0 when done, 1 when the file says what cannot be, 2 for a command line that makes no sense or names no file."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    asked = _parser().parse_args(arguments)
    try:
        fleet = asked.load(asked.fleet)
    except FleetProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 2 if isinstance(problem, NoSuchFile) else 1
    try:
        return int(asked.carry_out(fleet, asked))
    except FleetProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fleet", description="Virtual devices. / 仮想デバイス")
    commands = parser.add_subparsers(required=True, metavar="run | serve | record")
    run = commands.add_parser("run", help="publish on a broker / ブローカーに配信する")
    run.add_argument("fleet", type=Path)
    _add_broker(run)
    run.add_argument("--speed", type=float, default=1.0, help="so many times faster than real / 実時間の何倍か")
    run.set_defaults(carry_out=_run, load=load)
    serve = commands.add_parser(
        "serve",
        help="a folder of scenarios, switched on and off over the broker / シナリオのフォルダーを切り替えて配信する",
    )
    serve.add_argument("fleet", type=Path, metavar="folder")
    _add_broker(serve)
    serve.add_argument(
        "--on", action="append", default=[], help="a scenario that is on from the start / 最初から動かすシナリオ"
    )
    serve.set_defaults(carry_out=_serve, load=lambda folder: scenarios_in(folder, _say))
    rec = commands.add_parser("record", help="write events.jsonl in virtual time / 仮想時間で記録する")
    rec.add_argument("fleet", type=Path)
    rec.add_argument("--for", dest="length", required=True, help="1h, 30m ...")
    rec.add_argument("--start", default=FIRST_DAY, help=f"RFC 3339 ({FIRST_DAY})")
    rec.add_argument("--fault", action="append", default=[], help="device:fault@10m-20m")
    rec.add_argument("--raw", action="store_true", help="topics and payloads instead of fields / 生のペイロード")
    rec.add_argument(
        "--pictures",
        type=Path,
        default=Path("pictures"),
        help="folder for cameras' pictures, seen from where events.jsonl will be (pictures) / カメラ画像のフォルダー",
    )
    rec.set_defaults(carry_out=_record, load=load)
    return parser


def _add_broker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--broker",
        default=os.environ.get("SUIRO_EMBEDDED_BROKER"),
        required="SUIRO_EMBEDDED_BROKER" not in os.environ,
        help="mqtt://user:password@host:port; default: $SUIRO_EMBEDDED_BROKER, which no process list shows",
    )


def _record(fleet: Any, asked: argparse.Namespace) -> int:
    start, length = moment(asked.start), duration(asked.length)
    for line in record(fleet, start, length, switches(asked.fault, fleet), raw=asked.raw):
        sys.stdout.write(json.dumps(with_files(line, asked.pictures), ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 0


def _run(fleet: Any, asked: argparse.Namespace) -> int:
    if not 0.01 <= asked.speed <= 1000:
        raise FleetProblem("--speed lies between 0.01 and 1000", "--speed は 0.01 から 1000 までです")
    live = LiveFleet(fleet, broker_at(asked.broker), speed=asked.speed, tell=_say)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: live.stop.set())
    live.run()
    return 0


def _serve(known: Any, asked: argparse.Namespace) -> int:
    serving = Serving(known, broker_at(asked.broker), asked.on, _say)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: serving.stop.set())
    serving.run()
    return 0


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
