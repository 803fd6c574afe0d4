"""Parts of an SVG as text, escaped."""

from html import escape

from django.utils.safestring import SafeString, mark_safe

Attribute = str | float | int


def tag(name: str, inner: str = "", **attributes: Attribute | None) -> str:
    """`inner` is SVG already. A trailing _ of a name is left out, _ inside becomes -; what is None is not written."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_said(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def text(words: str, x: float, y: float, look: str, anchor: str | None = None) -> str:
    return tag("text", escape(words), x=x, y=y, class_=look, text_anchor=anchor)


def whole(parts: list[str], width: float, height: float, look: str, says: str) -> SafeString:
    """The picture; `says` is what it shows, for who cannot see it; empty where the words beside it say it."""
    size = {"viewBox": f"0 0 {_said(width)} {_said(height)}", "class_": look}
    size |= {"role": "img", "aria_label": says} if says else {"aria_hidden": "true"}
    return mark_safe(tag("svg", "".join(parts), **size))  # noqa: S308  (every text in it was escaped by tag and text)


def path(points: list[tuple[float, float]]) -> str:
    """A line through points, for the d of a path."""
    return "".join(f"{'L' if index else 'M'}{_said(x)} {_said(y)}" for index, (x, y) in enumerate(points))


def _said(value: Attribute) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.1f}".removesuffix(".0")
