"""The shipped detector on pictures of places, lights and people that it never saw, beside a rule of a few lines."""

import functools
import io
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from bench.ai import naive
from bench.ai.precision import Found, Tally, compare
from bench.ai.training.pictures import empty, picture, scene_of
from fleet.scenes.shot import CLASSES, Family, Shot
from runtime.deploy import LocalModel
from runtime.inference.local import Local
from runtime.inference.model_folder import models_in
from runtime.inference.onnx import Sessions

MODELS = Path(__file__).resolve().parents[2] / "gallery" / "models"
MODEL = "synthetic-v1"
LIMIT = 0.5
"""The score from which an object counts: the kind's own default."""
FIRST, COUNT = 5_000_000, 2_000
"""The numbers of the measured pictures."""
PART = 50


class Detector:
    """The shipped model, asked as the worker asks it."""

    def __init__(self) -> None:
        found = models_in(MODELS)
        self.model: LocalModel = found.models[MODEL]
        self._picture = b""
        self.local = Local(Sessions(found.files.get), lambda sha256: self._picture)

    def __call__(self, shot: Shot) -> list[Found]:
        out = io.BytesIO()
        shot.image.save(out, "PNG")
        self._picture = out.getvalue()
        answer = self.local.ask(self.model, {"task": "detect", "picture": {"$picture": "0" * 64}}, 10)
        if answer.error:
            raise RuntimeError(f"{answer.error}: {answer.detail}")
        return [
            Found(one["class"], one["score"], tuple(one["box"]), one.get("value")) for one in answer.value["objects"]
        ]


@dataclass
class Figures:
    """What came of some pictures: objects by class, and whether a picture shows somebody without a helmet, or a defect."""

    pictures: int = 0
    detector: dict[str, Tally] = field(default_factory=dict)
    rule: dict[str, Tally] = field(default_factory=dict)
    rule_off: dict[str, list[float]] = field(default_factory=dict)
    asked: dict[str, list[tuple[bool, bool, bool]]] = field(default_factory=dict)
    """By question: (really, says the detector, says the rule) of each picture in which it can be told."""

    def add(self, other: "Figures") -> None:
        self.pictures += other.pictures
        for mine, theirs in ((self.detector, other.detector), (self.rule, other.rule)):
            for name, tally in theirs.items():
                into = mine.setdefault(name, Tally())
                into.said += tally.said
                into.real += tally.real
                into.off += tally.off
        for name, off in other.rule_off.items():
            self.rule_off.setdefault(name, []).extend(off)
        for name, rows in other.asked.items():
            self.asked.setdefault(name, []).extend(rows)


@functools.lru_cache(maxsize=1)
def _detector() -> Detector:
    return Detector()


def measured(start: int, count: int = PART, family: Family = "plant") -> Figures:
    """The pictures from `start` on."""
    figures = Figures(count)
    for number in range(start, start + count):
        shot, scene = picture(family, number), scene_of(family, number)
        found = _detector()(shot)
        compare(found, shot.things, figures.detector)
        if scene in ("helmet", "parts"):
            ruled = (
                naive.people(shot.image, empty(family, number).image) if scene == "helmet" else naive.parts(shot.image)
            )
            compare(ruled, shot.things, figures.rule)
            _decide(scene, shot, found, ruled, figures)
        else:
            thing = shot.things[0]
            read = naive.needle if scene == "gauge" else naive.load
            figures.rule_off.setdefault(thing.name, []).append(abs(read(shot.image, thing.box) - (thing.value or 0.0)))
    return figures


def _decide(scene: str, shot: Shot, found: list[Found], ruled: list[Found], figures: Figures) -> None:
    """The question that a flow acts on. Left out: pictures in which only what nobody could tell would be one."""
    if scene == "helmet":
        question, bad = "somebody without a helmet", ("person_without_helmet",)
    else:
        question, bad = (
            "a part with a defect",
            tuple(name for name in CLASSES if name.startswith("part_") and name != "part_ok"),
        )
    really = [thing for thing in shot.things if thing.name in bad]
    if really and not any(thing.clear for thing in really):
        return
    says = [
        any(one.name in bad and one.score >= limit for one in said) for said, limit in ((found, LIMIT), (ruled, 0.0))
    ]
    figures.asked.setdefault(question, []).append((bool(really), *says))  # type: ignore[arg-type]


def figures(count: int = COUNT) -> Figures:
    """All measured pictures, on all processors."""
    total = Figures()
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for part in pool.map(measured, range(FIRST, FIRST + count, PART)):
            total.add(part)
    return total


def page() -> str:
    """The tables."""
    total = figures()
    lines = [
        f"{total.pictures:,} pictures of the family that the detector was not trained on, score {LIMIT} or more.",
        "",
    ]
    lines += ["| class | really there | average precision | precision | recall |", "|---|--:|--:|--:|--:|"]
    for name in CLASSES:
        one = total.detector[name]
        lines.append(
            f"| `{name}` | {one.real} | {one.average():.3f} | {one.precision(LIMIT):.3f} | {one.recall(LIMIT):.3f} |"
        )
    lines += [
        "",
        "| a picture shows | pictures | yes | | right | precision | recall |",
        "|---|--:|--:|---|--:|--:|--:|",
    ]
    for question, rows in total.asked.items():
        for who, place in (("detector", 1), ("rule", 2)):
            lines.append(
                f"| {question} | {len(rows)} | {sum(row[0] for row in rows)} | {who} | {_right(rows, place)} |"
            )
    lines += ["", "| value (0 to 1) | pictures | | mean error | nine of ten below |", "|---|--:|---|--:|--:|"]
    for name, off in total.rule_off.items():
        for who, errors in (("detector", total.detector[name].off), ("rule", off)):
            lines.append(
                f"| `{name}` | {len(errors)} | {who} | {mean(errors):.3f} | {sorted(errors)[len(errors) * 9 // 10]:.3f} |"
            )
    lines += ["", *RULES]
    return "\n".join(lines)


def _right(rows: list[tuple[bool, bool, bool]], place: int) -> str:
    said, real = sum(row[place] for row in rows), sum(row[0] for row in rows)
    both = sum(row[0] and row[place] for row in rows)
    same = sum(row[0] == row[place] for row in rows)
    return f"{same / len(rows):.3f} | {both / max(said, 1):.3f} | {both / max(real, 1):.3f}"


RULES = (
    "The rule for people is told how the hall looks without anybody: what differs is a person, a bright or colourful top a",
    "helmet. For parts: what differs from the belt is one, an uneven one has a defect. For values it is told where the dial or",
    "the bed is, and takes the direction of the needle's darkest or brightest ray, or the bed's strongest edge.",
)
