// One door to the server: JSON in and out, the session's cookie, the CSRF token, and failures as values with words.

export class HttpFailure extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`HTTP ${status}`)
  }

  /** What the server says about it, when it says something readable. */
  get detail(): string {
    const body = this.body as { message?: unknown; detail?: unknown } | null
    const text = body?.message ?? body?.detail
    return typeof text === 'string' ? text : ''
  }
}

let csrf = ''

let leaving = false
/** Characters: of all that goes on without its page, a browser takes 64 KiB. */
const LONGEST_ON_ITS_OWN = 20_000

/** Before the first call that changes something. What is asked on the way out goes on when the page is gone. */
export function opens(token: string): void {
  csrf = token
  window.addEventListener('pagehide', () => { leaving = true }, { capture: true })
  window.addEventListener('pageshow', () => { leaving = false })
}

export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') headers['X-CSRFToken'] = csrf
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const written = body === undefined ? null : JSON.stringify(body)
  let response: Response
  try {
    response = await fetch(path, {
      method, headers, credentials: 'same-origin', keepalive: leaving && (written ?? '').length < LONGEST_ON_ITS_OWN,
      ...(written === null ? {} : { body: written }), ...(signal ? { signal } : {}),
    })
  } catch (failure) {
    if (signal?.aborted) throw failure
    throw new HttpFailure(0, null)
  }
  const text = await response.text()
  const value: unknown = text ? parsed(text) : null
  if (!response.ok) throw new HttpFailure(response.status, value)
  return value as T
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
