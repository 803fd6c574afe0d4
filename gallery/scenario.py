"""What a scenario's folder holds, checked when it is read: scenario.json and prompts.json, beside the files of any flow."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from document.parse import parse
from document.registry import load_registry
from engine.clock import parse_time
from fleet.description import Fleet, load
from fleet.moment import duration
from nodes.kit.problem import Problem
from nodes.kit.things import Registry

GALLERY = Path(__file__).resolve().parent
MODELS = GALLERY / "models"

Text = dict[Literal["ja", "en"], str]
"""In both languages."""
Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,31}$")]
Part = Annotated[float, msgspec.Meta(ge=0, le=1)]
Industry = Literal[
    "factory", "construction", "logistics", "food", "energy", "building", "office", "farm", "care", "town", "retail"
]
Need = Literal["safety", "quality", "maintenance", "energy", "compliance", "comfort", "care", "usage"]


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Part of a file that a person wrote."""


class Business(Written, frozen=True):
    """The business case in one language."""

    problem: str
    solution: str
    value: str


class Word(Written, frozen=True):
    """A term of the trade."""

    term: Text
    meaning: Text


class Known(Written, frozen=True):
    """A point that is known on the plan and on the earth."""

    x: Part
    y: Part
    lat: float
    lon: float


class Show(Written, frozen=True):
    """What a demo shows beside the flow: the picture of a camera, or a plan with devices at `places`, in parts of it. On a
    plan that is `tied` to the earth, devices that say where they are stand there."""

    camera: str | None = None
    plan: str | None = None
    places: dict[str, tuple[Part, Part]] = {}
    tied: tuple[Known, Known] | None = None


class Signal(Written, frozen=True):
    """A series that a demo draws."""

    device: str
    field: str


class Pace(Written, frozen=True):
    """`start` of virtual time (RFC 3339), and how many times faster than real time a demo runs unless it is told."""

    start: str = "2026-01-05T08:00:00+09:00"
    speed: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 1


class Switch(Written, frozen=True):
    """A fault on a button and a key of the demo; `label` where the fault's own is not what a presenter would say."""

    key: Annotated[str, msgspec.Meta(pattern="^[1-9]$")]
    device: str
    fault: str
    label: Text = {}


class Step(Written, frozen=True):
    """A step of the story. `notes` is what the presenter says; `switch` (by key) goes `on` or off with it."""

    title: Text
    notes: Text
    switch: str | None = None
    on: bool = True
    speed: Annotated[float, msgspec.Meta(ge=1, le=3600)] | None = None


class Wanted(Written, frozen=True):
    """Effects that a run expects or allows. What is None may be anything; `values` is a part of the command's. Expected are
    exactly `count`, from `after` the start until `within` later; for those that are allowed the three say nothing."""

    kind: str
    to: str | None = None
    device: str | None = None
    command: str | None = None
    values: dict[str, Any] = {}
    approval: Literal["pending"] | None = None
    after: str = "0s"
    within: str = "10s"
    count: Annotated[int, msgspec.Meta(ge=1)] = 1


class Run(Written, frozen=True):
    """`length` of virtual time with `faults` ("kiln-2:overheat@10m-20m"): these effects and no others."""

    name: Text
    length: str
    faults: list[str] = []
    expect: list[Wanted] = []
    allow: list[Wanted] = []


class Assumed(Written, frozen=True):
    """A figure that a customer replaces by one of their own."""

    name: Name
    label: Text
    value: float
    unit: Text


class Result(Written, frozen=True):
    """`expr`: an expression over inputs.<name>, counts.<node of flow.json> and hours."""

    label: Text
    unit: Text
    expr: str


class Savings(Written, frozen=True):
    """What it is worth, by figures that can be changed."""

    inputs: list[Assumed] = []
    results: list[Result] = []


class About(Written, frozen=True):
    """scenario.json."""

    order: int
    title: Text
    summary: Text
    industries: Annotated[list[Industry], msgspec.Meta(min_length=1)]
    needs: Annotated[list[Need], msgspec.Meta(min_length=1)]
    business: dict[Literal["ja", "en"], Business]
    words: list[Word]
    runs: Annotated[list[Run], msgspec.Meta(min_length=2)]
    show: Show = Show()
    signals: Annotated[list[Signal], msgspec.Meta(max_length=4)] = []
    play: Pace = Pace()
    switches: list[Switch] = []
    steps: list[Step] = []
    savings: Savings = Savings()


