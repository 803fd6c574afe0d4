"""Working on the canvas: adding where the pointer is, wires by hand, notes and frames, order, search, commands."""

from playwright.sync_api import Page, expect

from tests.journeys.editing import (
    PLACES,
    card,
    centre,
    choose,
    drag,
    kiln_flow,
    nodes_of,
    open_flow,
    opened,
    port,
    saved,
    wires,
)

COOL = {"id": "cool", "kind": "cooldown", "params": {"for": "1m"}}


def test_a_wire_dropped_on_empty_ground_offers_what_fits_and_connects_it(page: Page) -> None:
    open_flow(page, kiln_flow())
    start = centre(port(page, "hot", "source", "cleared"))
    drag(page, start, (start[0] + 60, start[1] + 160))
    expect(page.get_by_test_id("quick-notify")).to_be_attached()
    expect(page.get_by_test_id("quick-schedule")).to_have_count(0)
    page.keyboard.type("cooldown")
    page.keyboard.press("Enter")
    expect(page.locator(".react-flow__node")).to_have_count(4)
    assert nodes_of(saved(page))["cooldown"]["from"] == ["hot.cleared"]
    page.keyboard.press("Control+z")
    expect(page.locator(".react-flow__node")).to_have_count(3)


def test_a_node_is_added_by_typing_after_the_selected_one(page: Page) -> None:
    open_flow(page, kiln_flow())
    choose(page, "tell")
    page.keyboard.press("a")
    page.keyboard.type("store")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert nodes_of(saved(page))["store"]["from"] == ["tell"]
    page.locator(".react-flow__pane").dblclick(position={"x": 300, "y": 60})
    expect(page.get_by_test_id("quick-schedule")).to_be_attached()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("quick-add")).to_have_count(0)


def test_a_node_goes_onto_a_wire_from_its_menu_and_by_dropping_it_there(page: Page) -> None:
    document = kiln_flow()
    document["nodes"] = [*document["nodes"], COOL]
    places = {**PLACES, "tell": {"x": 1100, "y": 100}, "cool": {"x": 500, "y": 420}}
    open_flow(page, {**document, "layout": {"nodes": places}})
    line = page.locator(".react-flow__edge[data-id='hot.entered>tell.in']")
    drag(page, centre(card(page, "cool").locator(".node-label")), centre(line.locator(".react-flow__edge-path")))
    expect(wires(page)).to_have_count(3)
    nodes = nodes_of(saved(page))
    assert (nodes["cool"]["from"], nodes["tell"]["from"]) == (["hot"], ["cool"])
    page.locator(".react-flow__edge[data-id='kiln.out>hot.in']").click()
    page.get_by_test_id("wire-insert").click()
    expect(page.get_by_test_id("quick-notify")).to_be_attached()
    expect(page.get_by_test_id("quick-store")).to_have_count(0)
    page.get_by_test_id("quick-search").fill("changed")
    page.keyboard.press("Enter")
    draft = saved(page)
    assert (nodes_of(draft)["changed"]["from"], nodes_of(draft)["hot"]["from"]) == (["kiln"], ["changed"])
    where = draft["layout"]["nodes"]
    assert where["hot"]["x"] >= where["changed"]["x"] + 248


def test_the_end_of_a_wire_is_moved_to_another_port_and_let_go_to_cut_it(page: Page) -> None:
    open_flow(page, kiln_flow())
    end = page.locator(".react-flow__edge[data-id='hot.entered>tell.in'] .react-flow__edgeupdater-source")
    drag(page, centre(end), centre(port(page, "hot", "source", "cleared")))
    assert nodes_of(saved(page))["tell"]["from"] == ["hot.cleared"]
    end = page.locator(".react-flow__edge[data-id='hot.cleared>tell.in'] .react-flow__edgeupdater-target")
    at = centre(end)
    drag(page, at, (at[0] - 20, at[1] + 200))
    expect(wires(page)).to_have_count(1)
    assert "from" not in nodes_of(saved(page))["tell"]
    page.keyboard.press("Control+z")
    expect(wires(page)).to_have_count(2)


