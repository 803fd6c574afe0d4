"""What happened in a demo, for a report: when which fault was switched, what the flow did, and how soon after."""

from typing import Any

from flows.demo.session import Demo


def record_of(demo: Demo) -> dict[str, Any]:
    """{"demo": 1, "scenario", "title", "speed", "runs": [{"run", "start", "until", "flow", "typed", "sentence", "events"}],
    "counts"}. An event is {"at" (ms, virtual time), "what", ...}: start, switch (`device`, `fault`, `on`, `label`), effect (as in
    the alerts of the demo; `since_switch`: ms since the last fault went on), step, speed, approve, sentence, pause, go, reset.
    `counts`: how often each node has acted, of the flow that is shown and of the scenario's own."""
    with demo.lock:
        runs: dict[int, list[dict[str, Any]]] = {}
        for event in demo.records:
            runs.setdefault(event["run"], []).append({name: event[name] for name in event if name != "run"})
        return {
            "demo": 1,
            "scenario": demo.scenario.name,
            "title": dict(demo.scenario.about.title),
            "until": demo.play.now,
            "runs": [_run(number, events, demo) for number, events in runs.items()],
            "counts": demo.stage.tallies,
        }


def _run(number: int, events: list[dict[str, Any]], demo: Demo) -> dict[str, Any]:
    first = events[0]
    sentence = next((event["prompt"] for event in reversed(demo.records) if _of(event, number)), "")
    return {
        "run": number,
        "start": demo.play.start,
        "until": demo.play.now if number == demo.run else events[-1]["at"],
        "flow": first.get("flow", ""),
        "typed": bool(first.get("typed")),
        "sentence": sentence if first.get("typed") else "",
        "events": _with_delays(events),
    }


def _of(event: dict[str, Any], run: int) -> bool:
    """The sentence from which the flow of this run was made: it was written in the run before, or earlier."""
    return event["what"] == "sentence" and event["sound"] and event["run"] < run


def _with_delays(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    since, told = None, []
    for event in events:
        if event["what"] == "switch" and event["on"]:
            since = event["at"]
        delay = {"since_switch": event["at"] - since} if event["what"] == "effect" and since is not None else {}
        told.append({**event, **delay})
    return told