class Sentence(Written, frozen=True):
    """A wish in both languages, and a fault that shows it at work."""

    ja: str
    en: str
    fault: dict[str, str] = msgspec.field(default={}, name="try")


class Beyond(Written, frozen=True):
    """What the phrasebook cannot build of the sentence, and why."""

    part: Text
    why: Text


class Prompts(Written, frozen=True):
    """prompts.json. The first of `prompts` is the scenario's own; `paraphrases` say the same in other words."""

    prompts: Annotated[list[Sentence], msgspec.Meta(min_length=1)]
    paraphrases: dict[Literal["ja", "en"], list[str]] = {}
    needs_author: Beyond | None = None
    title: Text = {}

    def sentences(self, lang: Literal["ja", "en"]) -> list[str]:
        """The scenario's sentence and its paraphrases."""
        return [getattr(self.prompts[0], lang), *self.paraphrases.get(lang, [])]


class BadScenario(Exception):
    """A file of a scenario is not as it must be; says which and where."""


class Scenario:
    """One folder. Files are read when they are asked for. Raises BadScenario."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, folder.name

    @cached_property
    def about(self) -> About:
        about = self._typed("scenario.json", About)
        for run in about.runs:
            duration(run.length)
        return about

    @cached_property
    def prompts(self) -> Prompts:
        return self._typed("prompts.json", Prompts)

    @cached_property
    def fleet(self) -> Fleet:
        return load(self.folder / "fleet.json")

    @cached_property
    def registry(self) -> Registry:
        return self.loaded_registry()[0]

    @cached_property
    def flow(self) -> dict[str, Any]:
        parsed, problems = parse(self.bytes("flow.json"))
        if not isinstance(parsed, dict):
            raise BadScenario(f"{self.name}/flow.json: {problems}")
        return parsed

    @cached_property
    def english(self) -> dict[str, str]:
        """english.json: by the texts of flow.json, what they are in English. Empty where an English sentence makes the flow."""
        return self._typed("english.json", dict[str, str]) if (self.folder / "english.json").exists() else {}

    def flow_in(self, lang: str) -> dict[str, Any]:
        """The scenario's own flow, its texts in English where it has them and they are asked for."""
        return dict(_said(self.flow, self.english)) if lang == "en" and self.english else self.flow

    @cached_property
    def answers(self) -> bytes:
        """answers.jsonl; empty where no model is asked that is not here."""
        return self.bytes("answers.jsonl") if (self.folder / "answers.jsonl").exists() else b""

    @property
    def start(self) -> int:
        """Of virtual time (ms)."""
        return parse_time(self.about.play.start)

    def loaded_registry(self) -> tuple[Registry, list[Problem]]:
        """registry.json, and what was wrong with it."""
        return load_registry(self.bytes("registry.json"))

    def bytes(self, file: str) -> bytes:
        try:
            return (self.folder / file).read_bytes()
        except OSError as error:
            raise BadScenario(f"{self.name}/{file}: {error.strerror}") from None

    def _typed(self, file: str, type: Any) -> Any:
        try:
            return msgspec.json.decode(self.bytes(file), type=type)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadScenario(f"{self.name}/{file}: {error}") from None


def _said(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _said(part, words) for name, part in value.items()}
    if isinstance(value, list):
        return [_said(part, words) for part in value]
    return words.get(value, value) if isinstance(value, str) else value


def scenarios(folder: Path = GALLERY) -> list[Scenario]:
    """All of the gallery, in their order."""
    found = [Scenario(place.parent) for place in folder.glob("*/scenario.json")]
    return sorted(found, key=lambda scenario: (scenario.about.order, scenario.name))


def scenario_named(name: str, folder: Path = GALLERY) -> Scenario | None:
    """None where there is no such scenario; `name` may come from anywhere."""
    return next((scenario for scenario in scenarios(folder) if scenario.name == name), None)
