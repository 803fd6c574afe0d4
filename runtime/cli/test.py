"""Run the tests inside a flow and print what came of them; exit 1 if one fails."""

import argparse

from engine.document_tests import run_tests
from nodes.kit.catalog import full_catalog
from runtime.cli.files import Unusable, add_flow, refuse, sound_flow, zone_named
from runtime.cli.printing import print_pretty


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_flow(parser)
    parser.add_argument("--tz", metavar="ZONE", type=zone_named, default="UTC", help="zone where the flow names none")


def main(args: argparse.Namespace) -> int:
    try:
        flow = sound_flow(args)
    except Unusable as problem:
        return refuse(problem)
    if flow is None:
        return 1
    outcome = run_tests(flow.document, full_catalog(), flow.registry, zone=args.tz)
    print_pretty(outcome)
    return 1 if outcome["failed"] else 0
