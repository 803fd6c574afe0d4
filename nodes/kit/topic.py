"""MQTT topics: which filters match, and where a type's topic pattern names the device."""

import re
from functools import lru_cache

DEVICE = "{device}"
DEVICE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
LONGEST = 65_535
"""Bytes of UTF-8 that MQTT allows for one topic."""
MOST_KNOWN = 250_000
"""Topics or devices of which what was once found out is kept; beyond, all of it is found out anew. As many as a node may have keys:
were it fewer than there are devices, and these speak by turns, nothing would ever be known."""
_OURS = "suiro"


def matches(filter: str, topic: str) -> bool:
    """Whether an MQTT filter (`+`, `#`) takes `topic`. A wildcard in front never takes a topic that starts with `$`."""
    wanted, levels = filter.split("/"), topic.split("/")
    if wanted[0] in ("+", "#") and topic.startswith("$"):
        return False
    if wanted[-1] == "#":  # any number of levels, none at all too
        wanted.pop()
        del levels[len(wanted) :]
    return len(wanted) == len(levels) and all(one in ("+", other) for one, other in zip(wanted, levels, strict=True))


def device_in(pattern: str, topic: str) -> str | None:
    """What stands in `topic` where `pattern` says `{device}`; None when the topic does not match. What is found is
    not checked to be a device id. Where the pattern names no device, a match gives ""."""
    found = _matcher(pattern).fullmatch(topic)
    if found is None:
        return None
    return found.group("device") if DEVICE in pattern else ""


def to_filter(pattern: str) -> str:
    """The MQTT filter that takes every topic of `pattern`: a level that names the device becomes `+`."""
    return "/".join("+" if DEVICE in level else level for level in pattern.split("/"))


def fill_device(pattern: str, device: str) -> str:
    """The topic of one device."""
    return pattern.replace(DEVICE, device)


def is_filter(text: str) -> bool:
    """Whether `text` is a well-formed MQTT filter: `+` and `#` fill whole levels, `#` only the last."""
    if not text or "\0" in text or len(text.encode("utf-8", "replace")) > LONGEST:
        return False
    *front, last = text.split("/")
    return all(level == "+" or not set("+#") & set(level) for level in front) and (
        last in ("+", "#") or not set("+#") & set(last)
    )


def is_reserved(topic: str) -> bool:
    """Whether a topic or filter is the broker's own (`$...`) or Suiro's (`suiro/...`)."""
    return topic.startswith("$") or topic.split("/", 1)[0] == _OURS


@lru_cache(maxsize=4096)
def _matcher(filter: str) -> re.Pattern[str]:
    levels = filter.split("/")
    parts: list[str] = []
    named = False
    for index, level in enumerate(levels):
        if level == "#" and index == len(levels) - 1:
            rest = "(?:/.*)?" if index else ".*"
            parts.append(rest)
            break
        slash = "/" if index else ""
        if level == "+":
            parts.append(f"{slash}[^/]*")
        elif DEVICE in level:
            before, _, after = level.partition(DEVICE)
            group = "(?P=device)" if named else "(?P<device>[^/]+)"
            named = True
            parts.append(slash + re.escape(before) + group + re.escape(after))
        else:
            parts.append(slash + re.escape(level))
    guard = r"(?!\$)" if levels[0] in ("+", "#") or levels[0].startswith(DEVICE) else ""
    return re.compile(guard + "".join(parts), re.DOTALL)
