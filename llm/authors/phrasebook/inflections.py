"""Forms in which people say what a true/false field is called: 詰まり as 詰まっ(た), "jammed" as "jams", "window open" as "open window"."""

import re

_GODAN = {"り": "っるられ", "み": "んむまめ", "ち": "っつたて", "び": "んぶばべ", "い": "っうわえ"}
"""Last sign of a noun made from a verb -> what its stem goes on with."""
_STATE = re.compile(r"(?P<noun>.{1,10}?)(?P<state>開|閉)")
"""A Japanese name of a noun and its state (扉開)."""
_IN_STATE = (
    "開いている",
    "閉まっている",
    "閉じている",
    "開い",
    "開き",
    "開け",
    "開く",
    "開放",
    "閉ま",
    "閉じ",
    "閉め",
    "開",
    "閉",
)
_NOUN = re.compile(r"[一-龠][ぁ-ん]{0,2}[りみちびい]")
_ADJECTIVES = frozenset(["open", "closed", "shut", "locked", "unlocked", "on", "off", "full", "empty"])


_PLAIN = frozenset(
    [
        "occupied",
        "presence",
        "power",
        "running",
        "active",
        "state",
        "status",
        "call",
        "door",
        "window",
        "motion",
        "start",
        "stop",
        "run",
    ]
)
"""Names that are no verbs of what is so."""


def negations(word: str) -> set[str]:
    """Words that say that a state is not so: "unplugged" of "plugged in", "unavailable"."""
    stem = word.split(" ")[0]
    return {f"un{stem}"} if re.fullmatch(r"[a-z]{3,}(?:ed|able)", stem) and stem not in _ADJECTIVES else set()


def forms(word: str) -> set[str]:
    """Other forms of `word`, small letters; none where it is no word that is inflected."""
    if _NOUN.fullmatch(word):
        return {word[:-1] + sign for sign in _GODAN[word[-1]]}
    if (named := _STATE.fullmatch(word)) is not None:
        return {f"{named['noun']}{link}{state}" for link in ("が", "は", "も", "") for state in _IN_STATE}
    if word == "open":
        return {"opening", "openings"}
    parts = word.split()
    if len(parts) == 2 and parts[1] in _ADJECTIVES:
        noun, adjective = parts
        return {f"{adjective} {noun}", f"{adjective} {noun}s", f"{noun} is {adjective}", f"{noun} {adjective}s"}
    return _english(word) if re.fullmatch(r"[a-z]{3,}", word) else set()


def _english(word: str) -> set[str]:
    """All forms of the verb of which `word` is the past form."""
    if word in _ADJECTIVES or word in _PLAIN or word.endswith(("ion", "ness")):
        return set()
    if word.endswith("ing"):
        return _of_participle(word[:-3])
    if not word.endswith("ed") or len(word) < 5:
        twice = word + word[-1] if re.search(r"[^aeiou][aeiou][bdgmnpt]$", word) else word
        return {f"{word}s", f"{twice}ed", f"{twice}ing"}
    stem = word[:-2]
    if stem[-1] == stem[-2] and stem[-1] not in "sl":
        return {stem[:-1], f"{stem[:-1]}s", f"{stem}ing"}
    if stem[-1] in "vcgsuz":
        return {f"{stem}e", f"{stem}es", f"{stem}ing"}
    return {stem, f"{stem}s", f"{stem}ing"}


def _of_participle(stem: str) -> set[str]:
    """All forms of the verb of which the -ing form was cut off: "moves" and "moved" of "moving"."""
    if len(stem) < 3 or not re.search(r"[aeiou]", stem):
        return set()
    if stem[-1] == stem[-2] and stem[-1] not in "sl":
        return {stem[:-1], f"{stem[:-1]}s", f"{stem}ed"}
    if stem[-1] in "vcgsuz" or re.search(r"[^aeiou][aeiou][tnrd]$", stem):
        return {f"{stem}e", f"{stem}es", f"{stem}ed", f"{stem}s", stem}
    return {stem, f"{stem}s", f"{stem}ed"}
