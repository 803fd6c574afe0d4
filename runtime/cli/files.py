"""What the commands read from disk: flows, registries, and what goes wrong with them."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from document.envelope import MAX_BYTES
from document.limits import refusals
from document.parse import parse
from document.problems import has_errors, say
from document.registry import LARGEST as LARGEST_REGISTRY
from document.registry import load_registry
from document.shapes import known_zone
from document.validate import validate
from nodes.kit.catalog import full_catalog
from nodes.kit.problem import Problem
from nodes.kit.things import Model, Registry
from runtime.cli.printing import print_problems

EMPTY: Mapping[str, Model] = {}
LARGEST = 64 * 1024 * 1024
"""Bytes of a file that are read at most; flows and registries have limits of their own below it."""


class Unusable(Exception):
    """The command line asks for something that cannot be done; the text says what. Exit code 2."""


class Flow(msgspec.Struct):
    """A sound flow from a file, with the registry given beside it."""

    document: dict[str, Any]
    registry: Registry | None


def add_flow(parser: argparse.ArgumentParser) -> None:
    """Arguments of every command that reads a flow."""
    parser.add_argument("flow", metavar="flow.json", help="the flow, as exported with or without registry")
    parser.add_argument(
        "--devices",
        metavar="registry.json",
        help="registered types, devices, destinations, models (default: the export's own)",
    )
    parser.add_argument("--lang", choices=("ja", "en"), default="en", help="language of problems (default: en)")


def read_file(name: str, lang: str = "en") -> bytes:
    """The bytes of a file; raises Unusable where there is none."""
    try:
        with Path(name).open("rb") as file:
            return file.read(LARGEST)
    except FileNotFoundError as missing:
        raise Unusable(say("file_not_found", {"file": name}, lang)[0]) from missing
    except (OSError, ValueError) as failure:
        detail = getattr(failure, "strerror", None) or str(failure)
        raise Unusable(say("file_unreadable", {"file": name, "detail": detail}, lang)[0]) from failure


def read_registry(name: str | None, lang: str = "en") -> tuple[Registry | None, list[Problem]]:
    """The registry in a file, None where no file is named, and its problems."""
    if name is None:
        return None, []
    return load_registry(read_file(name, lang))


def read_flow(args: argparse.Namespace) -> tuple[Flow | None, list[Problem]]:
    """The flow that `add_flow`'s arguments name, None where it has errors, and the problems of flow and registry."""
    flow, problems, skipped = _read(args)
    return (None if has_errors(skipped) else flow), skipped + problems


def _read(
    args: argparse.Namespace, models: Mapping[str, Model] = EMPTY
) -> tuple[Flow | None, list[Problem], list[Problem]]:
    """Flow, its problems, and those of the registry: the one given, else the one inside an export."""
    registry, skipped = read_registry(args.devices, args.lang)
    document, slice, problems = _opened(read_file(args.flow, args.lang))
    if slice is not None and args.devices is None:
        registry, skipped = load_registry(slice)
    if registry is not None and models:
        registry = msgspec.structs.replace(registry, models={**registry.models, **models})
    if document is not None:
        problems = validate(document, full_catalog(), registry, lang=args.lang, zone=getattr(args, "tz", None))
    if document is None or has_errors(problems):
        return None, problems, skipped
    return Flow(document, registry), problems, skipped


def _opened(data: bytes) -> tuple[dict[str, Any] | None, dict[str, Any] | None, list[Problem]]:
    """Document and slice of the registry in a file: the flow alone, or an export {"document", "registry"}."""
    content, problems = parse(data, MAX_BYTES + LARGEST_REGISTRY)
    if content is None or not _is_export(content):
        document, problems = parse(data)
        return document, None, problems
    document = content["document"]
    problems = refusals(document)
    return (None if problems else document), content.get("registry"), problems


def _is_export(content: dict[str, Any]) -> bool:
    return (
        isinstance(content.get("document"), dict)
        and isinstance(content.get("registry", {}), dict)
        and content.keys() <= {"document", "registry"}
    )


def sound_flow(args: argparse.Namespace, models: Mapping[str, Model] = EMPTY) -> Flow | None:
    """As `read_flow`, for commands that run it: what is wrong goes to stderr. Entries of a registry that cannot be read
    are left out and said, but stop nothing. `models` are registered beside those of the registry."""
    flow, problems, skipped = _read(args, models)
    unreadable = any(problem.path == "" and has_errors([problem]) for problem in skipped)
    if flow is None or skipped:
        print_problems(skipped + problems, args.lang)
    return None if unreadable else flow


def zone_named(name: str) -> str:
    """An argument type: an IANA time zone."""
    if known_zone(name) is None:
        raise argparse.ArgumentTypeError(f"there is no time zone {name!r}")
    return name


def refuse(problem: Unusable) -> int:
    """Say on stderr what cannot be done."""
    sys.stderr.write(f"{problem}\n")
    return 2
