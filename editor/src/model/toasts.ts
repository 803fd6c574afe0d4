// Short messages: few at a time, equal ones as one.

export interface Toast {
  readonly id: number
  readonly text: string
  readonly bad: boolean
  /** How often it was said. */
  readonly count: number
}

export const MOST_TOASTS = 2

/** One more; what was said already is counted instead. Of too many the oldest goes, one that tells of trouble last. */
export function withToast(toasts: readonly Toast[], id: number, text: string, bad: boolean): readonly Toast[] {
  const same = toasts.find((toast) => toast.text === text && toast.bad === bad)
  const next = [...toasts.filter((toast) => toast !== same), { id, text, bad, count: (same?.count ?? 0) + 1 }]
  while (next.length > MOST_TOASTS) next.splice(Math.max(0, next.slice(0, -1).findIndex((toast) => !toast.bad)), 1)
  return next
}
