"""MQTT topic filters of one session: as few as possible, and never two that match the same topic.

A broker may deliver a message once per matching filter, and acknowledgements of such twins cannot be told apart; so
one session holds filters that do not overlap, and the flows' own filters are applied again on this side.
"""

from collections.abc import Mapping


def cover(filters: Mapping[str, int]) -> dict[str, int]:
    """Filters (with QoS) that match at least every topic of `filters`, and of which no two overlap.

    Two that overlap become one that covers both, at the higher QoS. Sorted, so that equal wishes give equal covers.
    """
    covered: dict[str, int] = {}
    for wanted, qos in sorted(filters.items()):
        _add(covered, wanted, qos)
    return dict(sorted(covered.items()))


def everything(filters: Mapping[str, int]) -> dict[str, int]:
    """As `cover`, of filters that stay the same whatever is wanted: all topics, at QoS 1, and of those that begin with `$` what is in
    `filters`. One cover cannot take the place of another without a moment in which both bring a message, or neither."""
    return cover({**filters, "#": 1})


def _add(covered: dict[str, int], wanted: str, qos: int) -> None:
    for known in list(covered):
        if overlap(known, wanted):
            qos = max(qos, covered.pop(known))
            _add(covered, union(known, wanted), qos)
            return
    covered[wanted] = qos


def overlap(a: str, b: str) -> bool:
    """Whether some topic matches both filters."""
    left, right = a.split("/"), b.split("/")
    if (left[0][:1] == "$") != (right[0][:1] == "$"):
        return False  # a leading wildcard never matches $SYS and the like
    for index in range(max(len(left), len(right))):
        one = left[index] if index < len(left) else None
        other = right[index] if index < len(right) else None
        if one == "#" or other == "#":
            return True  # "a/#" also matches "a"
        if one is None or other is None:
            return False
        if one != other and "+" not in (one, other):
            return False
    return True


def union(a: str, b: str) -> str:
    """The narrowest filter that covers both."""
    left, right = a.split("/"), b.split("/")
    levels: list[str] = []
    for one, other in zip(left, right, strict=False):
        if "#" in (one, other):
            return "/".join([*levels, "#"])
        levels.append(one if one == other else "+")
    return "/".join(levels if len(left) == len(right) else [*levels, "#"])


def meet(a: str, b: str) -> str:
    """The filter for exactly the topics that match both of two that overlap."""
    left, right = a.split("/"), b.split("/")
    for index, pair in enumerate(zip(left, right, strict=False)):
        if pair[0] == "#":
            return "/".join([*left[:index], *right[index:]])
        if pair[1] == "#":
            return "/".join([*right[:index], *left[index:]])
        left[index] = right[index] = pair[1] if pair[0] == "+" else pair[0]
    return "/".join(left if len(left) <= len(right) else right)
