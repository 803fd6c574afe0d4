import { ArrowRight, CircleStop, Clock, MessageCircleQuestion, TriangleAlert, Zap } from 'lucide-react'
import { useState, type RefObject } from 'react'
import type { Json } from '../model/document'
import type { Deed, Hop, Told } from '../model/travel'
import { goToNode } from '../session/doing'
import { answerInstead } from '../session/trying'
import { useWords } from '../words'
import type { TryWords } from './tryWords'

const MOST_SHOWN = 60

/** What happened, visit by visit, in order. */
export function TryHops({ told, words, box }: { told: Told; words: TryWords; box: RefObject<HTMLElement | null> }) {
  const { t } = useWords()
  const left = told.hops.length - MOST_SHOWN
  return (
    <section ref={box} className="stack-tight" aria-label={t('try.happened')} aria-live="polite">
      <h3 className="small">{t('try.happened')}</h3>
      {told.hops.length === 0 ? <p className="small muted" data-testid="try-nothing">{t('try.nothing')}</p> : null}
      <ol className="plain try-hops" data-testid="try-hops">{told.hops.slice(0, MOST_SHOWN).map((hop, i) => <Visit key={i} hop={hop} words={words} />)}</ol>
      {left > 0 ? <p className="small muted">{t('try.more', { n: left })}</p> : null}
      {told.cut ? <p className="small warn" data-testid="try-cut">{t('try.cut')}</p> : null}
    </section>
  )
}

function Visit({ hop, words }: { hop: Hop; words: TryWords }) {
  const { t } = useWords()
  const came = hop.event !== null && (hop.way === 'event' || hop.way === 'passed_by' || hop.way === 'unread') ? words.sample(hop.event) : ''
  // What goes on as it came need not be read twice.
  const sent = hop.left.map((one) => ({ port: one.port, said: words.left(one, hop.way === 'event' || hop.way === 'answer' ? hop.event : null) })).filter((one) => one.said || words.many(hop.node))
  const why = words.why(hop)
  return (
    <li className="try-hop" data-testid={`try-hop-${hop.node}`} data-why={hop.why ?? undefined} data-way={hop.way}>
      <div className="row try-hop-head">
        <button type="button" className="link-button strong truncate" onClick={() => goToNode(hop.node)}>{words.node(hop.node)}</button>
        {hop.way === 'timer' || hop.way === 'answer' ? <span className="badge">{t(`way.${hop.way}`)}</span> : null}
        <span className="tiny faint number try-hop-at">{words.at(hop.now)}</span>
      </div>
      {came ? <p className="small try-line muted"><span className="hidden-text">{t('try.came')} </span>{came}</p> : null}
      {hop.weighed ? <p className="small try-line" data-testid="try-weighed">{words.weighed(hop.weighed, hop.event?.device ?? null)}</p> : null}
      {hop.troubles.length ? <p className="small try-line warn"><TriangleAlert size={14} aria-hidden />{words.trouble(hop)}</p> : null}
      {sent.map((one, i) => <p key={i} className="small try-line"><ArrowRight size={14} role="img" aria-label={t('try.left')} />{words.many(hop.node) ? <strong>{words.port(hop.node, one.port)}</strong> : null}{one.said ? <span>{one.said}</span> : null}</p>)}
      {hop.did.map((deed, i) => <Done key={i} deed={deed} words={words} />)}
      {why ? <p className="small try-line try-why">{hop.why === 'waiting' ? <Clock size={14} aria-hidden /> : <CircleStop size={14} aria-hidden />}{why}</p> : null}
      <Memory hop={hop} words={words} />
    </li>
  )
}

function Memory({ hop, words }: { hop: Hop; words: TryWords }) {
  const { t } = useWords()
  const all = words.remembered(hop)
  if (all.length === 0) return null
  const changed = all.filter((one) => one.changed)
  return (
    <details className="try-memory tiny" open={changed.length > 0} data-testid="try-memory">
      <summary className="muted">{t('try.memory')}</summary>
      <dl>
        {all.map((one) => (
          <div key={one.name} data-changed={one.changed || undefined}>
            <dt>{one.name}</dt>
            <dd>{one.changed ? <><del>{one.before}</del> <ArrowRight size={11} role="img" aria-label={t('deploy.becomes')} /> <ins>{one.after}</ins></> : one.after}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

function Done({ deed, words }: { deed: Deed; words: TryWords }) {
  const { t } = useWords()
  if (deed.ask) return <Asked deed={deed} words={words} />
  return <p className="small try-line try-deed" data-testid="try-deed"><Zap size={14} role="img" aria-label={t('try.would_do')} /><span>{words.deed(deed)}</span></p>
}

/** A question to the outside: what answered it here, and a way to answer it oneself. */
function Asked({ deed, words }: { deed: Deed; words: TryWords }) {
  const { t } = useWords()
  const value = deed.answer?.value ?? null
  const [text, setText] = useState<string | null>(null)
  const read = text === null ? undefined : parsed(text)
  return (
    <div className="try-asked small stack-tight" data-testid="try-asked">
      <p className="try-line"><MessageCircleQuestion size={14} aria-hidden /><span>{words.deed(deed)}</span></p>
      <p className="try-line"><span className={deed.answer?.stub ? 'badge badge-warn' : 'badge'}>{t(deed.answer?.stub ? 'try.stub' : 'try.typed')}</span><code className="truncate">{deed.answer?.error ?? JSON.stringify(value)}</code></p>
      {text === null ? <button type="button" className="link-button" onClick={() => setText(JSON.stringify(value, null, 1))}>{t('try.answer_instead')}</button> : (
        <form className="stack-tight" onSubmit={(event) => { event.preventDefault(); if (read !== undefined) { setText(null); void answerInstead(deed.node, read) } }}>
          <textarea className="mono" data-own-undo rows={3} value={text} aria-label={t('try.answer_instead')} aria-invalid={read === undefined || undefined} onChange={(event) => setText(event.target.value)} data-testid="try-answer" />
          <div className="row"><button type="submit" className="btn btn-small" disabled={read === undefined} data-testid="try-answer-send">{t('try.answer')}</button></div>
        </form>
      )}
    </div>
  )
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
