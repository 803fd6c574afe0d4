"""Building and changing a flow by hand: real Chromium, the running product."""

from playwright.sync_api import Page, expect

from tests.journeys.editing import (
    add_by_search,
    card,
    centre,
    choose,
    drag,
    kiln_flow,
    node_ids,
    nodes_of,
    open_flow,
    port,
    saved,
    wires,
)


def test_nodes_are_added_by_search_and_by_drag_and_connected_by_a_wire(page: Page) -> None:
    open_flow(page)
    expect(page.get_by_test_id("empty")).to_be_visible()
    source = add_by_search(page, "devices")
    canvas = page.get_by_test_id("canvas").bounding_box()
    assert canvas is not None
    page.get_by_test_id("palette-search").fill("")
    page.get_by_test_id("palette-threshold").drag_to(
        page.locator(".react-flow__pane"), target_position={"x": canvas["width"] - 220, "y": 120}
    )
    expect(page.locator(".react-flow__node")).to_have_count(2)
    (limit,) = node_ids(page) - {source}
    expect(wires(page)).to_have_count(0)
    drag(page, centre(port(page, source, "source", "out")), centre(port(page, limit, "target", "in")))
    expect(wires(page)).to_have_count(1)
    assert nodes_of(saved(page))[limit]["from"] == [source]


def test_a_wire_that_would_close_a_circle_is_refused_in_words(page: Page) -> None:
    document = kiln_flow()
    document["nodes"] = [*document["nodes"][:2], {**document["nodes"][1], "id": "again", "from": ["hot"]}]
    document["layout"] = {"nodes": {**document["layout"]["nodes"], "again": {"x": 720, "y": 300}}}
    open_flow(page, document)
    drag(page, centre(port(page, "again", "source", "entered")), centre(port(page, "hot", "target", "in")))
    expect(page.get_by_test_id("toast").filter(has_text="circle")).to_be_visible()
    expect(wires(page)).to_have_count(2)


def test_a_form_made_from_the_schema_takes_fields_units_and_durations(page: Page) -> None:
    document = kiln_flow()
    document["nodes"] = [document["nodes"][0], {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {}}]
    document["settings"] = {}
    open_flow(page, document)
    choose(page, "hot")
    page.locator("#param-field").select_option("temperature")
    page.locator("#param-above").fill("７５.５")
    expect(page.get_by_test_id("param-above")).to_contain_text("°C")
    page.locator("#param-for").fill("90 sec")
    expect(page.get_by_test_id("param-for")).to_contain_text("1 min 30 s")
    assert nodes_of(saved(page))["hot"]["params"] == {"field": "temperature", "above": 75.5, "for": "90s"}
    expect(card(page, "hot")).to_contain_text("temperature · Above 75.5 °C · Hold time 1 min 30 s")
    page.get_by_test_id("one-of-above").select_option("between")
    assert nodes_of(saved(page))["hot"]["params"]["between"] == [75.5, 75.5]


def test_a_value_becomes_a_setting_and_is_changed_without_its_node(page: Page) -> None:
    document = kiln_flow()
    document["nodes"][1] = {**document["nodes"][1], "params": {"field": "temperature", "above": 80}}
    document["settings"] = {}
    open_flow(page, document)
    choose(page, "hot")
    page.get_by_test_id("make-setting-above").click()
    name = str(page.get_by_test_id("param-above-setting").input_value())
    page.get_by_test_id("tab-settings").click()
    page.get_by_test_id(f"setting-value-{name}").fill("65")
    draft = saved(page)
    assert nodes_of(draft)["hot"]["params"]["above"] == f"${name}"
    assert (draft["settings"][name]["value"], draft["settings"][name]["unit"]) == (65, "°C")
    expect(card(page, "hot")).to_contain_text("65 °C")


def test_a_problem_shows_on_node_and_field_and_its_fix_is_one_click(page: Page) -> None:
    document = kiln_flow()
    document["nodes"][1] = {**document["nodes"][1], "params": {"field": "temprature", "above": 80}}
    open_flow(page, document)
    expect(page.get_by_test_id("node-problems-hot")).to_be_visible()
    expect(page.get_by_test_id("problems-count")).to_be_visible()
    choose(page, "hot")
    field = page.get_by_test_id("param-field")
    expect(field.locator("[aria-invalid=true]")).to_be_visible()
    field.get_by_test_id("problem-fix").click()
    expect(page.get_by_test_id("node-problems-hot")).to_have_count(0)
    assert nodes_of(saved(page))["hot"]["params"]["field"] == "temperature"
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("node-problems-hot")).to_be_visible()
    assert nodes_of(saved(page))["hot"]["params"]["field"] == "temprature"


def test_nodes_are_boxed_copied_pasted_duplicated_and_deleted(page: Page) -> None:
    open_flow(page, kiln_flow())
    (left, top), (right, bottom) = centre(card(page, "hot")), centre(card(page, "tell"))
    page.keyboard.down("Shift")
    drag(page, (left - 160, top - 140), (right + 160, bottom + 140))
    page.keyboard.up("Shift")
    chosen = page.locator(".node-card[data-selected]")
    expect(chosen).to_have_count(2)
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(page.locator(".react-flow__node")).to_have_count(5)
    page.keyboard.press("Control+d")
    expect(page.locator(".react-flow__node")).to_have_count(7)
    pasted = nodes_of(saved(page))
    sources = [pasted[node]["from"][0].removesuffix(".entered") for node in pasted if node.startswith("tell")]
    assert sources == ["hot", "hot_2", "hot_3"]
    page.keyboard.press("Delete")
    page.keyboard.press("Control+a")
    expect(chosen).to_have_count(5)
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("empty")).to_be_visible()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator(".react-flow__node")).to_have_count(7)


