"""A drawing as SVG: text stays text, everything is escaped, nothing runs, and it follows the reader's light or dark."""

import re
from html import escape

from docs.timeline.drawing import Circle, Drawing, Path, Rect, Runs, Shape, Text
from docs.timeline.palette import colours, font
from nodes.kit.catalog import GROUPS

LOOKS = {
    "text": "font-size:12px;fill:{ink-soft}", "title": "font-size:16px;font-weight:650;fill:{ink}",
    "kind": "font-size:12px;font-weight:650;fill:{ink}", "fact": "font-size:12px;fill:{ink-faint}",
    "said": "font-size:12px;fill:{ink-soft}", "section": "font-size:11px;font-weight:650;fill:{ink-faint}",
    "name": "font-size:13px;font-weight:600;fill:{ink}", "note": "font-size:11.5px;fill:{ink-soft}",
    "tick": "font-size:11px;fill:{ink-faint}", "small": "font-size:10.5px;fill:{ink-soft}",
    "none": "font-size:11.5px;fill:{ink-faint}", "word": "font-size:11.5px;font-weight:500;fill:{ink}",
    "bound": "font-size:11px;font-weight:600;fill:{warn}", "place": "font-size:10.5px;fill:{ink-soft}",
    "mark-text": "font-size:11.5px;font-weight:600;fill:{ink}", "step": "font-size:9.5px;font-weight:650;fill:{surface}",
    "card": "fill:{surface};stroke:{line}", "panel": "fill:{surface-sunken}",
    "rule": "stroke:{line}", "grid": "stroke:{line};opacity:.7", "base": "stroke:{line-strong}",
    "guide": "stroke:currentColor;stroke-dasharray:1 4;stroke-linecap:round;opacity:.55",
    "curve": "stroke:currentColor;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round",
    "gap": "stroke:currentColor;stroke-width:1.5;stroke-dasharray:.1 5;stroke-linecap:round;opacity:.7",
    "dots": "stroke:currentColor;stroke-width:5.5;stroke-linecap:round",
    "specks": "stroke:currentColor;stroke-width:3.5;stroke-linecap:round",
    "limit": "stroke:{warn};stroke-width:1.25;stroke-dasharray:5 4",
    "blank": "fill:{surface};stroke:currentColor;stroke-width:1.25",
    "stroke": "stroke:currentColor;stroke-width:1.75;stroke-linecap:round",
    "faint": "stroke:currentColor;stroke-width:1.25;opacity:.55",
    "mark": "fill:currentColor;stroke:{surface};stroke-width:2", "dot": "fill:currentColor",
    "bar": "fill:currentColor;opacity:.28", "broken": "fill:currentColor;opacity:.12",
    "cross": "stroke:currentColor;stroke-width:1.5;stroke-linecap:round;opacity:.75",
    "ground": "fill:{group-place};fill-opacity:.12;stroke:{group-place};stroke-width:1.25",
    "way": "stroke:{group-place};stroke-width:1.5;stroke-dasharray:6 4;stroke-linecap:round",
    "spot": "fill:{group-place}", "scale": "stroke:{ink-faint}",
    "ink": "color:{ink-soft}", "h0": "color:{group-source}", "h1": "color:{group-window}",
    "h2": "color:{group-transform}", "h3": "color:{group-ai}", "h4": "color:{group-filter}",
    **{f"group-{group}": f"fill:{{group-{group}}}" for group in GROUPS},
    "w0": "fill:{ink-faint};fill-opacity:.16", "w1": "fill:{group-source};fill-opacity:.2",
    "w2": "fill:{group-window};fill-opacity:.22", "w3": "fill:{group-transform};fill-opacity:.22",
    "w4": "fill:{group-filter};fill-opacity:.2", "w5": "fill:{group-place};fill-opacity:.22",
}  # fmt: skip
UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HALO = {"mark-text", "small", "place"}
"""Texts that may lie on a line: they get a rim in the colour of the card."""


def svg(drawing: Drawing) -> str:
    width, height = number(drawing.width), number(drawing.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' lang="{drawing.lang}" role="img" aria-labelledby="t">'
    )
    body = [_shape(shape) for shape in drawing.shapes]
    style = f"<style>{_style({look for shape in drawing.shapes for look in shape.look.split()})}</style>"
    return "\n".join([head, f'<title id="t">{said(drawing.summary)}</title>', style, *body, "</svg>", ""])


def number(value: float) -> str:
    """At most one decimal, and no zeros to carry about."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def said(text: str) -> str:
    """A text as it may stand in XML: signs that XML does not know become �."""
    return escape(UNSAYABLE.sub("�", text))


def _shape(shape: Shape) -> str:
    look = f'class="{shape.look}"'
    match shape:
        case Text():
            anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
            return f'<text x="{number(shape.x)}" y="{number(shape.y)}"{anchor} {look}>{said(shape.text)}</text>'
        case Runs():
            spans = "".join(
                f'<tspan dx="{number(gap)}" class="{look}">{said(text)}</tspan>' for text, look, gap in shape.runs
            )
            return f'<text x="{number(shape.x)}" y="{number(shape.y)}">{spans}</text>'
        case Rect():
            box = f'x="{number(shape.x)}" y="{number(shape.y)}" width="{number(shape.width)}"'
            radius = f' rx="{number(shape.radius)}"' if shape.radius else ""
            return f'<rect {box} height="{number(shape.height)}"{radius} {look}/>'
        case Circle():
            return f'<circle cx="{number(shape.x)}" cy="{number(shape.y)}" r="{number(shape.radius)}" {look}/>'
        case Path():
            return f'<path d="{_steps(shape.steps)}" {look}/>'


def _steps(steps: tuple[str | float, ...]) -> str:
    text = ""
    for step in steps:
        gap = " " if not isinstance(step, str) and text and text[-1] not in "MLhvVHzQA" else ""
        text += gap + (step if isinstance(step, str) else number(step))
    return text


def _style(used: set[str]) -> str:
    """The rules of the classes that are there, then their colours again for the dark."""
    light, dark = colours()
    face = f"text{{font-family:{font()};font-variant-numeric:tabular-nums}}path{{fill:none}}"
    rim = ",".join(f".{look}" for look in LOOKS if look in used & HALO)
    rules = [f".{look}{{{rule.format(**light)}}}" for look, rule in LOOKS.items() if look in used]
    night = [
        f".{look}{{{_coloured(rule).format(**dark)}}}" for look, rule in LOOKS.items() if look in used and "{" in rule
    ]
    if rim:
        rules.append(f"{rim}{{paint-order:stroke;stroke:{light['surface']};stroke-width:3px;stroke-linejoin:round}}")
        night.append(f"{rim}{{stroke:{dark['surface']}}}")
    return face + "".join(rules) + "@media(prefers-color-scheme:dark){" + "".join(night) + "}"


def _coloured(rule: str) -> str:
    return ";".join(part for part in rule.split(";") if "{" in part)
