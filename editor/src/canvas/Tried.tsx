// What a node did in a try, under its card.
import { useTrying, useWay } from '../session/trying'
import { useTryWords } from '../panels/tryWords'

export function Tried({ id }: { id: string }) {
  const way = useWay()
  const start = useTrying((trying) => trying.start)
  const words = useTryWords(start)
  const visit = way?.nodes[id]
  if (!visit) return null
  const { hop } = visit
  const sort = hop.troubles.length ? 'trouble' : hop.did.length ? 'deed' : hop.why ? 'stop' : 'on'
  const said = words.glance(hop)
  return <div className="node-tried" data-sort={sort} data-testid={`tried-${id}`} title={said}><span className="truncate">{visit.visits > 1 ? `×${visit.visits} ` : ''}{said}</span></div>
}
