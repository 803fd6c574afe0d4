import { settle } from '../session/saving'
import { useUi } from '../session/ui'
import { useWords, type Key } from '../words'
import { Dialog } from './Dialog'

export function ConflictDialog() {
  const { t } = useWords()
  const choose = (choice: 'mine' | 'theirs') => {
    useUi.getState().set({ dialog: null })
    void settle(choice)
  }
  const foot = (
    <>
      <button type="button" className="btn" onClick={() => choose('theirs')} data-testid="conflict-theirs">{t('conflict.theirs')}</button>
      <button type="button" className="btn btn-primary" onClick={() => choose('mine')} data-testid="conflict-mine">{t('conflict.mine')}</button>
    </>
  )
  return <Dialog title={t('conflict.title')} foot={foot} testId="conflict-dialog"><p>{t('conflict.text')}</p></Dialog>
}

const KEYS: readonly (readonly [string, Key])[] = [
  ['Ctrl Z', 'do.undo'], ['Ctrl Shift Z / Ctrl Y', 'do.redo'], ['Ctrl C / X / V', 'keys.clipboard'], ['Ctrl D', 'do.duplicate'], ['Ctrl A', 'keys.all'],
  ['Delete', 'do.delete'], ['← ↑ → ↓', 'keys.nudge'], ['Shift ← ↑ → ↓', 'keys.nudge_far'], ['Tab', 'keys.tab'], ['Enter', 'keys.enter'], ['Shift ⇱', 'keys.box'],
  ['F', 'view.fit'], ['L', 'do.arrange'], ['+ / −', 'keys.zoom'], ['/', 'palette.search'], ['P', 'prompt.label'], ['Ctrl S', 'keys.save'], ['Ctrl Enter', 'deploy.deploy'], ['Esc', 'keys.escape'], ['?', 'keys.title'],
]

export function KeysDialog() {
  const { t } = useWords()
  return (
    <Dialog title={t('keys.title')} wide testId="keys-dialog">
      <dl className="keys">{KEYS.map(([keys, what]) => <div key={keys}><dt><kbd>{keys}</kbd></dt><dd>{t(what)}</dd></div>)}</dl>
    </Dialog>
  )
}

export function Toasts() {
  const { t } = useWords()
  const toasts = useUi((ui) => ui.toasts)
  const dismiss = useUi((ui) => ui.dismiss)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={toast.bad ? 'toast toast-bad' : 'toast'} data-testid="toast"><span className="grow">{toast.text}</span><button type="button" className="btn" aria-label={t('dialog.close')} onClick={() => dismiss(toast.id)}>×</button></div>
      ))}
    </div>
  )
}
