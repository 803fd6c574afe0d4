"""What templates need beyond Django: icons, the built editor's files, durations ago."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from flows.access import why_not
from flows.pages.words import script_words
from flows.rights import Role, may
from flows.templatetags.drawings import DRAWINGS

register = template.Library()
ENTRY = "src/main.tsx"


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A drawing that readers of the page aloud leave out."""
    return mark_safe(  # noqa: S308  (from the closed list above)
        f'<svg width="{int(size)}" height="{int(size)}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{DRAWINGS[name]}</svg>'
    )


@register.simple_tag(takes_context=True)
def needs(context: dict[str, Any], least: str) -> SafeString:
    """For a button or a fieldset: disabled, with the reason, where the person's role does not reach `least`."""
    member = context.get("member")
    if member is None or may(member, Role(least)):
        return mark_safe("")
    return format_html('disabled data-refused title="{}"', why_not(Role(least)))


@register.simple_tag(takes_context=True)
def why_refused(context: dict[str, Any], least: str) -> SafeString:
    """The reason in words, where a part of the page is disabled by `needs`."""
    member = context.get("member")
    if member is None or may(member, Role(least)):
        return mark_safe("")
    return format_html('<p class="refused small">{} {}</p>', icon("lock", 14), why_not(Role(least)))


@register.simple_tag
def words_for_scripts() -> dict[str, str]:
    """What the page's scripts say, in the language of the page."""
    return script_words()


@register.simple_tag
def word(words: dict[str, str], id: str) -> str:
    """What a page calls one of a closed list."""
    return words.get(id, id)


@register.simple_tag(takes_context=True)
def editor_files(context: dict[str, Any], entry: str = ENTRY) -> SafeString:
    """Style sheets and the module of the built editor, or of another page that is built with it."""
    files = built_files(entry)
    if not files:
        return mark_safe("")
    nonce = getattr(context["request"], "csp_nonce", "")
    css = format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((static(f"editor/{f}"),) for f in files if f.endswith(".css"))
    )
    module = format_html('<script type="module" nonce="{}" src="{}"></script>', nonce, static(f"editor/{files[0]}"))
    return css + module


def built_files(entry: str) -> list[str]:
    """What Vite made of an entry: its script, then the scripts and styles that this needs at once. Empty: it was not built."""
    manifest = _manifest(settings.EDITOR_MANIFEST)
    return list(dict.fromkeys(_files(manifest, entry))) if entry in manifest else []


def _manifest(file: Path) -> dict[str, Any]:
    return _read(file, file.stat().st_mtime_ns) if file.exists() else {}


@cache
def _read(file: Path, changed: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def _files(manifest: dict[str, Any], name: str) -> list[str]:
    entry = manifest[name]
    found = [entry["file"], *entry.get("css", [])]
    for imported in entry.get("imports", []):
        found += _files(manifest, imported)
    return found
