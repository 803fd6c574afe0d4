"""A flow as large as one may be: a hundred lines of five nodes."""

from typing import Any

LINES = 100
ACROSS = 5
WIDTH, HEIGHT = 1700, 300
LIMIT = {"value": 80, "unit": "°C", "label": "Limit", "assumed": False}


def small() -> dict[str, Any]:
    """Five nodes, as a sentence makes them."""
    return _document("Five nodes", 1)


def large() -> dict[str, Any]:
    """500 nodes and 400 wires, each with its place on the canvas."""
    return _document("500 nodes", LINES)


def _document(name: str, lines: int) -> dict[str, Any]:
    nodes = [node for line in range(lines) for node in _line(line)]
    places = {node["id"]: place for line in range(lines) for node, place in zip(_line(line), _places(line), strict=True)}
    return {"suiro": 1, "name": name, "settings": {"limit": LIMIT}, "nodes": nodes, "layout": {"nodes": places}}


def _line(n: int) -> list[dict[str, Any]]:
    hot = {"field": "temperature", "above": "$limit", "margin": 2, "for": "30s"}
    tell = {"to": "shift-channel", "text": "{device} is at {temperature} °C"}
    return [
        {"id": f"kiln_{n}", "kind": "devices", "params": {"type": "kiln"}},
        {"id": f"hot_{n}", "kind": "threshold", "from": [f"kiln_{n}"], "params": hot},
        {"id": f"calm_{n}", "kind": "cooldown", "from": [f"hot_{n}.entered"], "params": {"for": "10m"}},
        {"id": f"tell_{n}", "kind": "notify", "from": [f"calm_{n}"], "params": tell},
        {"id": f"cooled_{n}", "kind": "notify", "from": [f"hot_{n}.cleared"], "params": tell},
    ]


def _places(n: int) -> list[dict[str, int]]:
    x, y = n % ACROSS * WIDTH, n // ACROSS * HEIGHT
    return [{"x": x + dx, "y": y + dy} for dx, dy in ((0, 60), (330, 60), (700, 0), (1040, 0), (700, 150))]
