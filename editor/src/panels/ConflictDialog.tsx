import { useMemo, useState } from 'react'
import { contested, firstChoice, reconciled, type Contested } from '../model/conflict'
import { sameContent, type FlowDocument, type FlowNode } from '../model/document'
import { nodeName } from '../model/naming'
import type { Difference } from '../model/proposal'
import { wiresInto } from '../model/wires'
import { documentNow, useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { settle } from '../session/saving'
import { useUi } from '../session/ui'
import { useWords } from '../words'
import { Dialog } from './Dialog'
import { useChangeWords } from './Proposal'

/** Somebody else changed the flow, too: what differs, side by side, to be chosen one by one. */
export function ConflictDialog() {
  const conflict = useFlow((flow) => flow.conflict)
  return conflict ? <Choosing theirs={conflict.document} /> : null
}

function Choosing({ theirs }: { theirs: FlowDocument }) {
  const { t } = useWords()
  const [mine] = useState(documentNow)
  const base = useFlow((flow) => flow.base)
  const found = useMemo(() => contested(base, mine, theirs), [base, mine, theirs])
  const [chosen, setChosen] = useState(() => firstChoice(found))
  const go = (document: FlowDocument) => {
    useUi.getState().set({ dialog: null })
    void settle(document)
  }
  const choose = (key: string, side: 'mine' | 'theirs') => setChosen(new Set(side === 'mine' ? [...chosen, key] : [...chosen].filter((other) => other !== key)))
  const foot = (
    <>
      <button type="button" className="btn" onClick={() => go(theirs)} data-testid="conflict-theirs">{t('conflict.theirs')}</button>
      <button type="button" className="btn" onClick={() => go(mine)} data-testid="conflict-mine">{t('conflict.mine')}</button>
      <button type="button" className="btn btn-primary" onClick={() => go(reconciled(base, mine, theirs, chosen))} data-testid="conflict-chosen">{t('conflict.chosen')}</button>
    </>
  )
  return (
    <Dialog title={t('conflict.title')} wide must foot={foot} testId="conflict-dialog">
      <p>{t('conflict.text')}</p>
      {found.length ? (
        <ul className="plain contested">{found.map((one) => <Row key={one.difference.key} found={one} mine={mine} theirs={theirs} side={chosen.has(one.difference.key) ? 'mine' : 'theirs'} onChoose={choose} />)}</ul>
      ) : <p className="small muted">{t('conflict.places')}</p>}
    </Dialog>
  )
}

interface RowProps {
  readonly found: Contested
  readonly mine: FlowDocument
  readonly theirs: FlowDocument
  readonly side: 'mine' | 'theirs'
  readonly onChoose: (key: string, side: 'mine' | 'theirs') => void
}

function Row({ found: { difference, by }, mine, theirs, side, onChoose }: RowProps) {
  const { t } = useWords()
  const [title, was, now] = useChangeWords(difference, theirs, mine)
  const facts = useFacts(difference, theirs, mine)
  const there = { mine: difference.what !== 'removed', theirs: difference.what !== 'added' }
  const summary = { mine: was ? now : difference.what === 'edited' ? '' : now, theirs: was }
  const said = (which: 'mine' | 'theirs') => (there[which] ? [summary[which], ...facts[which]].filter(Boolean).join('\n') || t('conflict.empty') : t('conflict.absent'))
  return (
    <li className="contest" data-by={by} data-testid={`contest-${difference.key.replace(' ', '-')}`}>
      <p className="row"><strong>{title}</strong>{by === 'both' ? <span className="badge badge-warn">{t('by.both')}</span> : <span className="badge">{t(`by.${by}`)}</span>}</p>
      <div className="contest-sides" role="radiogroup" aria-label={title}>
        {(['mine', 'theirs'] as const).map((which) => (
          <label key={which} className="contest-side" data-chosen={side === which || undefined}>
            <input type="radio" name={difference.key} checked={side === which} onChange={() => onChoose(difference.key, which)} data-testid={`take-${which}`} />
            <span><span className="small muted">{t(`of.${which}`)}</span><span className="contest-said">{said(which)}</span></span>
          </label>
        ))}
      </div>
    </li>
  )
}

/** What a summary does not say of an edited node, where it differs: its name, its inputs, whether it is off. */
function useFacts(difference: Difference, theirs: FlowDocument, mine: FlowDocument): { readonly mine: readonly string[]; readonly theirs: readonly string[] } {
  const { t, lang } = useWords()
  const catalog = useKnown((known) => known.catalog)
  if (difference.what !== 'edited') return { mine: [], theirs: [] }
  const { before, node } = difference
  const label = before.label !== node.label
  const inputs = !sameContent(before.from, node.from)
  const off = before.off !== node.off
  const facts = (one: FlowNode, document: FlowDocument) => [
    label ? `${t('node.label')}: ${one.label || '–'}` : '',
    inputs ? `${t('node.inputs')}: ${wiresInto(document, catalog, one).map((wire) => nodeName(document, catalog, wire.source, lang)).join(lang === 'ja' ? '、' : ', ') || '–'}` : '',
    off && one.off ? t('node.off_help') : '',
  ]
  return { mine: facts(node, mine), theirs: facts(before, theirs) }
}
