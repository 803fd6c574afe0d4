"""Print the problems of a flow as {"problems": [...]}; exit 1 if any of them is an error."""

import argparse

from document.problems import render
from runtime.cli.files import Unusable, add_flow, read_flow, refuse, zone_named
from runtime.cli.printing import print_pretty


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_flow(parser)
    parser.add_argument("--tz", metavar="ZONE", type=zone_named, help="time zone where the flow names none")


def main(args: argparse.Namespace) -> int:
    try:
        flow, problems = read_flow(args)
    except Unusable as problem:
        return refuse(problem)
    print_pretty({"problems": [render(problem, args.lang) for problem in problems]})
    return 0 if flow is not None else 1
