// Where the keys of a node stand: its states or bands from the params, lit up by what runs.
import { spoken, type KindInfo } from '../model/catalog'
import type { FlowNode } from '../model/document'
import { deviceLabel } from '../model/registry'
import { namesOfStandings } from '../model/standings'
import { useKnown } from '../session/known'
import { useLive, type Standing } from '../session/live'
import { plainWord, useWords } from '../words'

const NONE: readonly Standing[] = []
const MOST_NAMED = 8

export function Standings({ node, kind }: { node: FlowNode; kind: KindInfo | undefined }) {
  const { t, lang } = useWords()
  const registry = useKnown((known) => known.registry)
  const live = useLive((state) => state.nodes[node.id]?.standings) ?? NONE
  const named = namesOfStandings(node, kind)
  const words = [...named, ...live.map((standing) => standing.word).filter((word) => !named.includes(word))]
  if (words.length === 0) return null
  const total = live.reduce((sum, standing) => sum + standing.count, 0)
  return (
    <div className="node-standings" data-testid={`standings-${node.id}`}>
      {words.map((word) => {
        const here = live.find((standing) => standing.word === word)
        const said = named.includes(word) ? word : (spoken(kind?.outputs.find((port) => port.name === word)?.label, lang, '') || plainWord(word, lang) || word)
        const keys = here?.keys.slice(0, MOST_NAMED).map((key) => deviceLabel(registry, key, lang) || t('standing.all')) ?? []
        const more = (here?.count ?? 0) - keys.length
        return (
          <span key={word} className="standing" data-here={here ? '' : undefined} title={here ? [...keys, ...(more > 0 ? [t('standing.more', { n: more })] : [])].join('\n') : undefined}>
            <span className="truncate">{said}</span>
            {here && total > 1 ? <span className="number">{here.count}</span> : null}
          </span>
        )
      })}
    </div>
  )
}
