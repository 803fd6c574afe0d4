// The sentence that the flow was made from: typed live, or by itself, and what came of it.
import { Check, CornerDownLeft, PenLine, TriangleAlert, WandSparkles } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useWords } from '../words'
import { build, finished, stopTyping, typeItself } from './acts'
import { edit } from './keys'
import { useDemo } from './state'

export function Sentence() {
  const { t, lang } = useWords()
  const told = useDemo((demo) => demo.told)!
  const typed = useDemo((demo) => demo.playing.typed)
  const text = useDemo((demo) => demo.text)
  const said = typed?.prompt ?? told.prompt[lang]
  return (
    <section className="sentence" aria-label={t('demo.sentence')} data-long={longOf(text ?? said)} data-state={text !== null ? 'typing' : (typed?.state ?? 'finished')}>
      {text !== null ? <Typing text={text} /> : (
        <div className="sentence-row">
          <p className="sentence-text" lang={typed?.lang ?? lang} data-testid="sentence">{said}</p>
          <div className="sentence-do">
            <button type="button" className="btn btn-primary" onClick={typeItself} disabled={typed?.state === 'writing'} aria-keyshortcuts="T" data-testid="type-it"><WandSparkles aria-hidden />{t('demo.type_it')}</button>
            <button type="button" className="btn btn-icon" onClick={edit} aria-label={t('demo.edit')} title={`${t('demo.edit')} (E)`} aria-keyshortcuts="E" data-testid="edit-sentence"><PenLine aria-hidden /></button>
          </div>
        </div>
      )}
      <State />
    </section>
  )
}

/** Long sentences are written smaller: the flow needs its place. A Japanese letter is as wide as two. */
function longOf(text: string): 'short' | 'long' | 'longer' {
  const width = [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? 2 : 1), 0)
  return width > 330 ? 'longer' : width > 180 ? 'long' : 'short'
}

function Typing({ text }: { text: string }) {
  const { t, lang } = useWords()
  const ghost = useDemo((demo) => demo.ghost)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => { if (!ghost) box.current?.focus() }, [ghost])
  const enter = (event: React.KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    build(text)
  }
  if (ghost) return <p className="sentence-text sentence-ghost" lang={lang} data-testid="typing" aria-hidden>{text}<span className="caret" /></p>
  return (
    <div className="sentence-row">
      <textarea ref={box} className="sentence-text" lang={lang} rows={2} value={text} maxLength={2000} aria-label={t('demo.sentence')} onChange={(event) => useDemo.setState({ text: event.target.value })} onKeyDown={enter} data-testid="sentence-box" />
      <div className="sentence-do">
        <button type="button" className="btn btn-primary" onClick={() => build(text)} disabled={!text.trim()} data-testid="build-sentence"><CornerDownLeft aria-hidden />{t('demo.build')}</button>
        <button type="button" className="btn" onClick={() => { stopTyping(); useDemo.setState({ text: null }) }}>{t('demo.cancel')}</button>
      </div>
    </div>
  )
}

/** Which flow plays, and why. */
function State() {
  const { t } = useWords()
  const typed = useDemo((demo) => demo.playing.typed)
  if (!typed) return null
  if (typed.state === 'writing') return <p className="sentence-state" role="status"><span className="spinner" aria-hidden />{t('demo.writing')}</p>
  const refused = typed.state === 'refused'
  return (
    <div className={`sentence-state ${refused ? 'warn' : 'good'}`} role="status" data-testid="sentence-state">
      {refused ? <TriangleAlert size={18} aria-hidden /> : <Check size={18} aria-hidden />}
      <span className="grow">{refused ? t('demo.refused') : t('demo.plays_typed')}{typed.problems[0] ? <span className="sentence-problem"> {typed.problems[0]}</span> : null}</span>
      {refused ? null : <button type="button" className="link-button" onClick={() => void finished()}>{t('demo.back_to_finished')}</button>}
    </div>
  )
}
