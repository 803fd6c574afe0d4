"""A list from a spreadsheet becomes a table, a flow looks things up in it, and new rows reach it when it is deployed."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.editing import (
    SOON,
    add_by_search,
    call,
    centre,
    choose,
    deploy,
    drag,
    nodes_of,
    open_flow,
    port,
    saved,
)

PEOPLE = range(21)
"""As many as a virtual room ever holds."""
ROOMS: dict[str, Any] = {"id": "room", "kind": "devices", "params": {"type": "room"}}
HIGH: dict[str, Any] = {"id": "high", "kind": "threshold", "params": {"field": "CO2上限", "above": 5000}}
TELL: dict[str, Any] = {"id": "tell", "kind": "notify", "from": ["high.entered"],
                        "params": {"to": "facility-channel", "text": "{device}"}}  # fmt: skip
PLACES = {"room": {"x": 0, "y": 0}, "high": {"x": 900, "y": 0}, "tell": {"x": 1200, "y": 0}}


def file(folder: Path, name: str, limit: int, *, mistake: bool = False, people: range = PEOPLE) -> Path:
    """As Excel in Japan writes it."""
    rows = [f"{n},{'多め' if mistake and n == 3 else limit},{'大会議' if n > 8 else '小会議'}" for n in people]
    (folder / name).write_bytes("\r\n".join(["人数,CO2上限(ppm),呼び方", *rows, ""]).encode("cp932"))
    return folder / name


def test_a_list_is_uploaded_looked_up_replaced_and_forgotten(page: Page, tmp_path: Path) -> None:
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": "ja", "theme": "auto"})
    page.goto("/tables/")
    expect(page.get_by_text("参照表がまだありません")).to_be_visible()
    upload(page, tmp_path)
    flow = look_up(page)
    expect(value(page)).to_contain_text("1000", timeout=SOON)
    value(page).hover()
    expect(page.get_by_test_id("peek")).to_contain_text(re.compile("CO2上限.*1000.*呼び方.*[大小]会議", re.DOTALL))
    replace(page, tmp_path)
    page.goto(flow)
    expect(value(page)).to_contain_text("1000", timeout=SOON)
    deploy(page)
    expect(value(page)).to_contain_text("1200", timeout=SOON)
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "stopped")
    forget(page)


def upload(page: Page, folder: Path) -> None:
    """A mistake is named before anything is kept; the right file is kept with what was put right by hand."""
    page.locator("#add").click()
    page.locator("#file").set_input_files(file(folder, "換気表.csv", 1000, mistake=True))
    expect(page.locator("#faults")).to_contain_text("5 行目、CO2上限(ppm): 「多め」は数値ではありません")
    expect(page.locator("#rows td.cell-bad")).to_have_text("多め")
    expect(page.locator("#upload-save")).to_be_disabled()
    page.locator("#file").set_input_files(file(folder, "換気表.csv", 1000))
    expect(page.locator("#file-facts")).to_have_text("21 行、3 列")
    expect(page.locator("#encoding")).to_have_value("cp932")
    expect(page.locator("[data-column='1'] .column-unit input")).to_have_value("ppm")
    expect(page.locator("[data-column='0'] .column-key input")).to_be_checked()
    expect(page.locator("#t-ja")).to_have_value("換気表")
    page.locator("#t-id").fill("airing")
    page.locator("#upload-save").click()
    line = page.locator("[data-table='airing']")
    expect(line).to_contain_text("換気表")
    expect(line).to_contain_text("まだありません")
    page.wait_for_load_state("load")  # its script is there too
    line.locator(".view").click()
    page.locator("#view-search").fill("大会議")
    expect(page.locator("#view-count")).to_have_text("12 / 12 行")
    page.keyboard.press("Escape")


def look_up(page: Page) -> str:
    """The node is added, wired and filled in by hand; the table is chosen by its name."""
    open_flow(page, {"suiro": 1, "name": "換気", "nodes": [ROOMS, HIGH, TELL], "layout": {"nodes": PLACES}}, lang="ja")
    known = add_by_search(page, "表の参照")
    drag(page, centre(port(page, "room", "source", "out")), centre(port(page, known, "target", "in")))
    drag(page, centre(port(page, known, "source", "out")), centre(port(page, "high", "target", "in")))
    choose(page, known)
    expect(page.locator("#param-table option[value=airing]")).to_contain_text("換気表")
    page.locator("#param-table").select_option("airing")
    page.locator("#param-field").select_option("people")
    nodes = nodes_of(saved(page))
    assert nodes[known]["params"] == {"table": "airing", "field": "people"}
    assert nodes["high"]["from"] == [known]
    deploy(page)
    return page.url


def value(page: Page) -> Locator:
    """What travels from the new node to the threshold just now."""
    return page.get_by_test_id("edge-value-lookup-out")


def replace(page: Page, folder: Path) -> None:
    """What changes is shown before, and which flow goes on with the rows from before."""
    page.goto("/tables/")
    page.locator("[data-table='airing'] .replace").click()
    page.locator("#file").set_input_files(file(folder, "換気表 (1).csv", 1200, people=range(25)))
    expect(page.locator(".stat-changed .stat-number")).to_have_text("21")
    expect(page.locator(".stat-added .stat-number")).to_have_text("4")
    expect(page.locator(".stat-removed .stat-number")).to_have_text("0")
    expect(page.locator("#changes")).to_contain_text("もう一度デプロイしてください: 換気")
    page.locator("#upload-save").click()
    expect(page.locator("#older")).to_contain_text("換気")
    with page.expect_download() as download:
        page.locator("[data-table='airing'] a[download]").click()
    text = download.value.path().read_text("utf-8-sig")
    assert text.splitlines()[0] == "人数,CO2上限 (ppm),呼び方"
    assert text.count(",1200,") == 25


def forget(page: Page) -> None:
    page.goto("/tables/")
    page.locator("[data-table='airing'] .forget").click()
    expect(page.get_by_role("dialog")).to_contain_text("換気")
    page.get_by_role("dialog").get_by_role("button", name="削除").click()
    expect(page.get_by_text("参照表がまだありません")).to_be_visible()
