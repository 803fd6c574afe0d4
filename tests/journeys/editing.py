"""What the journeys through the editor share: flows made over the API, and the hands of a person on the canvas."""

import json
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

KILNS: dict[str, Any] = {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}}
HOT: dict[str, Any] = {"id": "hot", "kind": "threshold", "from": ["kiln"],
                       "params": {"field": "temperature", "above": "$limit", "for": "30s"}}  # fmt: skip
TELL: dict[str, Any] = {"id": "tell", "kind": "notify", "from": ["hot.entered"],
                        "params": {"to": "shift-channel", "text": "{device} is hot"}}  # fmt: skip
LIMIT = {"value": 80, "unit": "°C", "label": "Limit", "assumed": False}
SOON = 30_000
"""Milliseconds within which something comes through broker, worker and server."""
PLACES = {"kiln": {"x": 0, "y": 100}, "hot": {"x": 360, "y": 100}, "tell": {"x": 720, "y": 100}}

_CALL = """async ([method, path, body]) => {
  const me = await (await fetch('/api/me')).json()
  const headers = {'Content-Type': 'application/json', 'X-CSRFToken': me.csrf}
  const answer = await fetch(path, {method, headers, ...(body === null ? {} : {body})})
  const text = await answer.text()
  return [answer.status, text ? JSON.parse(text) : null]
}"""


def call(page: Page, method: str, path: str, body: Any = None) -> Any:
    status, answer = page.evaluate(_CALL, [method, path, None if body is None else json.dumps(body)])
    assert status < 300, (status, answer)
    return answer


def heard(page: Page, what: Sequence[Any]) -> None:
    """Once there is something in `what`, where events of the page put it."""
    for _ in range(SOON // 50):
        if what:
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing was heard")


def switch_off(page: Page, *devices: str, fault: str = "overheat") -> None:
    """Whatever became of the journey that switched it on."""
    for device in devices:
        call(page, "POST", f"/api/devices/{device}/fault", {"fault": fault, "on": False})


def kiln_flow(name: str = "Kilns") -> dict[str, Any]:
    return {"suiro": 1, "name": name, "settings": {"limit": LIMIT}, "nodes": [KILNS, HOT, TELL],
            "layout": {"nodes": PLACES}}  # fmt: skip


def open_flow(page: Page, document: dict[str, Any] | None = None, lang: str = "en", shown: int | None = None) -> str:
    """A new flow in the editor, in the given language; its id. `shown`: how many cards, if not one for each node."""
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": lang, "theme": "auto"})
    flow = call(page, "POST", "/api/flows", {"document": document or {"suiro": 1, "name": "New", "nodes": []}})
    page.goto(f"/flows/{flow['id']}/")
    opened(page, len(flow["document"]["nodes"]) if shown is None else shown)
    return str(flow["id"])


def opened(page: Page, nodes: int) -> None:
    """The editor is there, with so many nodes on the canvas."""
    expect(page.get_by_test_id("saving")).to_be_attached()
    expect(page.locator(".react-flow__node")).to_have_count(nodes)


def saved(page: Page) -> dict[str, Any]:
    """The draft as the server has it, once everything is saved."""
    expect(page.get_by_test_id("saving")).to_have_attribute("data-saving", "saved")
    flow = page.url.rstrip("/").rsplit("/", 1)[1]
    return dict(call(page, "GET", f"/api/flows/{flow}")["document"])


def nodes_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["id"]: node for node in document["nodes"]}


def card(page: Page, node: str) -> Locator:
    return page.get_by_test_id(f"node-{node}")


def choose(page: Page, node: str) -> None:
    card(page, node).locator(".node-head").click()
    expect(page.get_by_test_id("node-form")).to_be_visible()


def add_by_search(page: Page, query: str) -> str:
    """Type into the palette's search and press Enter; the id of the node that appears."""
    before = node_ids(page)
    page.get_by_test_id("palette-search").fill(query)
    page.get_by_test_id("palette-search").press("Enter")
    expect(page.locator(".react-flow__node")).to_have_count(len(before) + 1)
    (added,) = node_ids(page) - before
    return added


def node_ids(page: Page) -> set[str]:
    return {str(drawn.get_attribute("data-id")) for drawn in page.locator(".react-flow__node").all()}


def centre(part: Locator) -> tuple[float, float]:
    box = part.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def port(page: Page, node: str, side: str, name: str) -> Locator:
    return page.locator(f".react-flow__node[data-id='{node}'] .react-flow__handle.{side}[data-handleid='{name}']")


def wires(page: Page) -> Locator:
    return page.locator(".react-flow__edge")


def deploy(page: Page) -> None:
    """A flow that needs nobody's approval."""
    page.get_by_test_id("deploy").click()
    page.get_by_test_id("deploy-confirm").click()
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "running", timeout=SOON)
