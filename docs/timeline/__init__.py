"""Pictures of what a kind does: the first test of its first example, as it really runs, on a time axis.

A run becomes a scene (`watch`, `stage`, `readings`, `sends`), a scene a drawing (`layout`, `lanes`, `maps`), a drawing an
SVG (`svg`). Nothing in here knows a kind: what there is to see is told by the engine, the params' schema and the words of
the kind, so that a new one has its picture at once.
"""

import msgspec

from docs.timeline.layout import layout
from docs.timeline.stage import scene_of
from docs.timeline.svg import svg
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind


class Picture(msgspec.Struct, frozen=True):
    """An SVG, and what it shows in words."""

    svg: str
    summary: str


def picture(kind: type[Kind], catalog: Catalog, lang: str) -> Picture:
    """`kind` at work, in `lang`."""
    scene = scene_of(kind, catalog, lang)
    return Picture(svg(layout(scene)), scene.summary)
