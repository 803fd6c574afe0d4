"""Addresses and secrets in a sentence: they never become part of a flow, and are said to be refused before it is read."""

import re

from llm.authors.phrasebook.wishes import Missed

_TAIL = r"[A-Za-z0-9_.~:/?#@!$&*+=%-]"
_ADDRESS = re.compile(
    rf"(?:https?|wss?|mqtts?|ftp|file)://{_TAIL}+|\bwww\.{_TAIL}+|[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])(?::\d+)?",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"(?P<what>\b(?:password|passphrase|api[ -]?key|access token|token|secret)\b|パスワード|暗証番号|api\s?キー|トークン|秘密鍵)"
    r"(?:\s*(?:is|=|:|:|は|が|「|“|\")\s*|\s+)(?P<value>(?=[!-~]*[\d!$%&*_-])[!-~]{5,})[」”\"]?",
    re.IGNORECASE,
)


def without_outside(prompt: str) -> tuple[str, list[Missed]]:
    """The prompt without addresses and secrets, and what is to be said of them. A secret is not said again."""
    missed: list[Missed] = []

    def secret(found: re.Match[str]) -> str:
        missed.append(Missed(found["what"], "secret"))
        return " " if found["what"][0].isascii() else ""

    def address(found: re.Match[str]) -> str:
        said = found.group().rstrip(".,:;!?")
        missed.append(Missed(said, "address"))
        return found.group()[len(said) :]

    return _ADDRESS.sub(address, _SECRET.sub(secret, prompt)), missed
