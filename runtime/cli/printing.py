"""JSON on stdout and stderr, one value a line."""

import sys
from typing import Any, TextIO

import msgspec

from document.problems import render
from nodes.kit.problem import Problem
from runtime.json_bytes import json_bytes


def json_line(value: Any) -> str:
    """One line of JSON; infinities and NaN become null, what no UTF-8 stream can carry is escaped."""
    return json_bytes(value).decode()


def print_line(value: Any, stream: TextIO | None = None) -> None:
    out = stream or sys.stdout
    out.write(json_line(value) + "\n")


def print_pretty(value: Any) -> None:
    """The same on stdout, indented for people."""
    sys.stdout.write(msgspec.json.format(json_line(value), indent=2) + "\n")


def print_problems(problems: list[Problem], lang: str) -> None:
    """Each problem as one line on stderr."""
    for problem in problems:
        print_line(render(problem, lang), sys.stderr)
