// The story in steps, with what the presenter says: beside the show, or in a window of its own.
import { ChevronLeft, ChevronRight, ExternalLink, X } from 'lucide-react'
import { spoken } from '../model/catalog'
import { useShow } from '../show/state'
import { useWords } from '../words'
import { goOn, notesWindow, tell } from './acts'
import { Controls } from './Controls'
import { Over } from './Presenter'
import { useDemo } from './state'
import { Clock } from './Top'

export function Notes({ alone = false }: { alone?: boolean }) {
  const { t, lang } = useWords()
  const told = useDemo((demo) => demo.told)!
  const step = useShow((show) => show.seen.step)
  const here = step === null ? null : told.steps[step]
  return (
    <section className="notes-panel" aria-label={t('demo.notes')} data-testid="notes">
      <div className="notes-head">
        <h2>{t('demo.notes')}</h2>
        {alone ? null : (
          <>
            <button type="button" className="btn btn-quiet btn-icon btn-small" onClick={notesWindow} aria-label={t('demo.notes_window')} title={t('demo.notes_window')}><ExternalLink aria-hidden /></button>
            <button type="button" className="btn btn-quiet btn-icon btn-small" onClick={() => useDemo.setState({ notes: false })} aria-label={t('demo.notes_close')} title={t('demo.notes_close')}><X aria-hidden /></button>
          </>
        )}
      </div>
      <div className="notes-now">
        {here ? <><h3>{spoken(here.title, lang, '')}</h3><p className="notes-text" data-testid="notes-text">{spoken(here.notes, lang, '')}</p></> : <p className="muted">{t('demo.before_story')}</p>}
      </div>
      <div className="notes-go">
        <button type="button" className="btn" onClick={() => goOn(-1)} disabled={step === null}><ChevronLeft aria-hidden />{t('demo.step_back')}</button>
        <button type="button" className="btn btn-primary" onClick={() => goOn(1)} disabled={step === told.steps.length - 1} data-testid="step-on">{t('demo.step_on')}<ChevronRight aria-hidden /></button>
      </div>
      <ol className="plain notes-steps">
        {told.steps.map((one, i) => (
          <li key={i}><button type="button" aria-current={i === step ? 'step' : undefined} onClick={() => tell(i)}><span className="number">{i + 1}</span>{spoken(one.title, lang, '')}{one.switch ? <kbd>{one.switch}</kbd> : null}</button></li>
        ))}
      </ol>
    </section>
  )
}

export function NotesWindow() {
  const { t, lang } = useWords()
  const told = useDemo((demo) => demo.told)
  if (useDemo((demo) => demo.over)) return <Over />
  if (!told) return <div className="editor-wait" role="status"><span className="spinner" aria-hidden />{t('demo.opening')}</div>
  return (
    <main className="notes-window">
      <div className="notes-top"><h1 className="truncate">{spoken(told.title, lang, told.name)}</h1><Clock /></div>
      <Notes alone />
      <Controls />
    </main>
  )
}
