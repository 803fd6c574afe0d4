"""The embedded author: reads the sentence, builds the draft, says what it did not understand."""

import copy
import re
from dataclasses import asdict
from typing import Any

from document.problems import problem
from llm.authors.phrasebook.accounted import passed_over
from llm.authors.phrasebook.answered import answered
from llm.authors.phrasebook.assemble import Assembler
from llm.authors.phrasebook.confidence import reading_of
from llm.authors.phrasebook.draft import Draft
from llm.authors.phrasebook.meaning import Meaning
from llm.authors.phrasebook.outside import without_outside
from llm.authors.phrasebook.pictured import read_first, with_readings
from llm.authors.phrasebook.planned import name_of, plan_of
from llm.authors.phrasebook.said import REASONS
from llm.authors.phrasebook.wishes import Missed
from llm.compilation import Drafted
from llm.compile import Request
from llm.retrieval import narrowed
from nodes.kit.problem import Problem

_NUMBER = re.compile(r"\d|\bwithin\b|以内")
"""A number or a length of time, without which a condition is another one."""
_WHOLE = {"tolerance", "part_of_day", "part_hours"}
"""What is not built of a sentence that would mean something else without it."""
QUESTIONS = {"limit", "to", "hold", "recovery", "zone"}


class Phrasebook:
    """Deterministic, without network."""

    name = "phrasebook"

    def write(self, prompt: str, request: Request) -> Drafted:
        request = copy.copy(request)
        request.registry = narrowed(request.registry, prompt, request.document)
        prompt, refused = without_outside(prompt)
        drafted = self._written(prompt, request)
        drafted.problems = [*(told(missed, request.lang) for missed in refused), *drafted.problems]
        return drafted

    def _written(self, prompt: str, request: Request) -> Drafted:
        if request.document is not None:
            from llm.authors.phrasebook.edits import edit

            return answered(prompt, request, self._written) or edit(prompt, request)
        request.registry = with_readings(request.registry, request.catalog)
        meaning = Meaning(prompt, request.catalog, request.registry, request.lang)
        wishes = meaning.wishes()
        assembler = Assembler(wishes, request.catalog, request.registry, request.answers)
        draft = assembler.build()
        read_first(draft, request.registry, request.catalog)
        acts = any(request.catalog[node["kind"]].group == "action" for node in draft.nodes)
        plan = plan_of(wishes)
        request.on_progress({"stage": "plan", "plan": plan})
        for name, setting in draft.settings.items():
            request.on_progress({"stage": "setting", "name": name, "setting": setting})
        for node in draft.nodes:
            request.on_progress({"stage": "node", "node": node})
        document = draft.document(name_of(wishes, request.lang)) if acts else None
        if document is not None:
            known = [missed.words for missed in wishes.missed]
            conditions = [wish.trigger.words for wish in wishes.wishes]
            lost = passed_over(meaning.reading, meaning.spans, document, known, conditions)
            wishes.missed += lost
            if any(missed.reason in _WHOLE for missed in wishes.missed):
                document = None
            unused = [missed for missed in wishes.missed if missed.reason == "unused"]
            if (unused and len({wish.trigger.words for wish in wishes.wishes}) == 1) or any(
                _NUMBER.search(missed.words) and missed.words in wish.trigger.words
                for missed in unused
                for wish in wishes.wishes
            ):
                document = None  # without it a wish is another one
        problems = [told(missed, request.lang) for missed in wishes.missed] + unknown_answers(request)
        drafted = Drafted(document, plan, questions(draft), assumptions(draft), problems)
        draft.origins.narrow(meaning.reading, wishes.spans, draft.settings)
        drafted.reading = reading_of(meaning.reading, wishes, draft.origins)
        return drafted

    def repair(self, drafted: Drafted, problems: list[Problem], request: Request) -> Drafted | None:
        """Reading the same words again gives the same document: there is nothing to repair."""
        return None

    def answer(self, prompt: str, request: Request) -> Drafted:
        """Nothing of its own: what is made from the document says it."""
        return Drafted(None)


def told(missed: Missed, lang: str) -> Problem:
    """What could not be built, in the prompt's language, quoting its words."""
    reasons = REASONS[lang]
    near = ("、" if lang == "ja" else ", ").join(missed.near)
    detail = reasons[missed.reason].format(near=near)
    if near and missed.reason not in ("values", "unit"):
        detail += (" " if lang == "en" else "") + reasons["near"].format(near=near)
    return problem("cannot_build", "", words=missed.words, detail=detail)


def unknown_answers(request: Request) -> list[Problem]:
    unknown = [name for name in request.answers if name not in QUESTIONS]
    return [Problem("unknown_question", "", "warning", {"id": name}) for name in unknown]


def questions(draft: Draft) -> list[dict[str, Any]]:
    """The (at most three) questions that change the flow most."""
    asked = sorted(draft.questions, key=lambda question: question.rank)[:3]
    return [{key: value for key, value in asdict(question).items() if key != "rank"} for question in asked]


def assumptions(draft: Draft) -> list[dict[str, Any]]:
    return [
        {
            "setting": name,
            "value": draft.settings[name]["value"],
            "unit": draft.settings[name].get("unit"),
            "text": text,
        }
        for name, text in draft.assumed.items()
    ]
