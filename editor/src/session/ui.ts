// What the person sees of the editor itself: language, theme, panels, dialogs, toasts.
import { create } from 'zustand'
import type { Lang } from '../model/catalog'
import { withToast, type Toast } from '../model/toasts'

export type Theme = 'light' | 'dark' | 'auto'
export type Tab = 'conversation' | 'node' | 'settings' | 'problems' | 'try'
export type Dialog = 'deploy' | 'import' | 'export' | 'keys' | 'commands' | 'find' | 'conflict' | 'versions' | null

interface Ui {
  lang: Lang
  theme: Theme
  tab: Tab
  palette: boolean
  panel: boolean
  sheet: 'low' | 'half' | 'full'
  dialog: Dialog
  toasts: readonly Toast[]
  /** What was done last, for screen readers. */
  said: string
  set(part: Partial<Pick<Ui, 'lang' | 'theme' | 'tab' | 'palette' | 'panel' | 'sheet' | 'dialog'>>): void
  toast(text: string, bad?: boolean): void
  dismiss(id: number): void
}

let lastToast = 0

export const useUi = create<Ui>()((set, get) => ({
  lang: 'en',
  theme: 'auto',
  tab: 'conversation',
  palette: true,
  panel: true,
  sheet: 'half',
  dialog: null,
  toasts: [],
  said: '',
  set: (part) => set(part),
  toast: (text, bad = false) => {
    const id = (lastToast += 1)
    set({ toasts: withToast(get().toasts, id, text, bad) })
    setTimeout(() => get().dismiss(id), bad ? 9000 : 5000)
  },
  dismiss: (id) => set({ toasts: get().toasts.filter((toast) => toast.id !== id) }),
}))
