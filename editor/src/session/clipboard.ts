// The clipboard for menus. Keys go through the browser's own copy and paste events (session/keys.ts), which need no permission.
const KEPT = 'suiro.clipboard'

export async function putOnClipboard(text: string): Promise<void> {
  localStorage.setItem(KEPT, text)
  await navigator.clipboard?.writeText(text).catch(() => undefined)
}

/** What was copied last, in this or another tab. */
export async function fromClipboard(): Promise<string> {
  const text = await navigator.clipboard?.readText().catch(() => '')
  return text || (localStorage.getItem(KEPT) ?? '')
}
