"""Run a flow over recorded events in virtual time and print one JSON line per action; nothing is carried out."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from document.problems import say
from engine.actions import action_row
from engine.answers import Answers
from engine.arrivals import ArrivalReader
from engine.clock import parse_time
from engine.engine import Engine
from engine.plan import Plan, build_plan
from engine.runner import run
from nodes.kit.catalog import full_catalog
from nodes.kit.event import Arrival
from runtime.cli.files import Unusable, add_flow, refuse, sound_flow, zone_named
from runtime.cli.printing import print_line
from runtime.recording import read_answers, read_events


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_flow(parser)
    parser.add_argument("--events", metavar="events.jsonl", help="recorded events; without it --from and --until")
    parser.add_argument("--answers", metavar="answers.jsonl", help="recorded answers and outcomes")
    parser.add_argument("--from", dest="start", metavar="TIME", type=_time, help="RFC 3339 or epoch ms")
    parser.add_argument("--until", metavar="TIME", type=_time, help="RFC 3339 or epoch ms, inclusive")
    parser.add_argument("--tz", metavar="ZONE", type=zone_named, default="UTC", help="zone where the flow names none")


def _time(text: str) -> int:
    try:
        return parse_time(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{text!r}: {problem}") from problem


def main(args: argparse.Namespace) -> int:
    try:
        with ExitStack() as files:
            return _replay(args, files)
    except Unusable as problem:
        return refuse(problem)


def _replay(args: argparse.Namespace, files: ExitStack) -> int:
    if args.events is None and (args.start is None or args.until is None):
        raise Unusable("without --events both --from and --until are needed")
    if args.start is not None and args.until is not None and args.until < args.start:
        raise Unusable("--until lies before --from")
    events = _open(args.events, args.lang, files)
    recorded = _open(args.answers, args.lang, files)
    flow = sound_flow(args)
    if flow is None:
        return 1
    plan = build_plan(flow.document, full_catalog(), flow.registry, zone=args.tz)
    answers = Answers(read_answers(recorded, _complainer(args.answers, args.lang)) if recorded else ())
    dead = _Dead(args.lang)
    effects = run(plan, _arrivals(events, plan, args), answers, start=args.start, until=args.until, watch=dead)
    actions = [effect for effect in effects if not effect.ask]
    actions.sort(key=lambda effect: effect.time)
    for effect in actions:
        print_line(action_row(effect, plan.registry))
    return 0


def _open(name: str | None, lang: str, files: ExitStack) -> BinaryIO | None:
    if name is None:
        return None
    try:
        return files.enter_context(Path(name).open("rb"))
    except FileNotFoundError as missing:
        raise Unusable(say("file_not_found", {"file": name}, lang)[0]) from missing
    except (OSError, ValueError) as failure:
        detail = getattr(failure, "strerror", None) or str(failure)
        raise Unusable(say("file_unreadable", {"file": name, "detail": detail}, lang)[0]) from failure


def _arrivals(events: BinaryIO | None, plan: Plan, args: argparse.Namespace) -> Iterator[Arrival]:
    if events is None:
        return iter(())
    return read_events(events, ArrivalReader(plan), _complainer(args.events, args.lang))


def _complainer(file: str, lang: str) -> Callable[[int, str], None]:
    def complain(line: int, detail: str) -> None:
        _print_problem("bad_line", {"line": line, "detail": detail}, line, file, lang)

    return complain


class _Dead:
    """Says of each line that no source could read why not."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._known = 0

    def __call__(self, engine: Engine, arrival: Arrival) -> None:
        dead = sum(fates.dead for fates in engine.counts.sources.values())
        if dead > self._known and engine.traces.recent:
            trace = engine.traces.recent[-1]
            _print_problem(trace.code, trace.args, int(arrival.cause), trace.node, self._lang)
        self._known = dead


def _print_problem(code: str, args: dict[str, Any], line: int, path: str, lang: str) -> None:
    message, hint = say(code, args, lang)
    print_line(
        {"line": line, "code": code, "path": "", "in": path, "message": message, "hint": hint, "severity": "error"},
        sys.stderr,
    )
