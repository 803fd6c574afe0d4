// Written by `npm run generate` from catalog.json. Do not change by hand.

export type KindId =
  | "devices"
  | "mqtt_in"
  | "schedule"
  | "snapshot"
  | "webhook_in"
  | "bands"
  | "changed"
  | "condition"
  | "cooldown"
  | "holds"
  | "sample"
  | "threshold"
  | "unique"
  | "delay"
  | "escalate"
  | "heartbeat"
  | "latch"
  | "repeat"
  | "shift"
  | "silent"
  | "state_machine"
  | "working_hours"
  | "baseline"
  | "counter"
  | "on_time"
  | "rate"
  | "window"
  | "across"
  | "compare"
  | "join"
  | "sequence"
  | "vote"
  | "geofence"
  | "movement"
  | "route"
  | "climate"
  | "convert"
  | "curve"
  | "gather"
  | "lookup"
  | "parse_bytes"
  | "parse_text"
  | "power"
  | "rename"
  | "set_fields"
  | "split"
  | "ai_prompt"
  | "ai_vision"
  | "anomaly"
  | "assign"
  | "classify"
  | "detect"
  | "forecast"
  | "read_text"
  | "score"
  | "spectrum"
  | "tour"
  | "zones"
  | "command"
  | "notify"
  | "store"
  | "webhook_out"

