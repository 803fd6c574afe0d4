// Written by `npm run generate` from catalog.json. Do not change by hand.

export type KindId =
  | "devices"
  | "mqtt_in"
  | "schedule"
  | "webhook_in"
  | "changed"
  | "condition"
  | "cooldown"
  | "threshold"
  | "set_fields"
  | "window"
  | "ai_prompt"
  | "command"
  | "notify"
  | "store"
  | "webhook_out"

export interface ParamsOf {
  readonly "devices": { readonly "type": string; readonly "only"?: readonly (string)[]; readonly "where"?: { readonly [name: string]: unknown }; readonly "max_age"?: string }
  readonly "mqtt_in": { readonly "topic": string; readonly "format"?: "json" | "text" | "number" | "bytes" }
  readonly "schedule": { readonly "every"?: string | `$${string}`; readonly "cron"?: string }
  readonly "webhook_in": { readonly [name: string]: unknown }
  readonly "changed": { readonly "fields": readonly (string)[]; readonly "first"?: boolean | `$${string}`; readonly "per"?: string }
  readonly "condition": { readonly "expr": string }
  readonly "cooldown": { readonly "for": string | `$${string}`; readonly "per"?: string }
  readonly "threshold": { readonly "field": string; readonly "above"?: number | `$${string}`; readonly "at_least"?: number | `$${string}`; readonly "below"?: number | `$${string}`; readonly "at_most"?: number | `$${string}`; readonly "between"?: readonly [number | `$${string}`, number | `$${string}`]; readonly "outside"?: readonly [number | `$${string}`, number | `$${string}`]; readonly "margin"?: number | `$${string}`; readonly "for"?: string | `$${string}`; readonly "per"?: string }
  readonly "set_fields": { readonly "fields": readonly ({ readonly "name": string; readonly "expr": string })[] }
  readonly "window": { readonly "field": string; readonly "calc": "average" | "min" | "max" | "sum" | "count"; readonly "over": string | `$${string}`; readonly "mode"?: "sliding" | "tumbling"; readonly "per"?: string }
  readonly "ai_prompt": { readonly "model"?: string; readonly "prompt": string; readonly "fields": readonly ({ readonly "name": string; readonly "type"?: "number" | "integer" | "boolean" | "string"; readonly "values"?: readonly (string)[]; readonly "min"?: number; readonly "max"?: number; readonly "description"?: string })[]; readonly "timeout"?: string | `$${string}` }
  readonly "command": { readonly "device": string | { readonly "type": string; readonly "where"?: { readonly [name: string]: unknown } }; readonly "command": string; readonly "values"?: { readonly [name: string]: unknown }; readonly "ttl"?: string | `$${string}` }
  readonly "notify": { readonly "to": string; readonly "text": string }
  readonly "store": { readonly "fields": readonly (string)[] }
  readonly "webhook_out": { readonly "to": string; readonly "body"?: { readonly [name: string]: unknown } | readonly (unknown)[] }
}
