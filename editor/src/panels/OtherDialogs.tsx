import { shownChord } from '../model/chords'
import { ACTIONS, SECTIONS, type Section } from '../session/actions'
import { MAC } from '../session/mac'
import { useUi } from '../session/ui'
import { useWords, type Key } from '../words'
import { Dialog } from './Dialog'

/** The keys that are no single command. */
const MORE_KEYS: readonly (readonly [string, Key])[] = [['Tab', 'keys.tab'], ['Shift ⇱', 'keys.box']]

/** Every command with its keys, by what it is about. */
export function KeysDialog() {
  const { t } = useWords()
  const rows = (section: Section) => ACTIONS.filter((action) => action.section === section && action.keys.length > 0).map((action) => [action.keys.slice(0, action.id.startsWith('nudge') ? 4 : 2), action.label] as const)
  return (
    <Dialog title={t('keys.title')} wide testId="keys-dialog">
      <p className="small muted">{t('keys.about', { keys: shownChord('Mod+k', MAC) })}</p>
      <div className="key-sections">
        {SECTIONS.map((section) => (
          <section key={section}>
            <h3 className="small">{t(`section.${section}`)}</h3>
            <dl className="keys">
              {rows(section).map(([keys, label]) => <div key={label}><dt>{t(label)}</dt><dd>{keys.map((chord) => <kbd key={chord}>{shownChord(chord, MAC)}</kbd>)}</dd></div>)}
              {section === 'edit' ? MORE_KEYS.map(([keys, label]) => <div key={label}><dt>{t(label)}</dt><dd><kbd>{keys}</kbd></dd></div>) : null}
            </dl>
          </section>
        ))}
      </div>
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
