"""How long the editor takes until it can be used, and what came over the wire for it."""

from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Page

LIMIT = 1_000
"""Milliseconds from the click to a usable editor, on loopback."""
WATCH = """() => {
  window.usable = new Promise((resolve) => {
    const look = () => {
      const node = document.querySelector('.react-flow__node')
      const drawn = node && getComputedStyle(node).visibility === 'visible'
      if (drawn && document.querySelector('[data-testid=deploy]')) resolve(performance.now())
      else requestAnimationFrame(look)
    }
    look()
  })
}"""


@dataclass(frozen=True)
class Opening:
    """Milliseconds of each visit with nothing cached; bytes and megabytes of the last one."""

    times: list[float]
    received: int
    heap: float

    @property
    def middle(self) -> float:
        return median(self.times)


def openings(browser: Browser, url: str, session: dict, path: str, times: int) -> Opening:
    """The same page, each time in a browser profile that has seen nothing yet."""
    found = [_opened(browser, url, session, path) for _ in range(times)]
    return Opening([at for at, _, _ in found], found[-1][1], found[-1][2])


def _opened(browser: Browser, url: str, session: dict, path: str) -> tuple[float, int, float]:
    context = browser.new_context(base_url=url, storage_state=session, viewport={"width": 1440, "height": 900})  # type: ignore[arg-type]
    page = context.new_page()
    received = 0

    def count(event: dict) -> None:
        nonlocal received
        received += int(event["encodedDataLength"])

    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", count)
    page.add_init_script(f"({WATCH})()")
    page.goto(path)
    at = usable(page)
    page.wait_for_load_state("networkidle")
    devtools.send("HeapProfiler.collectGarbage")
    heap = devtools.send("Runtime.getHeapUsage")["usedSize"]
    context.close()
    return at, received, heap / 1_000_000


def usable(page: Page) -> float:
    """Milliseconds from the start of the navigation: nodes are drawn, the buttons are there."""
    return float(page.evaluate("usable"))
