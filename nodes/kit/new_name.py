"""Names that a node gives to fields of its own making."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field

from nodes.kit.problem import Problem

NAME = r"^[^\s\d!-/:-@\[-^`{-~][^\s!-/:-@\[-^`{-~]{0,63}$"
"""Letters of any script, digits and _, not beginning with a digit: what expressions and texts can name. Written with
what every dialect of regular expressions reads alike."""
NewName = Annotated[str, Field(pattern=NAME)]
RESERVED = ("device", "settings", "time")
"""Names that texts and expressions know already."""


def check_new_names(names: Iterable[tuple[str, str]], taken: Iterable[str] = ()) -> Iterator[Problem]:
    """Problems of names, each with its path: names that mean something already (`taken` besides), and double ones."""
    reserved, seen = {*RESERVED, *taken}, set[str]()
    for name, path in names:
        if name in reserved:
            yield Problem("reserved_name", path, args={"value": name})
        elif name in seen:
            yield Problem("not_unique", path)
        seen.add(name)
