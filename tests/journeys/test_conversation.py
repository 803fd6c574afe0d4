"""A flow is talked into being and changed by talking: sentence, question, timeline, edit, one change left out, one undo,
what it does and why. Only the phrasebook answers."""

import re
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from tests.brokers import wait_until
from tests.journeys.editing import heard, kiln_flow, nodes_of, open_flow, saved

SAID: dict[str, dict[str, str]] = {
    "en": {
        "sentence": "When a kiln is too hot for 5 minutes, notify the shift channel.",
        "edit": "also notify the facility channel with a jingle, and make it 2 minutes", "unused": "jingle",
        "explain": "What does the hold do?", "explained": "5 minutes",
        "why": "Why did you use 36?", "because": "you answered “At which temperature should it act?” with “36 °C”",
        "back": "Why is tell_back there?", "asked": "you answered “Should it also tell when it is over?” with “Yes, tell”",
        "suppose": "What happens when the temperature is 85?", "happens": "after 5 minutes",
    },
    "ja": {
        "sentence": "炉が熱すぎる状態が5分続いたら現場チャンネルに知らせて",
        "edit": "設備チャンネルにも俳句を添えて知らせて、継続時間は2分にして", "unused": "俳句",
        "explain": "継続時間は何をするの？", "explained": "5分",
        "why": "なぜ36にしたの？", "because": "質問「温度がいくつになったら動かしますか。」への答え「36 °C」",
        "back": "tell_backはなぜあるの？", "asked": "質問「元に戻ったときにも知らせますか。」への答え「知らせる」",
        "suppose": "85度になったらどうなる？", "happens": "5分後に",
    },
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_flow_is_built_changed_and_explained_by_talking(page: Page, lang: str) -> None:
    said = SAID[lang]
    open_flow(page, lang=lang)
    built = build(page, said["sentence"])
    watch_the_trial(page)
    asked = answer_questions(page, built)
    edit_in_part(page, said, asked)
    page.get_by_test_id("undo").click()
    expect(page.locator(".react-flow__node")).to_have_count(len(asked["nodes"]))
    assert same(saved(page), asked), "one undo takes back the whole edit"
    ask(page, said, asked)


def say(page: Page, text: str) -> Locator:
    """Send a sentence; the answer to it."""
    turns = page.get_by_test_id("turn-author")
    before = turns.count()
    page.get_by_test_id("prompt-box").fill(text)
    page.get_by_test_id("prompt-send").click()
    expect(turns).to_have_count(before + 1)
    return turns.last


def same(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """Whether two drafts are the same flow, wherever its nodes are drawn."""
    return {k: v for k, v in one.items() if k != "layout"} == {k: v for k, v in two.items() if k != "layout"}


def build(page: Page, sentence: str) -> dict[str, Any]:
    say(page, sentence)
    expect(page.locator(".react-flow__node")).to_have_count(3)
    wait_until(lambda: len(saved(page)["nodes"]) == 3, 10)  # the answer is there a moment before the flow is taken
    return saved(page)


def watch_the_trial(page: Page) -> None:
    """The timeline of a stream on which it acts, and of one that stays just short of the limit."""
    trial = page.get_by_test_id("trial")
    trial.locator("> summary").click()
    expect(trial.locator("[data-sort=fires] .trial-fired").first).to_be_visible()
    expect(trial.locator("[data-sort=below] svg").first).to_be_visible()
    expect(trial.locator("[data-sort=below] .trial-fired")).to_have_count(0)
    expect(trial.locator("[data-passed=false]")).to_have_count(0)
    trial.locator("> summary").click()


def answer_questions(page: Page, built: dict[str, Any]) -> dict[str, Any]:
    """One answer sets a value at once; one adds a node, which is taken. All that was there stays as it was."""
    assert built["settings"]["limit"]["assumed"] is True
    card = page.get_by_test_id("question-limit")
    card.get_by_role("button", name="36 °C").click()
    expect(card).to_have_attribute("data-answered", "true")
    limit = saved(page)["settings"]["limit"]
    assert (limit["value"], limit["assumed"]) == (36, False)
    page.get_by_test_id("question-recovery-1").click()
    changes = page.get_by_test_id("proposal-changes")
    expect(changes.get_by_role("listitem")).to_have_count(1)
    changes.get_by_role("button").last.click()
    expect(changes).to_have_count(0)
    expect(page.locator(".react-flow__node")).to_have_count(4)
    asked = saved(page)
    assert asked["settings"]["limit"] == limit
    assert {id: nodes_of(asked)[id] for id in nodes_of(built)} == nodes_of(built)
    assert asked["nodes"][-1]["id"] == "tell_back"
    return asked


def edit_in_part(page: Page, said: dict[str, str], before: dict[str, Any]) -> None:
    """Two nodes are taken, the changed setting is not; what the edit did not touch keeps its id and all that it has."""
    turn = say(page, said["edit"])
    expect(turn.get_by_test_id("unused")).to_contain_text(said["unused"])
    changes = page.get_by_test_id("proposal-changes")
    expect(changes.locator("[data-what=added]")).to_have_count(2)
    expect(changes.locator("[data-what=setting]")).to_have_count(1)
    expect(page.locator(".react-flow__node")).to_have_count(6)
    assert saved(page) == before, "nothing is taken yet"
    explained = say(page, said["explain"])
    expect(explained).to_contain_text(said["explained"])
    expect(changes).to_be_visible()
    page.get_by_test_id("proposal-setting-hold").uncheck()
    changes.get_by_role("button").last.click()
    expect(changes).to_have_count(0)
    after = saved(page)
    assert after["settings"] == before["settings"]
    assert {id: nodes_of(after)[id] for id in nodes_of(before)} == nodes_of(before)
    added = [nodes_of(after)[id]["params"]["to"] for id in nodes_of(after).keys() - nodes_of(before).keys()]
    assert added == ["facility-channel", "facility-channel"]


def ask(page: Page, said: dict[str, str], document: dict[str, Any]) -> None:
    """Questions are answered in the language of the person; the nodes that an answer speaks of are shown; nothing changes."""
    expect(say(page, said["explain"])).to_contain_text(said["explained"])
    chosen = page.locator(".node-card[data-selected]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_have_attribute("data-testid", "node-temperature_high")
    expect(say(page, said["why"])).to_contain_text(said["because"])
    expect(say(page, said["back"])).to_contain_text(said["asked"])
    expect(say(page, said["suppose"])).to_contain_text(re.compile(said["happens"]))
    expect(page.get_by_test_id("proposal-changes")).to_have_count(0)
    assert same(saved(page), document)
    page.reload()
    expect(page.get_by_test_id("turn-author").last).to_contain_text(re.compile(said["happens"]))


def test_what_a_person_does_while_the_author_writes_is_not_undone(page: Page) -> None:
    """Accepting takes what was asked for: a name given meanwhile stays, and of a limit that both changed the person's."""
    open_flow(page, kiln_flow())
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/compile", lambda route: held.append((route, route.fetch())))
    page.get_by_test_id("prompt-box").fill("make the limit 70 and also notify the facility channel")
    page.get_by_test_id("prompt-send").click()
    heard(page, held)
    page.locator(".flow-name").fill("Named meanwhile")
    page.get_by_test_id("tab-settings").click()
    limit = page.get_by_test_id("setting-limit").locator("input").first
    limit.fill("75")
    limit.press("Tab")
    wait_until(lambda: saved(page)["settings"]["limit"]["value"] == 75, 10)
    route, answer = held.pop()
    route.fulfill(response=answer)
    page.get_by_test_id("tab-conversation").click()
    changes = page.get_by_test_id("proposal-changes")
    expect(changes.locator("[data-what=added]")).to_have_count(1)
    expect(changes.locator("[data-what=top]")).to_have_count(0)
    expect(changes.locator("[data-what=setting]")).to_contain_text("You changed this too")
    expect(changes.get_by_test_id("proposal-setting-limit")).not_to_be_checked()
    changes.get_by_role("button").last.click()
    expect(changes).to_have_count(0)
    after = saved(page)
    assert (after["name"], after["settings"]["limit"]["value"]) == ("Named meanwhile", 75)
    assert [node["params"]["to"] for node in after["nodes"] if node["kind"] == "notify"] == [
        "shift-channel",
        "facility-channel",
    ]
