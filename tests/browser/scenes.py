"""Every page and every main panel of the product: where it is, and what a person does there to see it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from gallery.scenario import scenarios

Do = Callable[[Page], None]


@dataclass(frozen=True)
class Scene:
    """`path` may name {flow}, {empty} (a flow without nodes), {report}, {shared}, {shared_report}, {welcome} (links with
    their secrets). `do` is
    what a person does there first. `guest`: somebody who is not signed in. `live`: what shows a value that came through
    the broker, if something does."""

    name: str
    path: str
    do: Do | None = None
    guest: bool = False
    live: str = ""

    @property
    def panel(self) -> bool:
        """It fills the window, and has no end below."""
        return self.name.startswith(("editor", "demo")) or self.do is not None


def click(*selectors: str) -> Do:
    """One after the other."""

    def do(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()

    return do


def node(page: Page) -> None:
    """The form of the node that compares."""
    page.locator(".react-flow__node .node-card[data-group=filter] .node-head").first.click()
    expect(page.get_by_test_id("node-form")).to_be_visible()


WIRE = ".wire-value"
SHOWN = "[data-testid=camera]"
PLAYS = ".series-times, [data-testid=camera]"
READING = ".value dd:not(.none)"
SCENES = [
    Scene("flows", "/flows/"),
    Scene("flows-import", "/flows/", click("#import")),
    Scene("editor", "/flows/{flow}/", live=WIRE),
    Scene("editor-node", "/flows/{flow}/", node, live=WIRE),
    Scene("editor-settings", "/flows/{flow}/", click("[data-testid=tab-settings]"), live=WIRE),
    Scene("editor-problems", "/flows/{flow}/", click("[data-testid=tab-problems]"), live=WIRE),
    Scene("editor-deploy", "/flows/{flow}/", click("[data-testid=deploy]"), live=WIRE),
    Scene("editor-commands", "/flows/{flow}/", lambda page: page.keyboard.press("Control+k"), live=WIRE),
    Scene("editor-keys", "/flows/{flow}/", lambda page: page.keyboard.press("?"), live=WIRE),
    Scene("editor-empty", "/flows/{empty}/"),
    Scene("dashboard", "/flows/{flow}/dashboard/", live=".row-value"),
    Scene("dashboard-arrange", "/flows/{flow}/dashboard/", click("#arrange"), live=".row-value"),
    Scene("dashboard-share", "/flows/{flow}/dashboard/", click("#share"), live=".row-value"),
    Scene("shared", "{shared}", guest=True, live=".row-value"),
    Scene("gallery", "/gallery/"),
    Scene("gallery-scenario", "/gallery/helmet/"),
    Scene("gallery-mine", "/gallery/helmet/mine/"),
    Scene("reports", "/reports/"),
    Scene("report", "/reports/{report}/"),
    Scene("report-share", "/reports/{report}/", click("#share")),
    Scene("shared-report", "{shared_report}", guest=True),
    Scene("demo", "/gallery/helmet/demo", live=SHOWN),
    Scene("demo-notes", "/gallery/helmet/demo", lambda page: page.keyboard.press("n"), live=SHOWN),
    Scene("demo-large", "/gallery/helmet/demo", lambda page: page.keyboard.press("g"), live=SHOWN),
    Scene("demo-keys", "/gallery/helmet/demo", lambda page: page.keyboard.press("?"), live=SHOWN),
    Scene("demo-share", "/gallery/helmet/demo", lambda page: page.keyboard.press("s"), live=SHOWN),
    Scene("demo-speaker", "/gallery/helmet/demo?notes", live="[data-testid=notes]"),
    Scene("devices", "/devices/", live=READING),
    Scene("devices-type", "/devices/", click(".edit-type"), live=READING),
    Scene("devices-try", "/devices/", click(".try"), live=READING),
    Scene("devices-import", "/devices/", click("#import"), live=READING),
    Scene("documents", "/documents/"),
    Scene("documents-upload", "/documents/", click("#add")),
    Scene("plans", "/plans/"),
    Scene("local-models", "/local-models/"),
    Scene("local-models-upload", "/local-models/", click("#add")),
    Scene("local-model", "/local-models/{model}/", live="[data-version='2']"),
    Scene("local-model-try", "/local-models/{model}/", click(".try-some"), live="[data-version='2']"),
    Scene("tables", "/tables/"),
    Scene("tables-upload", "/tables/", click("#add")),
    Scene("destinations", "/destinations/"),
    Scene("destinations-edit", "/destinations/", click(".edit")),
    Scene("inbox", "/inbox/"),
    Scene("inbox-snooze", "/flows/", click(".flow-row .snooze")),
    Scene("answers", "/answers/"),
    Scene("language-models", "/language-models/"),
    Scene("letters", "/letters/"),
    Scene("workers", "/workers/"),
    Scene("connection", "/connection/"),
    Scene("settings", "/settings/"),
    Scene("signin", "/signin/", guest=True),
    Scene("signin-spent", "/signin/nothing", guest=True),
    Scene("welcome", "{welcome}", guest=True),
    Scene("nothing-here", "/nothing-here/"),
    Scene("shared-report-over", "/report/abcdefghijklmnopqrstuvwxyz/", guest=True),
    Scene("shared-over", "/shared/abcdefghijklmnopqrstuvwxyz/", guest=True),
]


FOLLOWS_WITHIN = 20_000
"""Milliseconds. At the speed of its demo, what most faults lead to is there sooner; some scenarios tell of days."""


def first_fault(page: Page) -> None:
    """What follows from it, where that comes soon."""
    page.keyboard.press("1")
    with suppress(NotInTime):
        page.get_by_test_id("alert").first.wait_for(timeout=FOLLOWS_WITHIN)


DEMOS = [
    Scene(f"demo-{scenario.name}", f"/gallery/{scenario.name}/demo", first_fault, live=PLAYS)
    for scenario in scenarios()
]
"""Of every scenario. They are alike but for what the scenario says, so they are pictured in one look each."""


def play(page: Page, scene: Scene, places: dict[str, str]) -> None:
    """Go there, wait for what lives, do what is done."""
    page.goto(scene.path.format(**places))
    if "/flows/{" in scene.path and not scene.path.endswith("dashboard/"):
        expect(page.get_by_test_id("saving")).to_be_attached()
    if scene.live:
        expect(page.locator(scene.live).first).to_be_visible()
    if scene.do is not None:
        scene.do(page)
