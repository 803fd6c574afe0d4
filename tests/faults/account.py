"""Exact accounting: what should have been called against what was."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from tests.faults.ledger import Call


class Verdict(msgspec.Struct):
    """`lost`: numbers that caused no call; `doubled`: numbers that caused calls of more than one key; `repeats`: further
    calls under a key that was taken before (which a receiver drops)."""

    lost: list[int]
    doubled: list[int]
    repeats: int

    def __bool__(self) -> bool:
        """Whether all is well."""
        return not self.lost and not self.doubled

    def __str__(self) -> str:
        lost, doubled = (f"{len(found)} {found[:10]}" for found in (self.lost, self.doubled))
        return f"lost {lost}, doubled {doubled}, repeated under one key {self.repeats}"


def judge(calls: Iterable[Call], wanted: Iterable[int]) -> Verdict:
    """Of calls that carry their number."""
    return judge_by(calls, wanted, lambda call: call.body["n"])


def judge_by(calls: Iterable[Call], wanted: Iterable[Any], name: Any) -> Verdict:
    """As `judge`, where `name(call)` says what was called for."""
    keys: dict[Any, list[str]] = defaultdict(list)
    for call in calls:
        if call.taken:
            keys[name(call)].append(call.key)
    lost = [one for one in wanted if one not in keys]
    doubled = [one for one, found in keys.items() if len(set(found)) > 1]
    return Verdict(lost, doubled, sum(len(found) - len(set(found)) for found in keys.values()))


def windows(calls: Iterable[Call], below: int | None = None) -> dict[str, list[bytes]]:
    """Per device, what its windows said, in order, each once per key; only those whose last number is `below`. The window
    of a closing reading ends by the clock, after its grace, and so only in a run that lasts long enough."""
    found: dict[str, list[bytes]] = defaultdict(list)
    seen: set[str] = set()
    for call in calls:
        if call.taken and call.key not in seen and (below is None or call.body["n"] < below):
            seen.add(call.key)
            found[call.body["device"]].append(msgspec.json.encode(call.body))
    return dict(sorted(found.items()))


def differences(found: dict[str, list[bytes]], wanted: dict[str, list[bytes]]) -> list[str]:
    """The devices whose windows are not the same, byte for byte."""
    return [device for device in found.keys() | wanted.keys() if found.get(device) != wanted.get(device)]


def shown(found: dict[str, list[bytes]], wanted: dict[str, list[bytes]]) -> str:
    """The first difference of each of a few devices, for people."""
    words = []
    for device in sorted(differences(found, wanted))[:5]:
        ours, theirs = found.get(device, []), wanted.get(device, [])
        place = next((n for n, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), len(ours))
        words.append(f"{device}: {len(ours)} of {len(theirs)}, at {place}: {ours[place:][:1]} for {theirs[place:][:1]}")
    return "; ".join(words)
