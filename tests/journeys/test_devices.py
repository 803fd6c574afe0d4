"""The page of the devices: a command is tried by hand, and what a device says stands there since when."""

from playwright.sync_api import Page, expect

from tests.journeys.editing import SOON, call

LAMP = "[data-device='tower-1'] [data-lamp]"


def test_a_command_is_tried_in_the_words_of_the_reader_and_its_state_has_a_beginning(page: Page) -> None:
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": "ja", "theme": "auto"})
    page.goto("/devices/")
    tower = page.locator("[data-device='tower-1']")
    for color, word in (("yellow", "黄"), ("off", "消灯")):
        tower.locator(".try").click()
        dialog = page.locator("dialog[open]")
        expect(dialog.locator("legend")).to_have_text("色")
        dialog.get_by_text(word, exact=True).click()
        dialog.get_by_role("button", name="送信").click()
        expect(page.locator(LAMP)).to_have_attribute("data-color", color, timeout=SOON)
        expect(tower.locator(".lamp-word")).to_have_text(word)
    since = tower.locator("time[data-field-since=color]")
    expect(since).to_contain_text("秒")
    began = since.get_attribute("data-since")
    page.reload()
    expect(since).to_have_attribute("data-since", str(began))
    expect(page.locator("[data-device='kiln-1'] time[data-field-since]")).to_have_count(0)