def test_selected_nodes_are_lined_up_spread_and_held_in_place(page: Page) -> None:
    document = kiln_flow()
    document["layout"] = {"nodes": {"kiln": {"x": 0, "y": 0}, "hot": {"x": 400, "y": 90}, "tell": {"x": 700, "y": 200}}}
    open_flow(page, document)
    page.keyboard.press("Control+a")
    page.get_by_test_id("tool-align-top").click()
    page.get_by_test_id("tool-spread-horizontal").click()
    where = saved(page)["layout"]["nodes"]
    assert {at["y"] for at in where.values()} == {0}
    assert where["hot"]["x"] == 350
    choose(page, "hot")
    page.keyboard.press("h")
    expect(page.get_by_test_id("pinned-hot")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_test_id("arrange").click()
    expect(page.get_by_test_id("undo")).to_be_enabled()
    draft = saved(page)
    assert draft["layout"]["pinned"] == ["hot"]
    assert draft["layout"]["nodes"]["hot"] == {"x": 350, "y": 0}


def test_a_frame_holds_nodes_moves_them_and_folds_into_one(page: Page) -> None:
    open_flow(page, kiln_flow())
    card(page, "hot").click()
    card(page, "tell").click(modifiers=["Shift"])
    page.get_by_test_id("tool-frame").click()
    page.keyboard.type("Overheating")
    page.keyboard.press("Enter")
    frame = page.get_by_test_id("note-n1")
    expect(frame).to_contain_text("Overheating")
    before = saved(page)["layout"]["nodes"]
    grip = centre(frame.locator(".note-text"))
    drag(page, grip, (grip[0], grip[1] + 96))
    moved = saved(page)["layout"]["nodes"]
    assert moved["kiln"] == before["kiln"]
    assert moved["hot"]["y"] - before["hot"]["y"] == moved["tell"]["y"] - before["tell"]["y"] > 40
    page.get_by_test_id("color-green").click()
    page.get_by_test_id("fold-n1").click()
    expect(card(page, "hot")).to_have_count(0)
    expect(wires(page)).to_have_count(1)
    expect(frame).to_contain_text("Nodes inside: 2")
    note = saved(page)["notes"][0]
    assert (note["text"], note["color"], note["folded"]) == ("Overheating", "green", ["hot", "tell"])
    page.reload()
    expect(page.get_by_test_id("note-n1")).to_contain_text("Nodes inside: 2")
    page.get_by_test_id("fold-n1").click()
    expect(card(page, "hot")).to_be_visible()


def test_a_note_is_written_and_what_is_in_the_flow_is_found_even_inside_a_folded_frame(page: Page) -> None:
    document = kiln_flow()
    frame = {"id": "f", "text": "Heat", "x": 330, "y": 20, "width": 700, "height": 300, "frame": True}
    document["notes"] = [{**frame, "color": "blue", "folded": ["hot", "tell"]}]
    open_flow(page, document | {"nodes": document["nodes"]}, shown=2)
    page.keyboard.press("n")
    page.keyboard.type("Ask Ken about the fan")
    page.keyboard.press("Escape")
    expect(page.locator(".note-note")).to_contain_text("Ask Ken")
    page.keyboard.press("Control+f")
    search = page.get_by_test_id("finder-search")
    search.fill("fan")
    expect(page.get_by_test_id("finder").get_by_role("option")).to_have_count(1)
    search.fill("shift-channel")
    page.keyboard.press("Enter")
    expect(card(page, "tell")).to_have_attribute("data-selected", "true")
    expect(card(page, "tell")).to_be_in_viewport()
    expect(page.get_by_test_id("node-form")).to_be_visible()


def test_a_folded_frame_hides_its_notes_and_a_search_unfolds_it(page: Page) -> None:
    document = kiln_flow()
    frame = {"id": "f", "text": "Heat", "x": 330, "y": 0, "width": 700, "height": 400, "color": "blue", "frame": True}
    note = {
        "id": "m",
        "text": "Ask Ken about the fan",
        "x": 400,
        "y": 260,
        "width": 224,
        "height": 90,
        "color": "yellow",
    }
    document["notes"] = [frame, note]
    open_flow(page, document, shown=5)
    page.get_by_test_id("fold-f").click()
    expect(page.get_by_test_id("note-m")).to_have_count(0)
    expect(page.get_by_test_id("note-f")).to_contain_text("notes: 1")
    expect(wires(page)).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("note-m")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_test_id("note-m")).to_have_count(0)
    page.get_by_test_id("note-f").click()
    page.keyboard.press("Control+d")
    expect(page.locator(".note-folded")).to_have_count(2)
    copied = next(one for one in saved(page)["notes"] if one["text"] == "Heat" and one["id"] != "f")
    assert (copied["folded"], len(copied["folded_notes"])) == (["hot_2", "tell_2"], 1)
    page.keyboard.press("Control+f")
    page.get_by_test_id("finder-search").fill("fan")
    page.get_by_test_id("found-note-m").click()
    expect(page.get_by_test_id("note-m")).to_be_in_viewport()
    expect(page.locator(".note-folded")).to_have_count(1)


def test_every_command_is_found_by_its_words_in_either_language(page: Page) -> None:
    open_flow(page, kiln_flow(), lang="ja")
    page.keyboard.press("Control+k")
    search = page.get_by_test_id("finder-search")
    expect(search).to_be_focused()
    search.fill("メモ")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("note-writing")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    search.fill("select all")
    page.keyboard.press("Enter")
    expect(page.locator(".node-card[data-selected]")).to_have_count(3)
    expect(page.get_by_test_id("said")).to_have_text("すべて選択")
    page.keyboard.press("F6")
    expect(page.get_by_test_id("back")).to_be_focused()
    page.keyboard.press("F6")
    expect(page.locator(".palette :focus")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.get_by_test_id("keys-dialog")).to_contain_text("Ctrl+K")


def test_a_piece_travels_to_another_flow_in_another_tab(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_flow(page, kiln_flow())
    choose(page, "hot")
    page.keyboard.press("Control+x")
    expect(page.locator(".react-flow__node")).to_have_count(2)
    other = page.context.new_page()
    open_flow(other)
    other.locator(".react-flow__pane").click(position={"x": 20, "y": 20})
    other.keyboard.press("Control+v")
    expect(other.locator(".react-flow__node")).to_have_count(1)
    assert saved(other)["settings"]["limit"]["value"] == 80
    other.close()


def test_undo_outlives_a_reload(page: Page) -> None:
    open_flow(page, kiln_flow())
    start = saved(page)
    choose(page, "hot")
    page.keyboard.press("Delete")
    expect(page.locator(".react-flow__node")).to_have_count(2)
    gone = saved(page)
    page.reload()
    opened(page, 2)
    page.keyboard.press("Control+z")
    assert saved(page) == start
    page.reload()
    opened(page, 3)
    page.keyboard.press("Control+y")
    assert saved(page) == gone
