"""English sentences whose shape decides what is built: each with a node that it must lead to, or none."""

from typing import Any

import pytest

from llm.authors.phrasebook.author import Phrasebook
from llm.compile import Request
from llm.evals.scenario import registry_named
from nodes.kit.catalog import full_catalog


def nodes(registry: str, prompt: str) -> list[tuple[str, dict[str, Any]]]:
    """Kind and params of every node, with the settings in their places."""
    request = Request(registry=registry_named(registry), catalog=full_catalog(), lang="en")
    document = Phrasebook().write(prompt, request).document or {"nodes": []}
    known = {f"${name}": setting["value"] for name, setting in document.get("settings", {}).items()}

    def put(value: Any) -> Any:
        return [put(part) for part in value] if isinstance(value, list) else known.get(str(value), value)

    return [(n["kind"], {name: put(value) for name, value in n["params"].items()}) for n in document["nodes"]]


@pytest.mark.parametrize(
    ("registry", "prompt", "kind", "params"),
    [
        ("harbor", "Tell the yard office when a reefer is unplugged.", "holds", {"expr": "!plugged"}),
        ("harbor", "Tell the yard office when a crane moves.", "holds", {"expr": "moving"}),
        ("seaport", "If a gate is open, give ops a shout.", "notify", {"to": "ops"}),
        ("bakery", 'Wrapper 2 in any state other than "run" or "idle" - maintenance should know.', "holds",
         {"expr": 'state != "run" && state != "idle"'}),
        ("residence", "Room 102 gets dry. Under 30 % humidity, ping the carer on duty.", "devices", {"only": ["rm-102"]}),
        ("residence", "Somebody's been in the toilet too long? Tell the carer on duty.", "holds", {"expr": "occupied"}),
        ("orchard", "Start the irrigation pump at 6 am unless soil probe A is above 40 %.", "condition",
         {"expr": "moisture <= settings.limit"}),
        ("retail", "A display fridge above 8 °C, but not while it's defrosting: store manager.", "holds",
         {"expr": "temp > settings.limit && !defrost"}),
        ("tower", "The server room door must not stay open longer than 2 minutes; if it does, text security.", "holds",
         {"expr": "open", "for": "2m"}),
        ("tower", "Room 301 must be above 20 °C. Otherwise turn the heating in room 301 on.", "threshold", {"at_most": 20}),
        ("harbor", "Tell the harbour master if the west gate is still open at 22:00.", "schedule", {"cron": "0 22 * * *"}),
        ("homecare", "If pill box 201 hasn't been opened by 9 am, call the night lead.", "sequence", {"within": "9h"}),
        ("harbor", "Between 20:00 and 6:00 sound the horn if a gate is open.", "holds", {"expr": "open && in_hours"}),
        ("dairy", "Set the fans to 40 % from 22:00 to 5:00 and to 80 % the rest of the day.", "schedule", {"cron": "0 5 * * *"}),
        ("plant", "If pump 101 runs while pump 102 is running too, tell the control room.", "holds",
         {"expr": "p_101_running && p_102_running"}),
        ("bakery", "Neither compressor running? Get hold of maintenance.", "vote", {"expr": "!running", "at_least": 2}),
        ("quarry", 'More than 3 results of "fail" on the inspection tablet in a single day and the safety officer should get a text.',
         "threshold", {"above": 3}),
        ("depot", "More than two jams in an hour: tell the yard team.", "window", {"calc": "count", "over": "1h"}),
        ("harbor", "At 6 pm every day, send the harbour master the number of times the east gate was opened that day.", "window",
         {"calc": "count", "each": "day", "at": ["18:00"]}),
        ("plant", "Warn the control room when pump 102's vibration is more than twice its usual level.", "holds",
         {"expr": "vibration > settings.limit * baseline"}),
        ("quarry", "Tell the safety officer if the tilt of the scaffold changes by more than 2 degrees in an hour.", "holds",
         {"expr": "change > settings.limit || change < -settings.limit"}),
        ("quarry", "If the crane lifts more than its rated load, tell the foreman.", "holds", {"expr": "load > rated"}),
        ("quarry", "Record every reading of the noise meter above 90 dB.", "condition", {"expr": "level > settings.limit"}),
        ("quarry", "Spray for ten minutes whenever dust at either monitor climbs past 150.", "delay", {"for": "10m"}),
        ("quarry", "Pump on when sump A is deeper than 80 cm, off at 30 cm.", "threshold", {"at_most": 30}),
        ("supermarket", "Produce case 8 °C, dairy case 5. Whichever one is over its own limit, message the refrigeration contractor.",
         "threshold", {"above": 5}),
        ("bakery", "Freezer door left open: 2 minutes -> line leader, 10 minutes -> QA.", "holds", {"for": "10m"}),
        ("harbor", "Whenever a gate opens tell the yard office, no more than one message per quarter of an hour.", "cooldown",
         {"for": "15m"}),
        ("works", "Pulse clean the dust collector when the differential pressure passes 1.5 kPa, but no more than once every 30 minutes.",
         "cooldown", {"for": "30m"}),
        ("works", "Send the foreman the average cycle time of each press at the end of each shift (6:00, 14:00, 22:00).", "window",
         {"each": "shift", "at": ["06:00", "14:00", "22:00"]}),
        ("residence", 'Mon, Wed and Fri, half past nine: remind the carer on duty that it\'s "bath day".', "schedule",
         {"cron": "30 9 * * 1,3,5"}),
    ],
)  # fmt: skip
def test_the_shape_of_a_sentence_is_read(registry: str, prompt: str, kind: str, params: dict[str, Any]) -> None:
    found = [given for known, given in nodes(registry, prompt) if known == kind]
    assert any(all(given.get(name) == value for name, value in params.items()) for given in found), found


def test_otherwise_at_the_end_is_the_other_case() -> None:
    made = nodes("harbor", "Red light in a shed's yard when the shed is hotter than 35 °C, green otherwise.")
    assert [params["values"]["color"] for kind, params in made if kind == "command"] == ["red", "green"]


@pytest.mark.parametrize(
    ("registry", "prompt"),
    [
        ("harbor", "If a crane moves and a gate is open at the same time, sound the horn."),
        (
            "orchard",
            "When soil probe A is under 20 % and there's no rain at the weather station (0 mm), start the irrigation pump.",
        ),
        ("shops", "If the dishwasher is below 5 W after having been above 500 W, tell the store manager."),
    ],
)
def test_half_of_a_condition_is_not_built(registry: str, prompt: str) -> None:
    assert nodes(registry, prompt) == []
