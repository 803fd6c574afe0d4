import { useEffect, useState } from 'react'
import { inner } from '../model/schema'
import type { KindInfo } from '../model/catalog'
import { documentNow, useFlow } from '../session/flow'
import { api } from '../wire/api'
import type { Accuracy, AskForecast, AskLimit } from '../wire/records'
import { useWords } from '../words'

/** About what the nodes that ask language models will take a day, and whether that is within the budgets. */
export function AskForecasts() {
  const { t } = useWords()
  const id = useFlow((flow) => flow.id)
  const [nodes, setNodes] = useState<readonly AskForecast[] | null>(null)
  useEffect(() => {
    let gone = false
    void api.asks(id, documentNow()).then((said) => { if (!gone) setNodes(said.nodes) }).catch(() => { if (!gone) setNodes([]) })
    return () => { gone = true }
  }, [id])
  if (nodes === null) return <p className="small muted" role="status">{t('asks.loading')}</p>
  if (nodes.length === 0) return null
  return (
    <section className="stack-tight" data-testid="ask-forecast">
      <h3 className="small">{t('asks.title')}</h3>
      <ul className="asks">{nodes.map((node) => <Forecast key={node.node} node={node} />)}</ul>
      <Limits limits={nodes[0]!.limits} currency={nodes[0]!.currency} />
    </section>
  )
}

function Forecast({ node }: { node: AskForecast }) {
  const { t, lang } = useWords()
  const whole = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 })
  const n = whole.format(node.asks ?? 0)
  const tokens = { in: whole.format(node.tokens_in), out: whole.format(node.tokens_out) }
  const takes = [
    node.basis === 'measured' ? t('asks.measured', { n, days: node.days }) : node.basis === 'as_now' ? t('asks.as_now', { n }) : node.basis === 'at_most' ? t('asks.at_most', { n }) : t('asks.unknown'),
    t(node.measured ? 'asks.tokens_measured' : 'asks.tokens', tokens),
    node.tokens === null ? '' : t('asks.day', { tokens: whole.format(node.tokens) }),
    node.money === null ? (node.priced ? '' : t('asks.no_price')) : t('asks.money', { money: money(node.money, node.currency, lang) }),
  ].filter(Boolean)
  return (
    <li className="small" data-testid={`ask-forecast-${node.node}`}>
      <strong>{node.label}</strong> <span className="muted">{node.model}</span>
      <span className="asks-facts">{takes.map((fact) => <span key={fact}>{fact}</span>)}</span>
      {node.second ? <span className="muted">{t('asks.second', { model: node.second })}</span> : null}
    </li>
  )
}

function Limits({ limits, currency }: { limits: readonly AskLimit[]; currency: string }) {
  const { t, lang } = useWords()
  if (limits.length === 0) return <p className="small muted">{t('asks.no_limit')}</p>
  return (
    <>
      {limits.map(({ of, what, limit, fits }) => {
        const budget = t(`asklimit.${of}_${what}`, { limit: what === 'money' ? money(limit, currency, lang) : new Intl.NumberFormat(lang).format(limit) })
        const said = t(fits === null ? 'asks.fit_unknown' : fits ? 'asks.fits' : 'asks.over', { budget })
        const first = said.charAt(0).toUpperCase() + said.slice(1)
        return fits === false
          ? <div key={budget} className="callout callout-warn small" data-testid="ask-over">{first}</div>
          : <p key={budget} className="small muted">{first}</p>
      })}
    </>
  )
}

function money(amount: number, currency: string, lang: string): string {
  const text = new Intl.NumberFormat(lang, { maximumFractionDigits: amount < 1 ? 4 : 2 }).format(amount)
  return currency ? `${text} ${currency}` : text
}

/** How often the answers of a node were right, as far as people have marked them. */
export function NodeAccuracy({ id, kind }: { id: string; kind: KindInfo | undefined }) {
  const { t } = useWords()
  const flow = useFlow((flow) => flow.id)
  const [rows, setRows] = useState<readonly Accuracy[]>([])
  const asks = kind !== undefined && Object.values(kind.schema.properties ?? {}).some((part) => inner(part, kind.schema).marks.ref === 'model')
  useEffect(() => {
    let gone = false
    if (asks) void api.accuracy(flow).then((said) => { if (!gone) setRows(said.nodes) }).catch(() => undefined)
    return () => { gone = true }
  }, [asks, flow])
  const mine = rows.filter((row) => row.node === id)
  if (mine.length === 0) return null
  return (
    <div className="asks-accuracy small" data-testid="node-accuracy">
      <span className="muted">{t('asks.accuracy')}</span>
      {mine.map((row) => <strong key={row.model}>{t('asks.accuracy_of', { model: row.model, percent: row.percent, n: row.n })}</strong>)}
      <a href={`/answers/?flow=${flow}&node=${id}`}>{t('asks.look')}</a>
    </div>
  )
}
