"""One line of the table, and the table."""

from collections.abc import Callable, Iterable
from statistics import median

import msgspec

from bench.contest.measure import Books

HEAD = ("case", "product", "result (median, least–most)", "to Node-RED", "target", "", "CPU µs/message",
        "busy", "offered", "taken", "expected", "received", "lost", "doubled", "odd", "at once")  # fmt: skip
WORDS = HEAD.index("offered")
"""So many columns hold words, the rest hold figures."""


class Row(msgspec.Struct, kw_only=True):
    """`verdict` is empty where there is no target."""

    case: str
    product: str
    result: str
    ratio: str = ""
    target: str = ""
    verdict: str = ""
    cost: str = ""
    limit: str = ""
    books: Books | None = None

    def cells(self) -> list[str]:
        books = [f"{value:,}" for value in msgspec.structs.astuple(self.books)] if self.books else [""] * 8
        words = [self.case, self.product, self.result, self.ratio, self.target, self.verdict, self.cost, self.limit]
        return [*words, *books]


def spread(values: Iterable[float], show: Callable[[float], str]) -> str:
    """The median with the least and the most."""
    known = list(values)
    return f"{show(median(known))} ({show(min(known))}–{show(max(known))})"


def whole(value: float) -> str:
    return f"{value:,.0f}"


def tenth(value: float) -> str:
    return f"{value:,.1f}"


def hundredth(value: float) -> str:
    return f"{value:,.2f}"


def verdict_of(reached: bool, books: Books | None) -> str:
    """A target counts only with clean books."""
    if books is not None and not books.clean:
        return "books not clean"
    return "met" if reached else "missed"


def table(rows: Iterable[Row]) -> str:
    """Markdown, in columns."""
    lines = [list(HEAD), *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    rule = [["-" * width for width in widths]]
    return "\n".join(_line(line, widths) for line in [*lines[:1], *rule, *lines[1:]])


def _line(cells: list[str], widths: list[int]) -> str:
    padded = (
        cell.ljust(width) if place < WORDS else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"
