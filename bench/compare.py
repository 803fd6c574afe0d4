"""Suiro beside Node-RED under the same load: `python -m bench.compare [--quick] [--only W1-qos0,...] [--write]`.

What is measured and how stands in bench/README.md. Products take turns, three rounds of 5 s warm-up and 10 s measured;
about a quarter of an hour. --quick takes one short round of each, to see that all works: its figures are no figures.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from bench.contest.machine import lines
from bench.contest.parts import NO_WAY, PARTS, Known
from bench.contest.process import GENERATOR_CORE
from bench.contest.rounds import Plan
from bench.contest.rows import Row, table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- bench.compare: begin -->", "<!-- bench.compare: end -->"
QUICK = Plan(rounds=1, warm_up=1, seconds=2, short=2)


def main() -> None:
    args = _arguments()
    os.sched_setaffinity(0, {GENERATOR_CORE})  # and so all brokers; products are put on their own core
    began = time.monotonic()
    machine = lines(proof=not args.only)
    print("\n".join(machine), flush=True)
    rows = _rows(args, QUICK if args.quick else Plan())
    found = table(rows)
    print(f"\n{found}\n\n{time.monotonic() - began:,.0f} s in all")
    if args.write:
        _write([*machine, "", found])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one short round of each: only to see that all works")
    parser.add_argument("--only", help=f"some of {', '.join(PARTS)}, separated by commas")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    args = parser.parse_args()
    args.only = args.only.split(",") if args.only else []
    unknown = set(args.only) - PARTS.keys()
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return args


def _rows(args: argparse.Namespace, plan: Plan) -> list[Row]:
    known, rows = Known(), []
    for name, part in PARTS.items():
        if args.only and name not in args.only:
            continue
        print(f"{name}", file=sys.stderr, flush=True)
        rows += part(plan, known)
    return rows if args.only else [*rows, *NO_WAY]


def _write(text: list[str]) -> None:
    page = PAGE.read_text("utf-8") if PAGE.exists() else f"# Performance\n\n{BEGIN}\n{END}\n"
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(text) + f"\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
