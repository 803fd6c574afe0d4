"""The sentence that a presenter typed, on its way to a flow: the real compiler, and of things only those of the scenario."""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from flows import live
from flows.demo.running import Running
from gallery.scenario import Scenario
from llm.authors import author_named
from llm.compile import Author
from llm.compile import compile as compile_prompt
from nodes.kit.catalog import full_catalog

log = logging.getLogger(__name__)
AT_ONCE = 2


class Busy(Exception):
    """A sentence of this demo is being compiled already."""


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="demo sentence")


_finished: dict[tuple[Path, str], dict[str, Any]] = {}


def finished(scenario: Scenario, lang: str) -> dict[str, Any]:
    """The scenario's flow with its texts in `lang`: flow.json, which is Japanese, the same in English where it does more than its
    sentence says, or what the phrasebook makes of the scenario's own sentence in another language, where that is proved to
    do the same (gallery.prove)."""
    if lang == "en" and scenario.english:
        return scenario.flow_in("en")
    if lang == "ja" or scenario.prompts.needs_author is not None:
        return scenario.flow
    known = (scenario.folder, lang)
    if known not in _finished:
        sentence = getattr(scenario.prompts.prompts[0], lang)
        compilation = written(scenario, sentence, lang, author_named("phrasebook"))
        _finished[known] = compilation.document or scenario.flow
    return _finished[known]


def write(running: Running, prompt: str, lang: str, author: Author) -> None:
    """Returns at once; nodes are told as they are written, and the flow plays when it is sound. Raises Busy."""
    demo = running.demo
    with demo.lock:
        if demo.typed is not None and demo.typed["state"] == "writing":
            raise Busy
        demo.writing(prompt, lang)
    _pool().submit(_write, running, prompt, lang, author)


def _write(running: Running, prompt: str, lang: str, author: Author) -> None:
    demo = running.demo

    def on_progress(progress: dict[str, Any]) -> None:
        if progress.get("stage") in ("node", "setting"):
            live.to_demo(demo.id, {"t": "demo_writes", **progress})

    try:
        demo.written(written(demo.scenario, prompt, lang, author, on_progress), lang)
    except Exception:
        log.exception("the sentence of a demo")
        with translation.override(lang):
            demo.not_written(_("The author could not be reached. The flow from before goes on."))


def written(scenario: Scenario, prompt: str, lang: str, author: Author, on_progress: Any = None) -> Any:
    """What the author makes of it. The first answers to its questions are their defaults."""
    return compile_prompt(
        prompt, author=author, registry=scenario.registry, catalog=full_catalog(), lang=lang, on_progress=on_progress
    )
