"""Virtual devices that publish real MQTT, in real or in virtual time. Knows nothing of flows.

A `fleet.json` describes them:

```json
{
  "fleet": 1, "seed": 7,
  "types": [{
    "id": "kiln", "topic": "plant/{device}/telemetry", "period": "1s", "time": {"path": "ts", "format": "ms"},
    "signals": [{"name": "temperature", "path": "t.temp", "level": 62, "noise": 0.15, "lag": "15s", "decimals": 1,
                 "drift": {"amount": 2, "over": "5m"}, "swing": {"amount": 1.5, "over": "24h"},
                 "follows": [{"signal": "power", "gain": 0.1, "from": 42}]}],
    "faults": [{"id": "overheat", "label": {"ja": "過熱", "en": "overheat"}, "add": {"temperature": 40}}],
    "listens": []
  }],
  "devices": [{"id": "kiln-1", "type": "kiln", "attributes": {"hall": "A"}, "levels": {"temperature": 61}}]
}
```

A signal is `level` + a daily `swing` + a slow random `drift` + a `course` of the day or week + `pulses` that come now and
then + what it `follows` + what faults `add`, all of it reached with the time constant `lag` (first order, like heat), then
`noise` (standard deviation), then `min`, `max` and `decimals`; with `true_from` it is told as whether it is at least that. A
signal with `value` instead of `level` is a text, number or boolean that only a command or a fault changes (to be followed,
true is 1), one with `turns` ({"values": ["L-1", "L-2"], "every": "2h"}) a text that changes by the clock. `listens` names the
topics of commands: `{"topic": "plant/{device}/set", "sets": {"color": ["red", "green"]}}`; what was set is published at once. A fault may `add` to signals, make them `grow` from when it began ({"amount": 6, "over":
"10d"}: wear, by 6 after ten days and faster and faster), multiply their `noise`, `freeze` signals, `set` values until they
are told otherwise, make the device `silent`, or make its payload `garbled`.

```json
"course": {"zone": "Asia/Tokyo", "points": [["6h", 0], ["9h", 40], ["18h", 40], ["20h", 0]]}
"pulses": [{"every": "40m", "lasts": "45s", "amount": 1, "hours": ["6h", "22h"], "zone": "Asia/Tokyo"}]
```

Devices of a type with a `route` move: each has `stops` such as {"at": "8h30m", "lat": 35.45, "lon": 139.64}, goes straight from
one to the next, and tells where it is and how fast. A fault that freezes the position holds it where it is.

A type with a `camera` sends pictures: `"camera": {"scene": "helmet", "zone": [[0.1, 0.6], [0.5, 0.55], [0.6, 0.95], [0.1, 0.95]]}`.
Signals of the names that a scene knows (`fleet.scenes`) are in the picture instead of the payload, so faults change what is
seen: `{"id": "no_helmet", "add": {"bare": 1}}`; freezing `picture` makes it stand still. Live, a picture is base64 JPEG (less
than 100 kB) in the field `picture`; recorded, `{"$file": "pictures/<device>/<ms>-picture.jpg"}`.

Everything random is a function of seed, device, signal and time: the same start gives the same stream, live or
recorded. On the broker, `fleet/<device>/fault` takes `{"fault": "overheat", "on": true}`, and the retained
`fleet/<device>/status` tells `{"faults": [active ids], "known": [{"id", "label"}]}`.
"""
