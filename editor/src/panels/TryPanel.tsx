import { FastForward, FlaskConical, RotateCcw, Send, SkipForward, Undo2 } from 'lucide-react'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { deviceLabel, typesReaching } from '../model/registry'
import { nodeById, type FlowDocument } from '../model/document'
import { readDuration, parseDuration, formatDuration, spokenDuration } from '../model/duration'
import { namesOf } from '../model/naming'
import { place } from '../model/problems'
import { MOST_STEPS, startAgain, stepBack, takeStep, useTrying } from '../session/trying'
import { selectOnly, useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { useUi } from '../session/ui'
import { localeOf, useWords } from '../words'
import { ProblemLines } from './ProblemLines'
import { TryEvent } from './TryEvent'
import { TryHops } from './TryHops'
import './try.css'
import { useTryWords } from './tryWords'

/** Send an event into any node of the draft and watch what comes of it; nothing is carried out. */
export function TryPanel() {
  const { t, lang } = useWords()
  const { catalog } = useKnown()
  const document = useFlow((flow) => flow.history.document)
  const names = namesOf(document, catalog, lang)
  const { steps, told, problems, failed } = useTrying()
  if (document.nodes.length === 0) return <div className="empty"><FlaskConical aria-hidden /><p>{t('try.empty')}</p></div>
  return (
    <div className="panel-pad stack try" data-testid="try">
      <p className="small muted">{t('try.about')}</p>
      <Target document={document} />
      {problems.length ? <div className="stack-tight" data-testid="try-problems"><p className="small">{told ? t('try.left_out', { nodes: told.left_out.map((id) => names.get(id) ?? id).join(lang === 'ja' ? '、' : ', ') }) : t('try.problems')}</p><ProblemLines problems={place(problems, document)} /></div> : null}
      {failed ? <div className="callout callout-bad small" role="alert">{failed}</div> : null}
      {told && steps.length ? <Outcome /> : null}
    </div>
  )
}

/** The node that gets the event: the one that is chosen on the canvas. */
function Target({ document }: { document: FlowDocument }) {
  const { t, lang } = useWords()
  const { catalog, registry } = useKnown()
  const chosen = useFlow((flow) => flow.selection.nodes)
  const [picked, setPicked] = useState('')
  const [first] = chosen
  useEffect(() => { if (first !== undefined) setPicked(first) }, [first])
  const id = nodeById(document, picked) ? picked : (first ?? document.nodes[0]!.id)
  const names = namesOf(document, catalog, lang)
  const box = useId()
  const devices = registry.devices.filter((device) => typesReaching(document, catalog, registry, id).includes(device.type)).map((device) => ({ id: device.id, label: deviceLabel(registry, device.id, lang) }))
  return (
    <section className="stack-tight try-form" aria-label={t('try.title')}>
      <div className="field">
        <label htmlFor={box}>{t('try.into')}</label>
        <select id={box} value={id} data-testid="try-node" onChange={(event) => { setPicked(event.target.value); selectOnly(event.target.value) }}>
          {document.nodes.map((node) => <option key={node.id} value={node.id}>{names.get(node.id)}</option>)}
        </select>
      </div>
      <TryEvent key={id} document={document} id={id} devices={devices} />
    </section>
  )
}

function Outcome() {
  const { t } = useWords()
  const { told, steps, start, busy } = useTrying()
  const words = useTryWords(start)
  const box = useRef<HTMLElement>(null)
  // What came of it stands below the form: on a small screen one would not see it.
  useEffect(() => { void box.current?.scrollIntoView({ block: 'nearest' }) }, [told])
  if (!told) return null
  const next = told.pending[0]
  return (
    <>
      <section className="stack-tight" aria-label={t('try.steps')}>
        <div className="row try-head">
          <h3 className="small grow">{t('try.steps')}</h3>
          <button type="button" className="btn btn-small btn-quiet" onClick={stepBack} data-testid="try-back"><Undo2 aria-hidden />{t('try.back')}</button>
          <button type="button" className="btn btn-small btn-quiet" onClick={startAgain} data-testid="try-again"><RotateCcw aria-hidden />{t('try.again')}</button>
        </div>
        <ol className="try-steps small" data-testid="try-steps">{steps.map((step, i) => <li key={i} aria-current={i === steps.length - 1 ? 'step' : undefined}>{words.step(step)}</li>)}</ol>
        <p className="small muted number" data-testid="try-now">{t('try.now', { at: words.at(told.now), clock: new Date(told.now).toLocaleTimeString(localeOf(words.lang)) })}{busy ? <span className="spinner" aria-hidden /> : null}</p>
      </section>
      <TryHops told={told} words={words} box={box} />
      <section className="stack-tight" aria-label={t('try.pending')}>
        <h3 className="small">{t('try.pending')}</h3>
        {told.pending.length ? (
          <ul className="plain small try-pending" data-testid="try-pending">
            {told.pending.map((one, i) => <li key={i}>{t('try.would', { node: words.node(one.node), at: words.at(one.at) })}{one.key ? <span className="muted"> · {words.device(one.key)}</span> : null}</li>)}
          </ul>
        ) : <p className="small muted">{t('try.none_pending')}</p>}
        <Pass next={next ? next.at - told.now : null} full={steps.length >= MOST_STEPS} />
      </section>
    </>
  )
}

/** Let the time pass: to the next timer, or for a while. */
function Pass({ next, full }: { next: number | null; full: boolean }) {
  const { t, lang } = useWords()
  const [text, setText] = useState('')
  const wait = parseDuration(readDuration(text) ?? '')
  const box = useId()
  return (
    <div className="row try-pass">
      <Step icon={<SkipForward aria-hidden />} off={next === null || full} testId="try-next" onClick={() => void takeStep({})}>
        {next === null ? t('try.to_next') : t('try.to_next_in', { in: spokenDuration(formatDuration(Math.max(0, next)), lang) })}
      </Step>
      <form className="row" onSubmit={(event) => { event.preventDefault(); if (wait !== null && wait > 0 && !full) void takeStep({ wait }) }}>
        <label className="hidden-text" htmlFor={box}>{t('try.pass')}</label>
        <input id={box} data-own-undo className="input-small try-wait" value={text} placeholder={t('try.pass_example')} aria-invalid={text !== '' && wait === null ? true : undefined} onChange={(event) => setText(event.target.value)} data-testid="try-wait" />
        <Step icon={<FastForward aria-hidden />} off={wait === null || wait <= 0 || full} testId="try-pass" submit>{t('try.pass')}</Step>
      </form>
    </div>
  )
}

function Step({ icon, off, testId, submit, onClick, children }: { icon: ReactNode; off: boolean; testId: string; submit?: boolean; onClick?: () => void; children: ReactNode }) {
  return <button type={submit ? 'submit' : 'button'} className="btn btn-small" disabled={off} onClick={onClick} data-testid={testId}>{icon}{children}</button>
}

/** The button of a node's form. */
export function TryButton({ id }: { id: string }) {
  const { t } = useWords()
  return <button type="button" className="btn btn-small" onClick={() => { selectOnly(id); useUi.getState().set({ tab: 'try' }) }} data-testid="node-try"><Send aria-hidden />{t('try.node')}</button>
}