def test_everything_is_undone_to_the_start_and_done_again(page: Page) -> None:
    open_flow(page, kiln_flow())
    start = saved(page)
    add_by_search(page, "store")
    choose(page, "hot")
    page.get_by_test_id("node-label").fill("Too hot")
    page.locator("#param-for").fill("2m")
    at = centre(card(page, "kiln"))
    drag(page, at, (at[0], at[1] + 120))
    page.get_by_test_id("tab-settings").click()
    page.get_by_test_id("setting-value-limit").fill("70")
    choose(page, "tell")
    page.get_by_test_id("node-delete").click()
    end = saved(page)
    assert end != start
    for button in ("undo", "redo"):
        while page.get_by_test_id(button).is_enabled():
            page.get_by_test_id(button).click()
        assert saved(page) == (start if button == "undo" else end)


def test_the_automatic_layout_lays_nodes_out_from_left_to_right_without_overlap(page: Page) -> None:
    document = kiln_flow()
    document["layout"] = {"nodes": {node["id"]: {"x": 40, "y": 40} for node in document["nodes"]}}
    open_flow(page, document)
    page.get_by_test_id("arrange").click()
    expect(page.get_by_test_id("undo")).to_be_enabled()
    places = saved(page)["layout"]["nodes"]
    across = [places[node]["x"] for node in ("kiln", "hot", "tell")]
    assert across[1] - across[0] > 248
    assert across[2] - across[1] > 248


def test_a_flow_is_built_and_changed_with_the_keyboard_alone(page: Page) -> None:
    open_flow(page)
    page.keyboard.press("/")
    expect(page.get_by_test_id("palette-search")).to_be_focused()
    for query in ("devices", "threshold"):
        page.keyboard.press("Control+a")
        page.keyboard.type(query)
        page.keyboard.press("Enter")
    expect(wires(page)).to_have_count(1)
    (source, limit) = [node["id"] for node in saved(page)["nodes"]]
    focus_by_tab(page, source)
    before = saved(page)["layout"]["nodes"][source]
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("node-label")).to_be_focused()
    page.keyboard.type("Our kilns")
    page.keyboard.press("Tab")
    page.keyboard.type("kiln")
    focus_by_tab(page, source)
    page.keyboard.press("Shift+ArrowDown")
    draft = saved(page)
    assert nodes_of(draft)[source]["label"] == "Our kilns"
    assert nodes_of(draft)[source]["params"]["type"] == "kiln"
    assert draft["layout"]["nodes"][source]["y"] == before["y"] + 40
    focus_by_tab(page, limit)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("node-label")).to_be_focused()
    focus_by_tab(page, limit)
    page.keyboard.press("Delete")
    expect(page.locator(".react-flow__node")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.get_by_test_id("keys-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("keys-dialog")).to_have_count(0)


def focus_by_tab(page: Page, node: str) -> None:
    for _ in range(150):
        if page.evaluate("document.activeElement?.getAttribute('data-id')") == node:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{node} cannot be reached with Tab")


def test_the_search_finds_nodes_in_the_language_of_the_reader(page: Page) -> None:
    open_flow(page, lang="ja")
    search = page.get_by_test_id("palette-search")
    search.fill("しきい値")
    expect(page.locator(".palette-kind").first).to_contain_text("しきい値")
    search.fill("zzz")
    expect(page.locator(".palette-kind")).to_have_count(0)
    expect(page.locator(".palette")).to_contain_text("「zzz」に合うノードはありません")


def test_an_expression_is_checked_while_it_is_typed(page: Page) -> None:
    document = kiln_flow()
    document["nodes"] = [document["nodes"][0], {"id": "both", "kind": "condition", "from": ["kiln"], "params": {}}]
    open_flow(page, document)
    choose(page, "both")
    box, said = page.locator("#param-expr"), page.get_by_test_id("param-expr-checked")
    box.press_sequentially("temperatur > 80", delay=5)
    expect(said.locator(".field-problem")).to_contain_text("▲")
    box.fill("temperature > 80 && power > 'a'")
    expect(said.locator(".field-problem")).to_be_visible()
    box.fill("temperature > settings.limit && power > 1.0")
    expect(said).to_contain_text("yes or no")
    assert nodes_of(saved(page))["both"]["params"]["expr"] == "temperature > settings.limit && power > 1.0"


def test_a_form_offers_the_fields_that_nodes_before_it_make(page: Page) -> None:
    document = kiln_flow()
    mean = {"id": "mean", "kind": "window", "from": ["kiln"]}
    mean["params"] = {"field": "temperature", "calc": "average", "over": "1m"}
    document["nodes"] = [document["nodes"][0], mean, {**document["nodes"][1], "from": ["mean"]}]
    open_flow(page, document)
    choose(page, "hot")
    expect(page.locator("#param-field option[value=value]")).to_have_text("value (°C)")
    page.locator("#param-field").select_option("value")
    assert nodes_of(saved(page))["hot"]["params"]["field"] == "value"


def test_a_sentence_that_is_not_understood_stays_to_be_changed(page: Page) -> None:
    open_flow(page)
    prompt = page.get_by_test_id("prompt-box")
    prompt.fill("blorp the frobnicator")
    prompt.press("Enter")
    expect(page.get_by_test_id("turn-author").locator(".problem-line.bad")).to_be_visible()
    expect(prompt).to_have_value("blorp the frobnicator")
    expect(page.get_by_test_id("empty")).to_be_visible()
