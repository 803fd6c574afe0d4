// Written by `npm run generate` from catalog.json. Do not change by hand.

export type KindId =
  | "threshold"
  | "set_fields"
  | "window"
  | "ai_prompt"
  | "command"
  | "notify"
  | "store"
  | "webhook_out"

export interface ParamsOf {
  readonly "threshold": { readonly "field": string; readonly "above"?: number | `$${string}`; readonly "at_least"?: number | `$${string}`; readonly "below"?: number | `$${string}`; readonly "at_most"?: number | `$${string}`; readonly "between"?: readonly [number | `$${string}`, number | `$${string}`]; readonly "outside"?: readonly [number | `$${string}`, number | `$${string}`]; readonly "margin"?: number | `$${string}`; readonly "for"?: string | `$${string}`; readonly "per"?: string }
  readonly "set_fields": { readonly "fields": readonly ({ readonly "name": string; readonly "expr": string })[] }
  readonly "window": { readonly "field": string; readonly "calc": "average" | "min" | "max" | "sum" | "count"; readonly "over": string | `$${string}`; readonly "mode"?: "sliding" | "tumbling"; readonly "per"?: string }
  readonly "ai_prompt": { readonly "model"?: string; readonly "prompt": string; readonly "fields": readonly ({ readonly "name": string; readonly "type"?: "number" | "integer" | "boolean" | "string"; readonly "values"?: readonly (string)[]; readonly "min"?: number; readonly "max"?: number; readonly "description"?: string })[]; readonly "timeout"?: string | `$${string}` }
  readonly "command": { readonly "device": string | { readonly "type": string; readonly "where"?: { readonly [name: string]: unknown } }; readonly "command": string; readonly "values"?: { readonly [name: string]: unknown }; readonly "ttl"?: string | `$${string}` }
  readonly "notify": { readonly "to": string; readonly "text": string }
  readonly "store": { readonly "fields": readonly (string)[] }
  readonly "webhook_out": { readonly "to": string; readonly "body"?: { readonly [name: string]: unknown } }
}