export interface ParamsOf {
  readonly "devices": { readonly "type": string; readonly "only"?: readonly (string)[]; readonly "where"?: { readonly [name: string]: unknown }; readonly "max_age"?: string; readonly "blur"?: readonly ("faces" | "text")[] }
  readonly "mqtt_in": { readonly "topic": string; readonly "format"?: "json" | "text" | "number" | "bytes" | "picture"; readonly "blur"?: readonly ("faces" | "text")[] }
  readonly "schedule": { readonly "every"?: string | `$${string}`; readonly "cron"?: string; readonly "holidays"?: string; readonly "on_holidays"?: "skip" | "only" | "normal" | `$${string}` }
  readonly "snapshot": { readonly "type": string; readonly "only"?: readonly (string)[]; readonly "every"?: string | `$${string}`; readonly "timeout"?: string | `$${string}`; readonly "blur"?: readonly ("faces" | "text")[] }
  readonly "webhook_in": { readonly "blur"?: readonly ("faces" | "text")[] }
  readonly "bands": { readonly "field": string; readonly "bands": readonly ({ readonly "name": string; readonly "from"?: number | `$${string}`; readonly "to"?: number | `$${string}` })[]; readonly "margin"?: number | `$${string}`; readonly "back"?: "down" | "up" | "both" | `$${string}`; readonly "gap"?: "keep" | "none" | `$${string}`; readonly "for"?: string | `$${string}`; readonly "per"?: string }
  readonly "changed": { readonly "fields": readonly (string)[]; readonly "first"?: boolean | `$${string}`; readonly "per"?: string }
  readonly "condition": { readonly "expr": string }
  readonly "cooldown": { readonly "for": string | `$${string}`; readonly "per"?: string }
  readonly "holds": { readonly "expr": string; readonly "for"?: string | `$${string}`; readonly "times"?: number | `$${string}`; readonly "of"?: number | `$${string}`; readonly "max_gap"?: string | `$${string}`; readonly "already"?: "fire" | "wait"; readonly "per"?: string }
  readonly "sample": { readonly "every"?: string | `$${string}`; readonly "nth"?: number | `$${string}`; readonly "per"?: string }
  readonly "threshold": { readonly "field": string; readonly "above"?: number | `$${string}`; readonly "at_least"?: number | `$${string}`; readonly "below"?: number | `$${string}`; readonly "at_most"?: number | `$${string}`; readonly "between"?: readonly [number | `$${string}`, number | `$${string}`]; readonly "outside"?: readonly [number | `$${string}`, number | `$${string}`]; readonly "margin"?: number | `$${string}`; readonly "for"?: string | `$${string}`; readonly "times"?: number | `$${string}`; readonly "of"?: number | `$${string}`; readonly "max_gap"?: string | `$${string}`; readonly "already"?: "fire" | "wait"; readonly "per"?: string }
  readonly "unique": { readonly "fields"?: readonly (string)[]; readonly "within"?: string | `$${string}`; readonly "per"?: string }
  readonly "delay": { readonly "for": string | `$${string}`; readonly "per"?: string }
  readonly "escalate": { readonly "after": string | `$${string}`; readonly "again"?: string | `$${string}`; readonly "most"?: number | `$${string}`; readonly "per"?: string }
  readonly "heartbeat": { readonly "every"?: string | `$${string}`; readonly "each"?: "hour" | "day" | "week" | "month" | "shift"; readonly "at"?: readonly (string)[]; readonly "day"?: number; readonly "at_least"?: number | `$${string}`; readonly "from_start"?: boolean; readonly "per"?: string }
  readonly "latch": { readonly "per"?: string }
  readonly "repeat": { readonly "every": string | `$${string}`; readonly "most"?: number | `$${string}`; readonly "first"?: boolean | `$${string}`; readonly "per"?: string }
  readonly "shift": { readonly "shifts": readonly ({ readonly "name": string; readonly "from": string })[] }
  readonly "silent": { readonly "for": string | `$${string}`; readonly "from_start"?: boolean; readonly "per"?: string }
  readonly "state_machine": { readonly "states": readonly (string)[]; readonly "initial": string; readonly "transitions": readonly ({ readonly "from": string; readonly "to": string; readonly "when"?: string; readonly "after"?: string | `$${string}` })[]; readonly "per"?: string }
  readonly "working_hours": { readonly "hours": readonly ({ readonly "days"?: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[]; readonly "from": string; readonly "to": string })[]; readonly "holidays"?: string; readonly "on_holidays"?: "closed" | "open" | "normal" | `$${string}`; readonly "closed"?: readonly (string)[]; readonly "open"?: readonly (string)[] }
  readonly "baseline": { readonly "field": string; readonly "over"?: string | `$${string}`; readonly "warm_up"?: number | `$${string}`; readonly "ignore"?: number | `$${string}`; readonly "per"?: string }
  readonly "counter": { readonly "field": string; readonly "factor"?: number | `$${string}`; readonly "unit"?: string; readonly "wrap_at"?: number | `$${string}`; readonly "max_step"?: number | `$${string}`; readonly "per"?: string }
  readonly "on_time": { readonly "expr": string; readonly "each"?: "hour" | "day" | "week" | "month" | "shift"; readonly "at"?: readonly (string)[]; readonly "day"?: number; readonly "max_gap"?: string | `$${string}`; readonly "per"?: string }
  readonly "rate": { readonly "field": string; readonly "over"?: string | `$${string}`; readonly "each"?: string | `$${string}`; readonly "per"?: string }
  readonly "window": { readonly "field": string; readonly "calc": "average" | "min" | "max" | "sum" | "count" | "distinct" | "deviation" | "percentile" | "first" | "last" | "slope" | "time_weighted"; readonly "over"?: string | `$${string}`; readonly "readings"?: number | `$${string}`; readonly "each"?: "hour" | "day" | "week" | "month" | "shift"; readonly "gap"?: string | `$${string}`; readonly "mode"?: "sliding" | "tumbling"; readonly "at"?: readonly (string)[]; readonly "day"?: number; readonly "percent"?: number | `$${string}`; readonly "grace"?: string | `$${string}`; readonly "per"?: string }
  readonly "across": { readonly "field": string; readonly "calc": "average" | "min" | "max" | "sum" | "count" | "median" | "spread"; readonly "max_age"?: string | `$${string}`; readonly "per"?: string }
  readonly "compare": { readonly "a": { readonly "field": string; readonly "device"?: string; readonly "type"?: string }; readonly "b": { readonly "field": string; readonly "device"?: string; readonly "type"?: string }; readonly "max_age"?: string | `$${string}`; readonly "per"?: string }
  readonly "join": { readonly "fields"?: readonly ({ readonly "name": string; readonly "field": string; readonly "type"?: string; readonly "device"?: string })[]; readonly "max_age"?: string | `$${string}`; readonly "complete"?: boolean | `$${string}`; readonly "per"?: string }
  readonly "sequence": { readonly "within": string | `$${string}`; readonly "per"?: string }
  readonly "vote": { readonly "expr": string; readonly "at_least"?: number | `$${string}`; readonly "share"?: number | `$${string}`; readonly "for"?: string | `$${string}`; readonly "already"?: "fire" | "wait"; readonly "max_age"?: string | `$${string}`; readonly "per"?: string }
  readonly "geofence": { readonly "field": string; readonly "areas": readonly ({ readonly "name": string; readonly "center"?: { readonly "lat": number; readonly "lon": number }; readonly "radius"?: number | `$${string}`; readonly "polygon"?: readonly ({ readonly "lat": number; readonly "lon": number })[] })[]; readonly "margin"?: number | `$${string}`; readonly "dwell"?: string | `$${string}`; readonly "already"?: "fire" | "wait"; readonly "per"?: string }
  readonly "movement": { readonly "field": string; readonly "to"?: { readonly "lat": number; readonly "lon": number }; readonly "ignore"?: number | `$${string}`; readonly "per"?: string }
  readonly "route": { readonly "field": string; readonly "points": readonly ({ readonly "lat": number; readonly "lon": number; readonly "name"?: string })[]; readonly "width": number | `$${string}`; readonly "per"?: string }
  readonly "climate": { readonly "calc": "wbgt" | "discomfort_index" | "dew_point" | "absolute_humidity" | "heat_index" | "vapour_pressure_deficit"; readonly "temperature": string; readonly "humidity": string; readonly "globe"?: string; readonly "sun"?: boolean | `$${string}` }
  readonly "convert": { readonly "fields": readonly ({ readonly "field": string; readonly "to": string; readonly "from"?: string; readonly "name"?: string })[] }
  readonly "curve": { readonly "field": string; readonly "points": readonly ({ readonly "x": number; readonly "y": number })[]; readonly "name": string; readonly "unit"?: string; readonly "outside"?: "clamp" | "extend" | "problem" | `$${string}` }
  readonly "gather": { readonly "fields"?: readonly (string)[]; readonly "count"?: number | `$${string}`; readonly "timeout": string | `$${string}`; readonly "per"?: string }
  readonly "lookup": { readonly "table": string; readonly "field": string; readonly "take"?: readonly (string)[] }
  readonly "parse_bytes": { readonly "field"?: string; readonly "encoding"?: "base64" | "hex"; readonly "order"?: "big" | "little"; readonly "layout": readonly ({ readonly "name": string; readonly "type": "u8" | "i8" | "u16" | "i16" | "u24" | "i24" | "u32" | "i32" | "u64" | "i64" | "f32" | "f64" | "bool" | "text" | "bcd"; readonly "at"?: number; readonly "length"?: number; readonly "bit"?: number; readonly "bits"?: number; readonly "scale"?: number | `$${string}`; readonly "offset"?: number | `$${string}`; readonly "unit"?: string })[] }
  readonly "parse_text": { readonly "field"?: string; readonly "pattern"?: string; readonly "columns"?: readonly ({ readonly "name": string; readonly "type"?: "number" | "integer" | "boolean" | "string" })[]; readonly "separator"?: string; readonly "strict"?: boolean | `$${string}` }
  readonly "power": { readonly "voltage": string; readonly "current": string; readonly "active"?: string; readonly "phases"?: 1 | 3 | `$${string}` }
  readonly "rename": { readonly "fields"?: readonly ({ readonly "from": string; readonly "to": string })[]; readonly "keep"?: readonly (string)[]; readonly "drop"?: readonly (string)[] }
  readonly "set_fields": { readonly "fields": readonly ({ readonly "name": string; readonly "expr": string })[] }
  readonly "split": { readonly "field": string; readonly "name"?: string; readonly "device"?: string }
  readonly "ai_prompt": { readonly "model"?: string; readonly "prompt": string; readonly "fields": readonly ({ readonly "name": string; readonly "type"?: "number" | "integer" | "boolean" | "string"; readonly "values"?: readonly (string)[]; readonly "min"?: number; readonly "max"?: number; readonly "description"?: string })[]; readonly "timeout"?: string | `$${string}` }
  readonly "ai_vision": { readonly "image": string; readonly "model"?: string; readonly "prompt": string; readonly "fields": readonly ({ readonly "name": string; readonly "type"?: "number" | "integer" | "boolean" | "string"; readonly "values"?: readonly (string)[]; readonly "min"?: number; readonly "max"?: number; readonly "description"?: string })[]; readonly "crop"?: { readonly "left"?: number; readonly "top"?: number; readonly "right"?: number; readonly "bottom"?: number }; readonly "confirm"?: { readonly "times": number; readonly "of": number }; readonly "timeout"?: string | `$${string}`; readonly "per"?: string }
  readonly "anomaly": { readonly "field": string; readonly "sensitivity"?: "low" | "normal" | "high" | `$${string}`; readonly "beyond"?: number | `$${string}`; readonly "side"?: "both" | "above" | "below" | `$${string}`; readonly "least"?: number | `$${string}`; readonly "season"?: "auto" | "none" | "day" | "week"; readonly "over"?: string | `$${string}`; readonly "warm_up"?: string | `$${string}`; readonly "accept"?: string | `$${string}`; readonly "for"?: string | `$${string}`; readonly "times"?: number | `$${string}`; readonly "of"?: number | `$${string}`; readonly "max_gap"?: string | `$${string}`; readonly "per"?: string }
  readonly "assign": { readonly "job": string; readonly "where"?: readonly (string)[]; readonly "job_where"?: readonly (string)[]; readonly "cost"?: string; readonly "table"?: string; readonly "row"?: string; readonly "most"?: number | `$${string}`; readonly "available"?: string; readonly "each"?: number | `$${string}`; readonly "capacity"?: string; readonly "demand"?: string; readonly "skills"?: string; readonly "needs"?: string; readonly "due"?: string; readonly "collect"?: string | `$${string}`; readonly "hold"?: string | `$${string}`; readonly "max_age"?: string | `$${string}`; readonly "timeout"?: string | `$${string}`; readonly "per"?: string }
  readonly "classify": { readonly "model"?: string; readonly "inputs"?: readonly ({ readonly "input": string; readonly "field": string })[]; readonly "image"?: string; readonly "score"?: number | `$${string}`; readonly "timeout"?: string | `$${string}` }
  readonly "detect": { readonly "image": string; readonly "model"?: string; readonly "classes"?: readonly (string)[]; readonly "score"?: number | `$${string}`; readonly "doubt"?: number | `$${string}`; readonly "zones"?: readonly ({ readonly "name": string; readonly "polygon": readonly ({ readonly "x": number; readonly "y": number })[] })[]; readonly "by"?: "foot" | "middle"; readonly "at_least"?: number | `$${string}`; readonly "confirm"?: { readonly "times": number; readonly "of": number }; readonly "timeout"?: string | `$${string}`; readonly "per"?: string }
  readonly "forecast": { readonly "field": string; readonly "above"?: number | `$${string}`; readonly "below"?: number | `$${string}`; readonly "within"?: string | `$${string}`; readonly "over"?: string; readonly "unit"?: "minutes" | "hours" | "days" | `$${string}`; readonly "shape"?: "auto" | "line" | "growth" | `$${string}`; readonly "season"?: "none" | "day" | "week" | `$${string}`; readonly "per"?: string }
  readonly "read_text": { readonly "image": string; readonly "pattern"?: "number" | "plate" | "date" | "any"; readonly "unit"?: string; readonly "decimals"?: number; readonly "crop"?: { readonly "left"?: number; readonly "top"?: number; readonly "right"?: number; readonly "bottom"?: number }; readonly "score"?: number | `$${string}`; readonly "confirm"?: { readonly "times": number; readonly "of": number }; readonly "timeout"?: string | `$${string}`; readonly "per"?: string }
  readonly "score": { readonly "model"?: string; readonly "inputs": readonly ({ readonly "input": string; readonly "field": string })[]; readonly "results": readonly ({ readonly "name": string; readonly "unit"?: string; readonly "output"?: string; readonly "min"?: number; readonly "max"?: number })[]; readonly "timeout"?: string | `$${string}` }
  readonly "spectrum": { readonly "field": string; readonly "rate": number | `$${string}`; readonly "unit"?: "m/s2" | "g" | "mm/s" | `$${string}`; readonly "bands"?: readonly ({ readonly "name": string; readonly "from": number; readonly "to": number })[]; readonly "machine"?: "none" | "large_rigid" | "large_flexible" | "medium_rigid" | "medium_flexible" | "small" | `$${string}` }
  readonly "tour": { readonly "stops": string; readonly "where"?: readonly (string)[]; readonly "start"?: readonly (string)[]; readonly "depot"?: { readonly "lat": number; readonly "lon": number }; readonly "end"?: "start" | "anywhere"; readonly "most"?: number | `$${string}`; readonly "capacity"?: number | `$${string}`; readonly "demand"?: string; readonly "window"?: string; readonly "stay"?: string | `$${string}`; readonly "speed"?: number | `$${string}`; readonly "timeout"?: string | `$${string}` }
  readonly "zones": { readonly "field"?: string; readonly "classes"?: readonly (string)[]; readonly "zones"?: readonly ({ readonly "name": string; readonly "polygon": readonly ({ readonly "x": number; readonly "y": number })[] })[]; readonly "lines"?: readonly ({ readonly "name": string; readonly "from": { readonly "x": number; readonly "y": number }; readonly "to": { readonly "x": number; readonly "y": number } })[]; readonly "by"?: "foot" | "middle"; readonly "dwell"?: string | `$${string}`; readonly "lost"?: string | `$${string}`; readonly "per"?: string }
  readonly "command": { readonly "device": string | { readonly "type": string; readonly "where"?: { readonly [name: string]: unknown } }; readonly "command": string; readonly "values"?: { readonly [name: string]: unknown }; readonly "ttl"?: string | `$${string}` }
  readonly "notify": { readonly "to": string; readonly "text": string; readonly "when_full"?: "block" | "drop_oldest" | "latest" }
  readonly "store": { readonly "fields": readonly (string)[] }
  readonly "webhook_out": { readonly "to": string; readonly "body"?: { readonly [name: string]: unknown } | readonly (unknown)[]; readonly "when_full"?: "block" | "drop_oldest" | "latest" }
}
