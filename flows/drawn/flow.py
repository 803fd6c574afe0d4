"""A flow as boxes and wires, from left to right: small for a card, with its words for a page."""

from typing import Any

from django.utils.safestring import SafeString

from document.wiring import Wiring, nodes_of, wires
from flows.drawn.svg import tag, text, whole
from nodes.kit.catalog import Catalog

Document = dict[str, Any]
WIDTH, HEIGHT, GAP, ROW = 132.0, 40.0, 40.0, 14.0
SMALL_WIDTH, SMALL_HEIGHT, SMALL_GAP, SMALL_ROW = 44.0, 22.0, 26.0, 10.0
MOST_SIGNS = 20.0
"""Signs of half a width that fit into a box."""


def flow_drawn(document: Document, catalog: Catalog, lang: str, *, words: bool = True) -> SafeString:
    """`words`: with the nodes' names."""
    wiring = wires(document, catalog)
    size = (WIDTH, HEIGHT, GAP, ROW) if words else (SMALL_WIDTH, SMALL_HEIGHT, SMALL_GAP, SMALL_ROW)
    places = _places(_columns(wiring), *size)
    right = max((x + size[0] for x, _ in places.values()), default=0.0)
    low = max((y + size[1] for _, y in places.values()), default=0.0)
    nodes = {str(node["id"]): node for _, node in nodes_of(document)}
    parts = [_wire(places[one], places[id], size) for id in places for one in _before(wiring, id)]
    parts += [_box(nodes[id], place, size, catalog, lang, words) for id, place in places.items()]
    named = [_name(node, catalog, lang) for node in nodes.values()]
    return whole(parts, right + 1, low + 1, "drawn drawn-flow", " → ".join(named) if words else "")


def _columns(wiring: Wiring) -> list[list[str]]:
    """Each node one column after the last of those before it; within a column in the order of what leads there."""
    ids = [*wiring.order, *wiring.rings]
    rank: dict[str, int] = {}
    for id in ids:
        rank[id] = max((rank[one] + 1 for one in _before(wiring, id) if one in rank), default=0)
    columns: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for id in ids:
        columns[rank[id]].append(id)
    row: dict[str, float] = {}
    for column in columns:
        column.sort(key=lambda id: _middle([row[one] for one in _before(wiring, id) if one in row]))
        row |= {id: float(index) for index, id in enumerate(column)}
    return columns


def _before(wiring: Wiring, id: str) -> list[str]:
    return list(dict.fromkeys(source for ends in wiring.inputs[id].values() for source, _ in ends))


def _middle(rows: list[float]) -> float:
    return sum(rows) / len(rows) if rows else 0.0


def _places(
    columns: list[list[str]], width: float, height: float, gap: float, row: float
) -> dict[str, tuple[float, float]]:
    most = max((len(column) for column in columns), default=0)
    return {
        id: (1 + index * (width + gap), 1 + (most - len(column)) * (height + row) / 2 + line * (height + row))
        for index, column in enumerate(columns)
        for line, id in enumerate(column)
    }


def _wire(one: tuple[float, float], other: tuple[float, float], size: tuple[float, ...]) -> str:
    (x, y), (to_x, to_y) = (one[0] + size[0], one[1] + size[1] / 2), (other[0], other[1] + size[1] / 2)
    bend = max(12.0, (to_x - x) / 2)
    way = f"M{x:.1f} {y:.1f}C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    return tag("path", d=way, class_="drawn-wire")


def _box(
    node: Document, place: tuple[float, float], size: tuple[float, ...], catalog: Catalog, lang: str, words: bool
) -> str:
    kind = catalog.get(node.get("kind"))
    group = kind.group if kind is not None else "filter"
    x, y = place
    box = tag("rect", x=x, y=y, width=size[0], height=size[1], rx=6 if words else 4, class_=f"drawn-box group-{group}")
    if not words:
        return box
    bar = tag("rect", x=x, y=y, width=4, height=size[1], rx=2, class_=f"drawn-bar group-{group}")
    lines = _lines(_name(node, catalog, lang))
    high = y + size[1] / 2 + 4 - (len(lines) - 1) * 7
    return box + bar + "".join(text(line, x + 12, high + 14 * n, "drawn-name") for n, line in enumerate(lines))


def _name(node: Document, catalog: Catalog, lang: str) -> str:
    kind = catalog.get(node.get("kind"))
    return str(node.get("label") or (kind.words[lang].label if kind is not None else node.get("kind")))


def _lines(name: str) -> list[str]:
    """At most two lines; broken at a space where there is one."""
    lines, line, wide = [], "", 0.0
    for sign in name:
        step = 2.0 if ord(sign) > 0x2E7F else 1.0
        if wide + step > MOST_SIGNS:
            head, space, tail = line.rpartition(" ")
            lines.append(head if space else line)
            line = tail if space else ""
            wide = float(sum(2 if ord(one) > 0x2E7F else 1 for one in line))
        line, wide = line + sign, wide + step
    lines.append(line)
    return lines if len(lines) <= 2 else [lines[0], lines[1][:-1] + "…"]
