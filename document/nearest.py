"""The name somebody probably meant."""

import difflib
from collections.abc import Iterable

LONGEST = 64
MOST = 2000


def nearest(name: object, names: Iterable[str]) -> str | None:
    """The one of `names` that looks most like `name`, None where none does. Bounded in work for any input."""
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST:
        return None
    candidates = [known for known, _ in zip(names, range(MOST), strict=False) if len(known) <= LONGEST]
    folded: dict[str, str] = {}
    for known in candidates:
        folded.setdefault(_folded(known), known)
    wanted = _folded(name)
    if wanted in folded:
        return folded[wanted]
    close = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def _folded(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")
