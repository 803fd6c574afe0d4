// What a dashboard has heard: the last value of every device and field, the numbers of the last hour, where keys stand.

export const HOUR = 3_600_000
const LEAST_STALE = 60_000
const OFTEN = 5
/** A value is old when it is older than a minute and than five times what its device usually takes. */

export class Readings {
  constructor(board) {
    this.skew = board.now - Date.now()
    this.values = new Map()
    this.points = new Map()
    this.standings = new Map()
    this.since = new Map()
    /** By wire, the devices that were heard on it. */
    this.heard = new Map()
    this.expect(board.tiles)
    this.begin(board)
  }

  /** The tiles of the flow as it is now; what was heard stays. */
  expect(tiles) {
    this.named = new Map()
    this.outputs = new Map()
    for (const tile of tiles) {
      for (const [id, name] of tile.devices) this.named.set(id, name)
      if (tile.output) this.outputs.set(tile.output, [...(this.outputs.get(tile.output) ?? []), tile])
    }
  }

  now() { return Date.now() + this.skew }

  name(device) { return this.named.get(device) ?? device }

  begin(board) {
    this.skew = board.now - Date.now()
    for (const [device, fields] of Object.entries(board.history)) {
      for (const [field, points] of Object.entries(fields)) this.points.set(`${device}\n${field}`, points.map(([t, v]) => [t, v]))
    }
    this.devices(board.values)
  }

  /** Last values by device, as the workers of the workspace see them. */
  devices(devices) {
    for (const [device, entry] of Object.entries(devices)) if (this.named.has(device)) this.take(device, entry.time, entry.data ?? {})
  }

  /** What flows along the wires, and in which state the keys of nodes are. */
  taps(edges, nodes) {
    for (const [output, edge] of Object.entries(edges ?? {})) {
      this.heard.set(output, (this.heard.get(output) ?? new Set()).add(edge.device ?? ''))
      for (const tile of this.outputs.get(output) ?? []) {
        const value = edge.data?.[tile.field]
        const key = tile.kind === 'figure' ? `${output}\n${tile.field}` : tile.field
        if (value !== undefined) this.take(edge.device ?? '', edge.time, { [key]: value })
      }
    }
    for (const [node, told] of Object.entries(nodes ?? {})) if (told.standings) this.stand(node, told.standings)
  }

  take(device, time, data) {
    if (typeof time !== 'number') return
    for (const [field, value] of Object.entries(data)) {
      const key = `${device}\n${field}`
      const before = this.values.get(key)
      if (before && before.time >= time) continue
      const gap = before ? time - before.time : 0
      const usual = before?.usual ? 0.8 * before.usual + 0.2 * gap : gap
      this.values.set(key, { time, value, usual })
      if (typeof value === 'number') this.keep(key, time, value)
    }
  }

  keep(key, time, value) {
    const points = this.points.get(key) ?? []
    const oldest = this.now() - HOUR
    if (points.length > 0 && time <= points.at(-1)[0]) return
    points.push([time, value])
    while (points.length > 0 && points[0][0] < oldest) points.shift()
    this.points.set(key, points)
  }

  stand(node, standings) {
    const words = new Map()
    for (const { word, keys, since } of standings) {
      for (const [place, key] of keys.entries()) {
        words.set(key, word)
        this.since.set(`${node}\n${key}`, since?.[place] ?? null)
      }
    }
    this.standings.set(node, { words, counts: standings.map(({ word, count }) => ({ word, count })) })
  }

  /** Forget what a worker that has gone said of states: nobody knows whether it still holds. */
  lost() { this.standings.clear() }

  /** Every device of a tile: those it expects, then others that were heard. */
  devicesOf(tile) {
    const ids = tile.devices.map(([id]) => id)
    for (const device of this.heard.get(tile.output) ?? []) if (!ids.includes(device) && (tile.devices.length === 0 || device !== '')) ids.push(device)
    return ids
  }

  last(device, tile) { return this.values.get(`${device}\n${fieldOf(tile)}`) ?? null }

  line(device, tile) { return this.points.get(`${device}\n${fieldOf(tile)}`) ?? [] }

  stale(reading) { return this.now() - reading.time > Math.max(LEAST_STALE, OFTEN * reading.usual) }
}

function fieldOf(tile) {
  return tile.kind === 'figure' ? `${tile.output}\n${tile.field}` : tile.field
}
