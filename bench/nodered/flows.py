"""The workloads as a Node-RED user would draw them, each the fastest of the ways that were tried (see README.md)."""

import json
from typing import Any

Node = dict[str, Any]
ON = json.dumps({"on": True})
OUT_QOS = 1
"""As Suiro's commands, so that both send the same."""

ABOVE = """
if (msg.payload.t.temp > 80) {
    return { topic: msg.topic.replace("telemetry", "set"), payload: { on: true } };
}
"""
"""What `switch` and `change` do, for latencies: a function is slower, but `switch` takes one message in a turn of the
event loop, and falls behind for good where messages come one by one."""

FIVE = """
const high = context.get("high") || new Map();
const count = msg.payload.t.temp > 70 ? (high.get(msg.topic) || 0) + 1 : 0;
high.set(msg.topic, count);
if (high.size === 1) context.set("high", high);
if (count === 5) return { topic: msg.topic.replace("telemetry", "set"), payload: { on: true } };
"""
"""Core nodes count no readings in a row per device, so it is a function with a Map in its context."""

AVERAGE = """
let all = context.get("all");
if (!all) context.set("all", all = new Map());
let own = all.get(msg.topic);
if (!own) all.set(msg.topic, own = { times: [], values: [], first: 0, sum: 0 });
const { ts, t: { temp } } = msg.payload;
own.times.push(ts);
own.values.push(temp);
own.sum += temp;
while (own.times[own.first] <= ts - 10000) own.sum -= own.values[own.first++];
if (own.first > 1000) {
    own.times.splice(0, own.first);
    own.values.splice(0, own.first);
    own.first = 0;
}
if (own.sum / (own.times.length - own.first) > 70) {
    return { topic: msg.topic.replace("telemetry", "set"), payload: { on: true } };
}
"""
"""`smooth` knows the last so many readings, not the last ten seconds; `batch` and `join` do not slide. A running sum in
a function does both, at the same cost for every reading."""


def flows(workload: str, port: int, qos: int, *, many: int = 1) -> list[Node]:
    """flows.json: one tab for each flow. `workload` is filter, function (the same in
    one node), many, idle, five or average."""
    nodes: list[Node] = [_broker(port)]
    for number in range(many):
        tab = f"tab{number}"
        nodes.append({"id": tab, "type": "tab", "label": f"Flow {number}", "disabled": False, "info": ""})
        nodes += _wired(tab, [_mqtt_in(topic_of(workload, number), qos), *_steps(workload, number), _mqtt_out()])
    return nodes


def topic_of(workload: str, number: int) -> str:
    """All read the same topic, but for idle ones: there only the first hears anything."""
    return f"idle/{number}/+/telemetry" if workload == "idle" and number else "plant/+/telemetry"


def _steps(workload: str, number: int) -> list[Node]:
    if workload == "function":
        return [_function("above 80", ABOVE)]
    if workload == "five":
        return [_function("five in a row", FIVE)]
    if workload == "average":
        return [_function("average of 10 s", AVERAGE)]
    if workload == "many":
        low, high = (round(80 + number / 10, 1), round(80 + (number + 1) / 10, 1))
        return [_switch({"t": "btwn", "v": str(low), "vt": "num", "v2": str(high), "v2t": "num"}), _change()]
    return [_switch({"t": "gt", "v": "80", "vt": "num"}), _change()]


def _wired(tab: str, nodes: list[Node]) -> list[Node]:
    """The nodes one after the other on a tab."""
    for place, node in enumerate(nodes):
        node |= {"id": f"{tab}n{place}", "z": tab, "name": node.get("name", ""), "x": 120 + 180 * place, "y": 80}
        node["wires"] = [[f"{tab}n{place + 1}"]] if place + 1 < len(nodes) else []
    return nodes


def _broker(port: int) -> Node:
    said = {"broker": "127.0.0.1", "port": str(port), "clientid": "", "autoConnect": True, "usetls": False}
    session = {"protocolVersion": "4", "keepalive": "60", "cleansession": True, "autoUnsubscribe": True}
    birth = {f"{when}{what}": "" for when in ("birth", "close", "will") for what in ("Topic", "Payload")}
    return {"id": "broker", "type": "mqtt-broker", "name": "", **said, **session, **birth, "sessionExpiry": ""}


def _mqtt_in(topic: str, qos: int) -> Node:
    """Its output is “a parsed JSON object”: quicker than a `json` node behind it."""
    how = {"datatype": "json", "nl": False, "rap": True, "rh": 0, "inputs": 0}
    return {"type": "mqtt in", "topic": topic, "qos": str(qos), "broker": "broker", **how}


def _mqtt_out() -> Node:
    more = {"respTopic": "", "contentType": "", "userProps": "", "correl": "", "expiry": ""}
    return {"type": "mqtt out", "topic": "", "qos": str(OUT_QOS), "retain": "false", "broker": "broker", **more}


def _switch(rule: Node) -> Node:
    where = {"property": "payload.t.temp", "propertyType": "msg"}
    return {"type": "switch", **where, "rules": [rule], "checkall": "true", "repair": False, "outputs": 1}


def _change() -> Node:
    payload = {"t": "set", "p": "payload", "pt": "msg", "to": ON, "tot": "json"}
    topic = {"t": "change", "p": "topic", "pt": "msg", "from": "telemetry", "fromt": "str", "to": "set", "tot": "str"}
    return {"type": "change", "rules": [payload, topic], "reg": False}


def _function(name: str, code: str) -> Node:
    more = {"outputs": 1, "timeout": 0, "noerr": 0, "initialize": "", "finalize": "", "libs": []}
    return {"type": "function", "name": name, "func": code.strip(), **more}
