"""What a hand does on the canvas, and the frames meanwhile."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

SECONDS = 4.0
STEP = 1 / 120
"""Between two moves of the mouse: a usual mouse tells more often than the screen shows."""
ON_TIME = 1.5 * 1000 / 60
"""Milliseconds between two frames when none was left out; a screen shows one every 16.7 ms."""
RECORD = """() => {
  const seen = []
  let on = true
  const next = (now) => { seen.push(now); if (on) requestAnimationFrame(next) }
  requestAnimationFrame(next)
  window.endOfFrames = () => { on = false; return seen }
}"""


@dataclass(frozen=True)
class Frames:
    """Milliseconds between frames; and milliseconds of processor time for each frame: of the page's own thread, of it in
    scripts, of all of the browser, which paints without a graphics card."""

    gaps: list[float]
    page: float
    script: float
    browser: float

    @property
    def on_time(self) -> float:
        return sum(gap < ON_TIME for gap in self.gaps) / len(self.gaps)

    def at(self, share: float) -> float:
        return sorted(self.gaps)[min(int(share * len(self.gaps)), len(self.gaps) - 1)]


def measured(page: Page, hand: Callable[[Page], None]) -> Frames:
    """Frames from the first to the last move of `hand`."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _spent(page, devtools)
    page.evaluate(RECORD)
    hand(page)
    seen: list[float] = page.evaluate("endOfFrames()")
    spent = [1000 * (now - then) for then, now in zip(before, _spent(page, devtools), strict=True)]
    devtools.detach()
    gaps = [after - at for at, after in zip(seen, seen[1:], strict=False)]
    return Frames(gaps, *(part / max(len(gaps), 1) for part in spent))


def _spent(page: Page, devtools: CDPSession) -> tuple[float, float, float]:
    """Processor seconds so far: the page's thread, its scripts, all processes of the browser."""
    found = {metric["name"]: float(metric["value"]) for metric in devtools.send("Performance.getMetrics")["metrics"]}
    browser = page.context.browser
    assert browser is not None
    whole = browser.new_browser_cdp_session()
    processes = whole.send("SystemInfo.getProcessInfo")["processInfo"]
    whole.detach()
    return found["TaskDuration"], found["ScriptDuration"], sum(float(one["cpuTime"]) for one in processes)


def drag_node(page: Page) -> None:
    """One node to and fro, held by its head."""
    box = _inside(page, ".react-flow__node .node-head")
    with _held(page, *box):
        for x, y in _to_and_fro(*box, 160, 90):
            page.mouse.move(x, y)


def pan(page: Page) -> None:
    start = _ground(page)
    with _held(page, *start):
        for x, y in _to_and_fro(*start, 300, 200):
            page.mouse.move(x, y)


def select_box(page: Page) -> None:
    start = _ground(page)
    page.keyboard.down("Shift")
    with _held(page, *start):
        for x, y in _to_and_fro(*start, 420, 320):
            page.mouse.move(x, y)
    page.keyboard.up("Shift")


def zoom(page: Page) -> None:
    page.mouse.move(*_ground(page))
    for n, _ in enumerate(_paced()):
        page.mouse.wheel(0, -24 if n // 40 % 2 else 24)


HANDS: dict[str, Callable[[Page], None]] = {
    "drag a node": drag_node,
    "pan": pan,
    "select by a box": select_box,
    "zoom": zoom,
}


@contextmanager
def _held(page: Page, x: float, y: float) -> Iterator[None]:
    page.mouse.move(x, y)
    page.mouse.down()
    yield
    page.mouse.up()


def _to_and_fro(x: float, y: float, dx: float, dy: float) -> Iterator[tuple[float, float]]:
    for n, _ in enumerate(_paced()):
        way = abs(n % 120 - 60) / 60
        yield x + dx * (1 - way), y + dy * (1 - way)


def _paced() -> Iterator[None]:
    end = time.monotonic() + SECONDS
    while (due := time.monotonic() + STEP) < end:
        yield
        time.sleep(max(due - time.monotonic(), 0))


def _inside(page: Page, selector: str) -> tuple[float, float]:
    """The middle of the first such part that lies well within the canvas."""
    script = """(selector) => {
      const canvas = document.querySelector('.canvas').getBoundingClientRect()
      for (const part of document.querySelectorAll(selector)) {
        const box = part.getBoundingClientRect()
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
        if (x > canvas.x + 120 && x < canvas.right - 320 && y > canvas.y + 120 && y < canvas.bottom - 220) return [x, y]
      }
    }"""
    x, y = page.evaluate(script, selector)
    return x, y


def _ground(page: Page) -> tuple[float, float]:
    """A place on the canvas with nothing on it."""
    script = """() => {
      const canvas = document.querySelector('.canvas').getBoundingClientRect()
      for (let y = canvas.y + 80; y < canvas.bottom - 200; y += 7)
        for (let x = canvas.x + 80; x < canvas.right - 300; x += 7)
          if (document.elementFromPoint(x, y)?.classList.contains('react-flow__pane')) return [x, y]
    }"""
    x, y = page.evaluate(script)
    return x, y
