"""axe-core in a page: in a world of its own, beside the page's scripts and its content policy."""

from typing import Any

from playwright.sync_api import Page

from tests.journeys.product import ROOT

SOURCE = ROOT / "editor" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
ASK = """axe.run(document, RULES).then((found) => found.violations.flatMap((one) => one.nodes.map((node) => ({
  rule: one.id, impact: node.impact, target: node.target.flat().join(' '), html: node.html, why: node.failureSummary,
}))))"""


class Axe:
    """The page as it is loaded now."""

    def __init__(self, page: Page) -> None:
        self.devtools = page.context.new_cdp_session(page)
        frame = self.devtools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self.devtools.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
        self.world = world["executionContextId"]
        self._evaluate(SOURCE.read_text("utf-8"))

    def grave(self, *rules: str) -> list[dict[str, str]]:
        """What is serious or critical, by all rules or only these: {"rule", "impact", "target", "html", "why"}."""
        only = f"{{resultTypes: ['violations'], {f'runOnly: {list(rules)}' if rules else ''}}}"
        found = self._evaluate(ASK.replace("RULES", only))
        return [one for one in found["value"] if one["impact"] in GRAVE]

    def _evaluate(self, script: str) -> Any:
        asked = {"expression": script, "contextId": self.world, "awaitPromise": True, "returnByValue": True}
        answer = self.devtools.send("Runtime.evaluate", asked)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"]
