"""Suiro beside Node-RED under the same load: `python -m bench.compare [--quick] [--only W1-qos0,...] [--write]`.

What is measured and how stands in bench/README.md. Products take turns, three rounds; less than a quarter of an hour.
--quick takes one short round of each, to see that all works: its figures are no figures.
"""

import argparse
import datetime
import os
import sys
import time
from pathlib import Path

from bench.contest.machine import lines
from bench.contest.parts import NO_WAY, PARTS, SECOND, Known, Parts
from bench.contest.process import GENERATOR_CORE
from bench.contest.rounds import Plan
from bench.contest.rows import Row, table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- bench.compare: begin -->", "<!-- bench.compare: end -->"
ALL = PARTS | SECOND
FIRST = "**Side by side, the load generator speaking as the broker**"
BEYOND = "**Through a real broker, without targets: often the broker is the limit**"
QUICK = Plan(rounds=1, warm_up=0.5, seconds=1, short=1, warm=False)


def main() -> None:
    args = _arguments()
    os.sched_setaffinity(0, {GENERATOR_CORE})  # and so all brokers; products are put on their own core
    began = time.monotonic()
    plan = QUICK if args.quick else Plan()
    said = [f"{datetime.date.today()}. {how(plan)}", *lines(proof=not args.only)]
    print("\n".join(said), flush=True)
    known = Known()
    first, second = _rows(args, PARTS, plan, known), _rows(args, SECOND, plan, known)
    first += [] if args.only else NO_WAY
    found = "\n\n".join(filter(None, [_titled(FIRST, first), _titled(BEYOND, second)]))
    print(f"\n{found}\n\n{time.monotonic() - began:,.0f} s in all")
    if args.write:
        _write("\n".join([*(f"- {line}" for line in said), "", found]))


def how(plan: Plan) -> str:
    """Lengths and rounds, for people."""
    rounds = f"{plan.rounds} rounds by turns" if plan.rounds > 1 else "One round: figures that are none"
    return f"{rounds}; each {plan.seconds:g} s (lesser cases {plan.short:g} s) after its warm-up"


def _titled(title: str, rows: list[Row]) -> str:
    return f"{title}\n\n{table(rows)}" if rows else ""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one short round of each: only to see that all works")
    parser.add_argument("--only", help=f"some of {', '.join(ALL)}, separated by commas")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    args = parser.parse_args()
    args.only = args.only.split(",") if args.only else []
    unknown = set(args.only) - ALL.keys()
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return args


def _rows(args: argparse.Namespace, parts: Parts, plan: Plan, known: Known) -> list[Row]:
    rows: list[Row] = []
    for name, part in parts.items():
        if args.only and name not in args.only:
            continue
        print(name, file=sys.stderr, flush=True)
        rows += part(plan, known)
    return rows


def _write(text: str) -> None:
    """Put `text` between the marks of the page, at its end where it has none."""
    page = PAGE.read_text("utf-8")
    before, mark, rest = page.partition(BEGIN)
    after = rest.partition(END)[2] if mark else "\n"
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
