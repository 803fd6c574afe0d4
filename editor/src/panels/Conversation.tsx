import { ArrowUp, BookOpen, ChevronRight, CircleHelp, PenLine, Sparkles, Square } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { KindIcon } from '../canvas/icons'
import { kindWords } from '../model/catalog'
import type { Json } from '../model/document'
import { place } from '../model/problems'
import { ask, cancel, reask, takeEarlier, useCompile } from '../session/compile'
import { useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { usePrompt } from '../session/prompt'
import { latestBuilt } from '../session/turns'
import { useUi } from '../session/ui'
import type { Assumption, Author, Compilation, Question, Turn } from '../wire/records'
import { useWords, type Key } from '../words'
import { ProblemLines } from './ProblemLines'
import { Proposal } from './Proposal'
import { decideSetting } from './SettingsPanel'
import { Trial } from './Trial'

export function Conversation() {
  const { t } = useWords()
  const turns = useFlow((flow) => flow.turns)
  const { building, failed } = useCompile()
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => { end.current?.scrollIntoView({ block: 'end' }) }, [turns.length, building, failed])
  const lastAnswer = latestBuilt(turns)
  const firstFlow = turns.findIndex((turn) => turn.compilation?.document)
  return (
    <div className="conversation">
      <div className="turns" role="log" aria-label={t('tab.conversation')}>
        {turns.length === 0 && !building ? <p className="small muted turns-hello">{t('conversation.hello')}</p> : null}
        {turns.map((turn, i) => <TurnView key={turn.id} turn={turn} latest={i === lastAnswer && !building} edit={firstFlow >= 0 && i > firstFlow} />)}
        {building ? <Progress /> : null}
        {failed ? <div className="callout callout-bad" role="alert" data-testid="compile-failed">{failed}</div> : null}
        <div ref={end} />
      </div>
      <PromptBox />
    </div>
  )
}

function TurnView({ turn, latest, edit }: { turn: Turn; latest: boolean; edit: boolean }) {
  if (turn.role === 'person') return <div className="turn turn-person" data-testid="turn-person">{turn.text}</div>
  return (
    <article className="turn turn-author" data-testid="turn-author">
      <AuthorBadge author={turn.compilation?.author ?? turn.author ?? ''} />
      {turn.compilation ? <Answer compilation={turn.compilation} latest={latest} edit={edit} /> : <p>{turn.text}</p>}
    </article>
  )
}

const OWN_AUTHORS: { readonly [id: string]: Key } = { hand: 'author.hand', import: 'author.import', phrasebook: 'author.phrasebook', model: 'author.model' }

export function AuthorBadge({ author }: { author: string }) {
  const { t } = useWords()
  const authors = useKnown((known) => known.authors)
  if (!author) return null
  const name = author.split(':')[0] ?? author
  const Icon = name === 'phrasebook' ? BookOpen : name === 'model' ? Sparkles : PenLine
  const label = OWN_AUTHORS[name] ? t(OWN_AUTHORS[name]) : (authors.find((a) => a.id === author)?.label ?? author)
  return <span className="badge author" data-testid="author" title={t('author.help')}><Icon size={12} aria-hidden />{label}</span>
}

function Answer({ compilation, latest, edit }: { compilation: Compilation; latest: boolean; edit: boolean }) {
  const { t } = useWords()
  const empty = useFlow((flow) => flow.history.document.nodes.length === 0)
  const proposal = useCompile((state) => state.proposal)
  const problems = place(compilation.problems ?? [], compilation.document ?? { suiro: 1, nodes: [] }).toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
  return (
    <div className="stack-tight">
      {compilation.explanation ? <Explanation text={compilation.explanation} folded={edit && Boolean(compilation.document)} /> : compilation.document || problems.length ? null : <p>{t('compile.nothing')}</p>}
      <ProblemLines problems={problems} />
      {compilation.document ? <Unused compilation={compilation} /> : null}
      {compilation.document && compilation.evidence ? <Trial evidence={compilation.evidence} document={compilation.document} /> : null}
      {latest && proposal?.compilation === compilation ? <Proposal proposal={proposal} /> : null}
      {compilation.assumptions?.length ? <Assumptions assumptions={compilation.assumptions} /> : null}
      {latest && empty && compilation.document ? <div><button type="button" className="btn btn-small btn-primary" onClick={() => void takeEarlier(compilation)} data-testid="take-earlier">{t('compile.take')}</button></div> : null}
      {latest && compilation.questions?.length ? <Questions questions={compilation.questions} /> : null}
      {compilation.plan && compilation.plan !== compilation.explanation ? (
        <details className="answer-plan small"><summary><ChevronRight size={14} aria-hidden />{t('compile.plan')}</summary><p className="answer-text muted">{compilation.plan}</p></details>
      ) : null}
    </div>
  )
}

