"""What is known of a demo: its play so far, in virtual time."""

from typing import Any

from flows.demo.record import record_of
from flows.demo.session import Demo
from flows.reporting.told import Act, Drawn, Told
from nodes.kit.things import spoken


def told_of_demo(demo: Demo) -> Told:
    """Of the run that goes on."""
    with demo.lock:
        record, registry, now = record_of(demo), demo.scenario.registry, demo.play.now
        events = record["runs"][-1]["events"]
        effects = [event for event in events if event["what"] == "effect"]
        approved = {event["key"]: event["at"] for event in events if event["what"] == "approve"}
        points = {name: list(series) for name, series in demo.stage.points.items()}
        document, start, counts = demo.document, demo.play.start, dict(demo.stage.counts)
        reckoned = {**{node["id"]: 0 for node in demo.scenario.flow["nodes"]}, **demo.stage.tallies}
    return Told(
        document, registry, start, now, [_act(event, approved) for event in effects], counts, list(registry.devices),
        _drawn(demo, points), after_fault=[event["since_switch"] for event in effects if "since_switch" in event],
        reckoned=reckoned, zone=str(demo.scenario.flow.get("time_zone") or ""),
    )  # fmt: skip


def _act(event: dict[str, Any], approved: dict[str, int]) -> Act:
    said = event.get("said")
    text = spoken(said, "ja", "") if isinstance(said, dict) else None
    command, answered = event.get("command"), approved.get(event.get("key") or "")
    return Act(
        event["at"], event["node"], event.get("device"), event.get("to"), None if command else text, command,
        event.get("values") or {}, acked=answered if command else None,
        waiting=bool(event.get("pending")) and answered is None,
    )  # fmt: skip


def _drawn(demo: Demo, points: dict[str, list[tuple[int, Any]]]) -> list[Drawn]:
    found = []
    for signal in demo.scenario.about.signals:
        series = points.get(f"{signal.device}.{signal.field}", [])
        numbers = [(at, float(value)) for at, value in series if isinstance(value, int | float)]
        device = demo.scenario.registry.devices.get(signal.device)
        type = demo.scenario.registry.types.get(device.type) if device else None
        field = type.field(signal.field) if type else None
        if len(numbers) > 2:
            label = field.label if field else {}
            found.append(
                Drawn(
                    signal.device,
                    {"ja": signal.field, "en": signal.field, **label},
                    (field.unit or "") if field else "",
                    numbers,
                )
            )
    return found
