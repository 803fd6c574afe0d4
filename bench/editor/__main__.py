"""Sizes, time until usable, frames and memory of the editor: `python -m bench.editor [--quick] [--write]`.

Builds the editor, starts the product and looks at it with headless Chromium, which draws without a graphics card: what
a person's machine draws in a millisecond takes it several. Nothing is asserted.
"""

import argparse
import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.contest.machine import machine, moment
from bench.editor import flow, frames, opening, sizes
from tasks import build_editor
from tests.browser.visitor import Look, Visitor
from tests.journeys.conftest import CHROMIUM, FLAGS
from tests.journeys.editing import call
from tests.journeys.product import running_product

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
MARKED = re.compile(r"(<!-- bench\.editor: begin -->\n).*(<!-- bench\.editor: end -->)", re.DOTALL)
VISITS = 10
VIEWS = {"all 500 nodes in view": 0.0, "at 100 %": 1.0}


def main() -> None:
    args = _arguments()
    build_editor()
    of = moment()
    visits = 2 if args.quick else VISITS
    with tempfile.TemporaryDirectory() as home, running_product(Path(home)) as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        visitor = Visitor(browser, product.url)
        visitor.sign_in(product.link)
        with visitor.page(Look("en", "light")) as page:
            paths = {made["name"]: new_flow(page, made) for made in (flow.small(), flow.large())}
        said = [f"{of}. {machine()}; Chromium {browser.version} without a window and without a graphics card."]
        said += [size_table(), opening_table(browser, visitor, paths, visits)]
        with visitor.page(Look("en", "light")) as page:
            said.append(frame_table(page, paths["500 nodes"]))
        browser.close()
    text = "\n\n".join(said)
    print(f"\n{text}")
    if args.write:
        PAGE.write_text(MARKED.sub(lambda found: f"{found[1]}{text}\n{found[2]}", PAGE.read_text("utf-8")), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.editor", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few visits: shows that all works")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    return parser.parse_args()


def new_flow(page: Page, document: dict) -> str:
    """The path of a new flow."""
    return f"/flows/{call(page, 'POST', '/api/flows', {'document': document})['id']}/"


def size_table() -> str:
    found = sizes.parts()
    first = [part for part in found if part.first]
    packed = sum(part.packed for part in first)
    rows = [("**first view**", sum(part.raw for part in first), packed, f"limit {sizes.LIMIT // 1000} kB")]
    rows += [(part.name, part.raw, part.packed, "first" if part.first else "when it is wanted") for part in found]
    lines = [f"| {name} | {_kb(raw)} | {_kb(small)} | {when} |" for name, raw, small, when in rows]
    return "\n".join(["| file | kB | gzip | loaded |", "|---|---|---|---|", *lines])


def opening_table(browser: Browser, visitor: Visitor, paths: dict[str, str], visits: int) -> str:
    lines = []
    for name, path in paths.items():
        found = opening.openings(browser, visitor.url, visitor.state, path, visits)
        worst = max(found.times)
        lines.append(
            f"| {name} | {found.middle:,.0f} | {worst:,.0f} | {_kb(found.received)} | {found.heap:.0f} | {visits} |"
        )
    head = f"| opened with an empty cache | ms until usable, median (limit {opening.LIMIT:,}) | worst | kB received | MB heap | n |"
    return "\n".join([head, "|---|---|---|---|---|---|", *lines])


def frame_table(page: Page, path: str) -> str:
    page.goto(path)
    lines = []
    for view, wanted in VIEWS.items():
        see(page, wanted)
        for what, hand in frames.HANDS.items():
            found = frames.measured(page, hand)
            see(page, wanted)
            gaps = (f"{found.at(share):.0f}" for share in (0.5, 0.95, 1))
            row = (f"{found.on_time:.0%}", *gaps, f"{found.page:.1f}", f"{found.script:.1f}", f"{found.browser:.1f}")
            lines.append(f"| {what}, {view} | {' | '.join(row)} | {len(found.gaps)} |")
    head = "| 500 nodes | frames on time | ms between frames: p50 | p95 | worst | processor ms a frame: page | its scripts | browser | n |"
    return "\n".join([head, "|---|---|---|---|---|---|---|---|---|", *lines])


def see(page: Page, zoom: float) -> None:
    """Fit everything, or the middle of the flow at this zoom; and until the page is calm again."""
    page.keyboard.press("Escape")
    page.locator(".react-flow__controls-fitview").click()
    page.wait_for_timeout(700)
    box = page.locator(".react-flow__pane").bounding_box()
    assert box is not None
    if zoom:
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        while scale(page) < zoom:
            page.mouse.wheel(0, -60)
            page.wait_for_timeout(20)
        page.wait_for_timeout(700)


def scale(page: Page) -> float:
    script = "new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform).a"
    return float(page.evaluate(script))


def _kb(size: int) -> str:
    return f"{size / 1000:,.0f}"


if __name__ == "__main__":
    main()