/** Of an edit the changes matter more than the whole flow, which is told once more on demand. */
function Explanation({ text, folded }: { text: string; folded: boolean }) {
  const { t } = useWords()
  if (!folded) return <p className="answer-text">{text}</p>
  return <details className="answer-plan small"><summary><ChevronRight size={14} aria-hidden />{t('compile.whole')}</summary><p className="answer-text">{text}</p></details>
}

/** Words of the sentence that nothing took up, but those of which a problem tells already. */
function Unused({ compilation }: { compilation: Compilation }) {
  const { t } = useWords()
  const told = compilation.problems?.map((problem) => problem.message).join(' ') ?? ''
  const words = (compilation.evidence?.reading?.unused ?? []).filter((word) => !told.includes(word))
  if (words.length === 0) return null
  return <p className="small unused" data-testid="unused">{t('compile.unused', { words: words.map((word) => t('compile.quoted', { word })).join(t('trial.and')) })}</p>
}

function Assumptions({ assumptions }: { assumptions: readonly Assumption[] }) {
  const { t } = useWords()
  return (
    <section className="assumptions small">
      <h4>{t('compile.assumed')}</h4>
      <ul className="plain">
        {assumptions.map((assumption) => (
          <li key={assumption.setting}>
            <button type="button" className="assumption" onClick={() => useUi.getState().set({ tab: 'settings' })} title={t('settings.open')} data-testid={`assumption-${assumption.setting}`}>{assumption.text}</button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Questions({ questions }: { questions: readonly Question[] }) {
  const { t } = useWords()
  const open = useFlow((flow) => questions.some((question) => flow.history.document.settings?.[question.setting]?.assumed))
  return (
    <>
      {questions.map((question) => <QuestionCard key={question.id} question={question} />)}
      {open ? <p className="tiny muted">{t('question.default')}</p> : null}
    </>
  )
}

function QuestionCard({ question }: { question: Question }) {
  const setting = useFlow((flow) => flow.history.document.settings?.[question.setting])
  const proposed = useCompile((state) => state.proposal?.document.settings?.[question.setting])
  const current: Json | undefined = setting?.value ?? proposed?.value
  const answer = (value: Json) => (setting ? decideSetting(question.setting, value) : void reask({ [question.id]: value }))
  const same = (value: Json) => JSON.stringify(value) === JSON.stringify(current)
  const open = setting?.assumed ?? true
  return (
    <section className="question" data-testid={`question-${question.id}`} data-answered={!open || undefined} aria-labelledby={`question-${question.id}-text`}>
      <p id={`question-${question.id}-text`} className="question-text"><CircleHelp size={16} aria-hidden />{question.text}</p>
      <div className="row" role="group">
        {question.options.map((option, i) => (
          <button key={i} type="button" className="btn btn-small" aria-pressed={same(option.value)} onClick={() => answer(option.value)} data-testid={`question-${question.id}-${i}`}>{option.label}</button>
        ))}
      </div>
      {question.why ? <p className="tiny faint">{question.why}</p> : null}
    </section>
  )
}

const STAGES: { readonly [stage: string]: Key } = {
  start: 'stage.start', grounding: 'stage.grounding', plan: 'stage.plan', node: 'stage.node', setting: 'stage.node', validate: 'stage.validate', repair: 'stage.repair', simulate: 'stage.simulate', place: 'stage.place',
}

function Progress() {
  const { t, lang } = useWords()
  const building = useCompile((state) => state.building)!
  const catalog = useKnown((known) => known.catalog)
  return (
    <article className="turn turn-author" data-testid="progress" aria-live="polite">
      <div className="row"><span className="spinner" aria-hidden /><span className="small">{t(STAGES[building.stage] ?? 'stage.start')}</span>
        <button type="button" className="btn btn-small" onClick={() => void cancel()} data-testid="prompt-cancel"><Square aria-hidden />{t('compile.stop')}</button></div>
      {building.budget ? <p className="tiny faint" aria-live="off" data-testid="compile-budget">{t('compile.budget', { seconds: Math.round(building.budget.seconds), seconds_of: Math.round(building.budget.seconds_of), tokens: building.budget.tokens.toLocaleString(lang), tokens_of: building.budget.tokens_of.toLocaleString(lang) })}</p> : null}
      {building.plan ? <p className="answer-text small muted">{building.plan}</p> : null}
      <ul className="plain written">
        {building.document.nodes.map((node) => {
          const kind = catalog.byId.get(node.kind)
          return <li key={node.id} className="small" data-group={kind?.group}><KindIcon name={kind?.icon} size={14} />{node.label ?? kindWords(kind, lang)?.label ?? node.kind}</li>
        })}
      </ul>
    </article>
  )
}

/** As many as the compiler reads. */
const MOST_LETTERS = 10_000

function PromptBox() {
  const { t } = useWords()
  const { text, focus } = usePrompt()
  const building = useCompile((state) => state.building)
  const empty = useFlow((flow) => flow.history.document.nodes.length === 0)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => { if (focus) box.current?.focus() }, [focus])
  useEffect(() => {
    const area = box.current
    if (!area) return
    area.style.height = 'auto'
    area.style.height = `${Math.min(220, area.scrollHeight + 2)}px`
  }, [text])
  const send = () => {
    const prompt = text.trim()
    if (!prompt || building) return
    usePrompt.setState({ text: '' })
    void ask(prompt)
  }
  const looking = useKnown((known) => known.looking)
  return (
    <form className="prompt" onSubmit={(event) => { event.preventDefault(); send() }}>
      <label className="hidden-text" htmlFor="prompt-box">{t('prompt.label')}</label>
      <textarea
        id="prompt-box" data-own-undo ref={box} rows={2} value={text} disabled={looking} title={looking ? t('role.looking') : undefined} maxLength={MOST_LETTERS} data-testid="prompt-box" placeholder={t(empty ? 'prompt.first' : 'prompt.more')}
        onChange={(event) => usePrompt.setState({ text: event.target.value })}
        onKeyDown={(event) => {
          // While an input method is composing, Enter chooses a word.
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing && event.keyCode !== 229) { event.preventDefault(); send() }
        }}
      />
      <div className="prompt-foot">
        <AuthorPick />
        <button type="submit" className="btn btn-primary btn-icon btn-small" disabled={!text.trim() || Boolean(building) || looking} aria-label={t('prompt.send')} title={t('prompt.send')} data-testid="prompt-send"><ArrowUp aria-hidden /></button>
      </div>
    </form>
  )
}

function AuthorPick(): ReactNode {
  const { t } = useWords()
  const authors = useKnown((known) => known.authors)
  const author = useCompile((state) => state.author)
  const ready = authors.filter((a) => a.ready)
  const name = (a: Author) => (OWN_AUTHORS[a.id] ? t(OWN_AUTHORS[a.id]!) : a.label)
  if (ready.length === 0) return <span />
  if (ready.length === 1) return <span className="tiny faint truncate" title={ready[0]!.detail}>{t('author.writes', { name: name(ready[0]!) })}</span>
  return (
    <select className="author-pick" aria-label={t('author.pick')} value={author || ready[0]!.id} onChange={(event) => useCompile.setState({ author: event.target.value })} data-testid="author-pick">
      {ready.map((a) => <option key={a.id} value={a.id}>{a.detail && a.id === 'model' ? `${name(a)} (${a.detail})` : name(a)}</option>)}
    </select>
  )
}
