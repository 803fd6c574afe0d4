import { shownChord } from '../model/chords'
import { ACTIONS, SECTIONS, type Section } from '../session/actions'
import { MAC } from '../session/mac'
import { useUi } from '../session/ui'
import { useWords, type Key } from '../words'
import { Dialog } from './Dialog'

type KeyRow = readonly [keys: readonly string[], label: Key]

/** Keys that are no single command. */
const MORE_KEYS: readonly KeyRow[] = [[['Tab'], 'keys.tab'], [['Shift ⇱'], 'keys.box']]

function rowsOf(section: Section): KeyRow[] {
  const rows = ACTIONS.filter((action) => action.section === section && action.keys.length > 0).map((action): KeyRow => {
    const shown = action.keys.map((chord) => shownChord(chord, MAC))
    // Four arrow keys are one thing.
    return [shown.length > 2 ? [shown.map((key, i) => (i ? key.at(-1) : key)).join(' ')] : shown, action.label]
  })
  return section === 'edit' ? [...rows, ...MORE_KEYS] : rows
}

/** Every command with its keys, by what it is about. */
export function KeysDialog() {
  const { t } = useWords()
  return (
    <Dialog title={t('keys.title')} wide testId="keys-dialog">
      <p className="small muted">{t('keys.about', { keys: shownChord('Mod+k', MAC) })}</p>
      <div className="key-sections">
        {SECTIONS.map((section) => (
          <section key={section}>
            <h3 className="small">{t(`section.${section}`)}</h3>
            <dl className="keys">
              {rowsOf(section).map(([keys, label]) => <div key={label}><dt>{t(label)}</dt><dd>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dd></div>)}
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
  const said = useUi((ui) => ui.said)
  return (
    <div className="toasts" role="status" aria-live="polite">
      <span className="hidden-text" data-testid="said">{said}</span>
      {toasts.map((toast) => (
        <div key={toast.id} className={toast.bad ? 'toast toast-bad' : 'toast'} data-testid="toast"><span className="grow">{toast.text}</span>{toast.count > 1 ? <span className="number">×{toast.count}</span> : null}<button type="button" className="btn" aria-label={t('dialog.close')} onClick={() => dismiss(toast.id)}>×</button></div>
      ))}
    </div>
  )
}
