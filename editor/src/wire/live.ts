// The live socket: dials, dials again with jitter after a break, and tells its owner to resync each time it is back.

export type Frame = { readonly t: string; readonly [key: string]: unknown }

export interface LiveOwner {
  frame(frame: Frame): void
  /** Called at every (re)connection; what came before it, since the page was read, must be fetched. */
  connected(again: boolean): void
  lost(): void
}

const FIRST_WAIT_MS = 400
const LONGEST_WAIT_MS = 15_000
/** A line that stood this long was a good one; the next break begins with short waits again. */
const GOOD_LINE_MS = 5_000

export class LiveSocket {
  private socket: WebSocket | null = null
  private tries = 0
  private everOpen = false
  private timer: ReturnType<typeof setTimeout> | null = null
  private closed = false
  private readonly open = new Set<string>()

  constructor(
    private readonly url: string,
    private readonly owner: LiveOwner,
  ) {}

  start(): void {
    this.closed = false
    this.dial()
  }

  stop(): void {
    this.closed = true
    if (this.timer) clearTimeout(this.timer)
    this.socket?.close()
  }

  /** Ask for the taps of a flow, now and after every reconnection. */
  watch(flow: string): void {
    this.open.add(flow)
    this.send({ t: 'open', flow })
  }

  private send(frame: Frame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame))
  }

  private dial(): void {
    const socket = new WebSocket(this.url)
    let opened = Number.POSITIVE_INFINITY
    this.socket = socket
    socket.onopen = () => {
      opened = Date.now()
      for (const flow of this.open) this.send({ t: 'open', flow })
      this.owner.connected(this.everOpen)
      this.everOpen = true
    }
    socket.onmessage = (event) => {
      const frame = parsed(event.data)
      if (frame) this.owner.frame(frame)
    }
    socket.onclose = () => {
      if (this.closed || this.socket !== socket) return
      if (Date.now() - opened > GOOD_LINE_MS) this.tries = 0
      this.owner.lost()
      this.again()
    }
  }

  private again(): void {
    const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.tries)
    this.tries += 1
    this.timer = setTimeout(() => this.dial(), ceiling / 2 + (Math.random() * ceiling) / 2)
  }
}

function parsed(data: unknown): Frame | null {
  try {
    const value = JSON.parse(String(data)) as Frame
    return value && typeof value.t === 'string' ? value : null
  } catch {
    return null
  }
}
