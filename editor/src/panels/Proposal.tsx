import { Minus, PenLine, Plus, SlidersHorizontal } from 'lucide-react'
import { useMemo } from 'react'
import { plainWord, useWords, type Key } from '../words'
import type { FlowDocument, FlowNode, Json, Setting } from '../model/document'
import type { Lang } from '../model/catalog'
import { spokenDuration } from '../model/duration'
import { nodeName } from '../model/naming'
import { differences, type Difference } from '../model/proposal'
import { fieldsReaching } from '../model/registry'
import { summaryOf } from '../model/summary'
import { acceptProposal, chooseChange, dropProposal, type Proposal as Proposed } from '../session/compile'
import { useFlow } from '../session/flow'
import { useKnown } from '../session/known'

export const ICONS = { added: Plus, removed: Minus, edited: PenLine, setting: SlidersHorizontal, top: PenLine }
const TOPS: { readonly [name: string]: Key } = { name: 'proposal.name', description: 'proposal.description', time_zone: 'proposal.time_zone', delivery: 'proposal.delivery' }

/** What an author would change, to be taken or left one by one; the canvas shows what is chosen. */
export function Proposal({ proposal }: { proposal: Proposed }) {
  const { t } = useWords()
  const before = useFlow((flow) => flow.history.document)
  const changes = useMemo(() => differences(before, proposal.whole), [before, proposal.whole])
  if (changes.length === 0) return <p className="small muted" data-testid="proposal-nothing">{t('proposal.nothing')}</p>
  return (
    <section className="proposal small" aria-label={t('proposal.title')} data-testid="proposal-changes">
      <ul className="plain">{changes.map((change) => <ChangeRow key={change.key} change={change} before={before} proposal={proposal} />)}</ul>
      <div className="row">
        <button type="button" className="btn btn-small" onClick={dropProposal}>{t('proposal.drop')}</button>
        <button type="button" className="btn btn-small btn-primary" disabled={proposal.chosen.size === 0} onClick={acceptProposal}>{t(proposal.chosen.size < changes.length ? 'proposal.accept_chosen' : 'proposal.accept')}</button>
      </div>
    </section>
  )
}

function ChangeRow({ change, before, proposal }: { change: Difference; before: FlowDocument; proposal: Proposed }) {
  const { t } = useWords()
  const Icon = ICONS[change.what]
  const [title, was, now] = useChangeWords(change, before, proposal.whole)
  return (
    <li className="proposal-change" data-what={change.what}>
      <label>
        <input type="checkbox" checked={proposal.chosen.has(change.key)} onChange={(event) => chooseChange(change.key, event.target.checked)} data-testid={`proposal-${change.key.replace(' ', '-')}`} />
        <Icon size={14} aria-hidden />
        <span className="grow"><strong>{title}</strong>{was ? <del className="muted">{was}</del> : null}{now ? <ins>{now}</ins> : null}{proposal.both.has(change.key) ? <span className="tiny muted">{t('proposal.both')}</span> : null}</span>
      </label>
    </li>
  )
}

/** What it is about, what it was, what it becomes. */
export function useChangeWords(change: Difference, before: FlowDocument, after: FlowDocument): readonly [string, string, string] {
  const { t, lang } = useWords()
  const { catalog, registry } = useKnown()
  const summary = (node: FlowNode, document: FlowDocument) =>
    summaryOf(node, catalog.byId.get(node.kind), { document, registry, fields: fieldsReaching(document, catalog, registry, node.id), lang, same: t('target.same_short'), word: (word) => plainWord(word, lang) ?? word })
  switch (change.what) {
    case 'added':
      return [nodeName(after, catalog, change.node.id, lang), '', summary(change.node, after)]
    case 'removed':
      return [nodeName(before, catalog, change.node.id, lang), summary(change.node, before), '']
    case 'edited': {
      const [was, now] = [summary(change.before, before), summary(change.node, after)]
      return [nodeName(after, catalog, change.node.id, lang), was === now ? '' : was, was === now ? t('proposal.elsewhere') : now]
    }
    case 'setting':
      return [change.after?.label ?? change.before?.label ?? change.name, said(change.before, lang), said(change.after, lang)]
    case 'top':
      return [t(TOPS[change.name] ?? 'proposal.title'), plain(change.before), plain(change.after)]
  }
}

const said = (setting: Setting | undefined, lang: Lang) => (setting ? `${spokenDuration(plain(setting.value), lang)}${setting.unit ? ` ${setting.unit}` : ''}` : '')
const plain = (value: Json | undefined) => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value))
