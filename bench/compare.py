"""Suiro beside Node-RED under the same load: `python -m bench.compare [--quick] [--only W1-qos0,...] [--write]`.

What is measured and how stands in bench/README.md. Products take turns, three rounds; less than a quarter of an hour.
--quick takes one short round of each, to see that all works: its figures are no figures.
"""

import argparse
import os
import re
import sys
import time
from pathlib import Path

from bench.contest.machine import lines, moment
from bench.contest.parts import NO_WAY, PARTS, SECOND, Known
from bench.contest.process import GENERATOR_CORE
from bench.contest.rounds import Plan
from bench.contest.rows import Row, table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- bench.compare: begin -->", "<!-- bench.compare: end -->"
ALL = PARTS | SECOND
FIRST = "**Side by side, the load generator speaking as the broker**"
BEYOND = "**Through a real broker, without targets: often the broker is the limit**"
PART = "<!-- part {} -->"
SECTION = re.compile(r"<!-- part (\S+) -->\n(.*?\n\n(?:\|.*\n?)+)")
"""A part's name, and what stands of it on the page."""
QUICK = Plan(rounds=1, warm_up=0.5, seconds=1, short=1, warm=False)


def main() -> None:
    args = _arguments()
    os.sched_setaffinity(0, {GENERATOR_CORE})  # and so all brokers; products are put on their own core
    began = time.monotonic()
    plan = QUICK if args.quick else Plan()
    said = [how(plan), *lines(proof=not args.only)]
    print("\n".join(said), flush=True)
    found = _measured(args, plan)
    print(f"\n{page(found)}\n\n{time.monotonic() - began:,.0f} s in all")
    if args.write:
        _write(said, found)


def how(plan: Plan) -> str:
    """Lengths and rounds, for people."""
    rounds = f"{plan.rounds} rounds by turns" if plan.rounds > 1 else "One round: figures that are none"
    return f"{rounds}; each {plan.seconds:g} s (lesser cases {plan.short:g} s) after its warm-up"


def page(found: dict[str, str]) -> str:
    """The tables of all parts, in order."""
    first = [f"{PART.format(name)}\n{found[name]}" for name in PARTS if name in found]
    second = [f"{PART.format(name)}\n{found[name]}" for name in SECOND if name in found]
    titled = [FIRST, *first, NO_WAY] if first else []
    return "\n\n".join([*titled, *([BEYOND, *second] if second else [])])


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


def _measured(args: argparse.Namespace, plan: Plan) -> dict[str, str]:
    """The table of each part, with when and of what it was measured."""
    found: dict[str, str] = {}
    known = Known()
    for name, part in ALL.items():
        if args.only and name not in args.only:
            continue
        print(name, file=sys.stderr, flush=True)
        of = moment()
        rows: list[Row] = part(plan, known)
        if rows:
            found[name] = f"{of}\n\n{table(rows)}"
    return found


def _write(said: list[str], found: dict[str, str]) -> None:
    """Put the tables between the marks of the page, each in the place of its older one; the others stay."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    old, _, after = rest.partition(END)
    kept = {name: part.strip() for name, part in SECTION.findall(old)}
    general = "\n".join(f"- {line}" for line in said)
    PAGE.write_text(f"{before}{BEGIN}\n{general}\n\n{page(kept | found)}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
