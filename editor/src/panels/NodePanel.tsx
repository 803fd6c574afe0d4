import { Copy, MousePointerClick, Trash2, TriangleAlert } from 'lucide-react'
import { useMemo, useState } from 'react'
import { KindIcon } from '../canvas/icons'
import { Look } from '../canvas/Peek'
import { kindWords, spoken, type KindInfo, type Schema } from '../model/catalog'
import { ID_PATTERN, nodeById, type FlowDocument, type FlowNode, type Params as ParamValues } from '../model/document'
import { connect, disconnect, renameNode, setNode, setParams } from '../model/edits'
import { nodeName } from '../model/naming'
import { deviceLabel, typesReaching } from '../model/registry'
import type { PlacedProblem } from '../model/problems'
import { carriedOver, chosenOf, groupOf } from '../model/groups'
import { sayTrouble } from '../model/troubles'
import { mayConnect, wireId, wiresInto } from '../model/wires'
import { fieldsAt, useArriving } from '../session/arriving'
import { deleteSelected, duplicateSelected } from '../session/doing'
import { documentNow, selectOnly, useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { useLive } from '../session/live'
import { useLastAt, useSlowly } from '../session/seen'
import { localeOf, useWords } from '../words'
import { NodeAccuracy } from './Asking'
import { FormProvider, labelOf, useForm, type FormContext } from './form/context'
import { SwitchInput } from './form/inputs'
import { ParamField } from './form/ParamField'
import { ProblemLines } from './ProblemLines'
import { TryButton } from './TryPanel'

export function NodePanel() {
  const { t } = useWords()
  const document = useFlow((flow) => flow.history.document)
  const chosen = useFlow((flow) => flow.selection.nodes)
  const [id] = chosen
  const node = id === undefined ? undefined : nodeById(document, id)
  if (chosen.size > 1) return <Many n={chosen.size} />
  if (!node) return <div className="empty"><MousePointerClick aria-hidden /><p>{t('node.none')}</p></div>
  return <NodeForm key={node.id} node={node} document={document} />
}

function Many({ n }: { n: number }) {
  const { t } = useWords()
  return (
    <div className="panel-pad stack">
      <p>{t('node.many', { n })}</p>
      <div className="row">
        <button type="button" className="btn btn-small" onClick={duplicateSelected}><Copy aria-hidden />{t('do.duplicate')}</button>
        <button type="button" className="btn btn-small btn-danger" onClick={deleteSelected}><Trash2 aria-hidden />{t('do.delete')}</button>
      </div>
    </div>
  )
}

function NodeForm({ node, document }: { node: FlowNode; document: FlowDocument }) {
  const { t, lang } = useWords()
  const catalog = useKnown((known) => known.catalog)
  const registry = useKnown((known) => known.registry)
  const kind = catalog.byId.get(node.kind)
  const shapes = useArriving((state) => state.shapes)
  const last = useSlowly(useLastAt(document, node.id))
  const context = useMemo((): FormContext | null => kind ? {
    document, node, kind, registry, lang, last, fields: fieldsAt(shapes, document, catalog, registry, node.id), types: typesReaching(document, catalog, registry, node.id),
    set: (name, value) => useFlow.getState().change(setParams(documentNow(), node.id, { [name]: value }), `${node.id}.${name}`),
  } : null, [document, node, kind, registry, catalog, shapes, lang, last])
  const problems = useFlow((flow) => flow.problems).filter((p) => p.node === node.id)
  const names = new Set(Object.keys(kind?.schema.properties ?? {}))
  const loose = problems.filter((p) => p.param === null || !(names.has(p.param) || (p.param === 'from' && kind?.inputs.length)))
  const words = kindWords(kind, lang)
  return (
    <div className="panel-pad stack" data-testid="node-form">
      <header className="form-head" data-group={kind?.group}>
        <span className="node-icon"><KindIcon name={kind?.icon} size={18} /></span>
        <div className="grow">
          <h3>{words?.label ?? node.kind}</h3>
          <p className="small muted">{words?.summary ?? t('node.unknown_kind', { kind: node.kind })}</p>
        </div>
      </header>
      {kind ? <How kind={kind} /> : null}
      <div><TryButton id={node.id} /></div>
      <ProblemLines problems={loose} />
      <Trouble id={node.id} />
      <NodeAccuracy id={node.id} kind={kind} />
      <Flowing id={node.id} kind={kind} />
      <div className="field">
        <label htmlFor="node-label">{t('node.label')}</label>
        <input id="node-label" value={node.label ?? ''} placeholder={words?.label} data-testid="node-label" onChange={(event) => useFlow.getState().change(setNode(documentNow(), node.id, { label: event.target.value || undefined } as Partial<FlowNode>), `${node.id} label`)} />
      </div>
      {context ? <FormProvider value={context}><Params schema={context.kind.schema} />{context.kind.inputs.length ? <Inputs problems={problems.filter((p) => p.param === 'from')} /> : null}</FormProvider> : null}
      <More node={node} />
    </div>
  )
}

/** What the kind does, in full, with the timeline of its first example. */
function How({ kind }: { kind: KindInfo }) {
  const { t, lang } = useWords()
  const [drawn, setDrawn] = useState(true)
  const words = kindWords(kind, lang)
  if (!words?.description) return null
  return (
    <details className="how" data-testid="node-how">
      <summary className="small">{t('node.how')}</summary>
      {drawn ? <a href={`/static/kinds/${kind.id}.${lang}.svg`} target="_blank" rel="noreferrer"><img src={`/static/kinds/${kind.id}.${lang}.svg`} alt={words.summary} loading="lazy" onError={() => setDrawn(false)} /></a> : null}
      <p className="small muted">{words.description}</p>
    </details>
  )
}

/** What went wrong at this node while running: how often, and the latest in words. */
function Trouble({ id }: { id: string }) {
  const { t, lang } = useWords()
  const { troubles, registry } = useKnown()
  const live = useLive((state) => state.nodes[id])
  if (!live?.problems) return null
  const { last } = live
  const where = [last?.device ? deviceLabel(registry, last.device, lang) : '', last?.time ? new Date(last.time).toLocaleTimeString(localeOf(lang)) : ''].filter(Boolean).join(' · ')
  return (
    <div className="callout callout-warn" data-testid="node-trouble">
      <TriangleAlert aria-hidden />
      <div className="grow stack-tight small">
        <strong>{t('problems.live', { n: live.problems })}</strong>
        {last ? <span>{sayTrouble(troubles, last.code, last.args ?? {}, lang)}</span> : null}
        {where ? <span className="faint">{where}</span> : null}
        {last?.data !== undefined && last.data !== null ? <code className="tiny trouble-data">{JSON.stringify(last.data).slice(0, 400)}</code> : null}
      </div>
    </div>
  )
}

/** What leaves the node while it runs: the last event of each output. */
function Flowing({ id, kind }: { id: string; kind: KindInfo | undefined }) {
  const { t, lang } = useWords()
  const { edges, held } = useLive()
  const outputs = (kind?.outputs ?? []).filter((port) => edges[`${id}.${port.name}`])
  if (outputs.length === 0) return null
  return (
    <details className="how" data-testid="node-flowing">
      <summary className="small">{t('live.arrived')}</summary>
      {outputs.map((port) => {
        const output = `${id}.${port.name}`
        return (
          <section key={output} className="stack-tight flowing">
            {kind!.outputs.length > 1 ? <strong className="small">{spoken(port.label, lang, port.name)}</strong> : null}
            <Look output={output} tap={edges[output]!} sample={held[output] ?? edges[output]!} held={output in held} />
          </section>
        )
      })}
    </details>
  )
}

/** The params in the order of the schema; params of which exactly one is given share one field. */
function Params({ schema }: { schema: Schema }) {
  const { kind, node } = useForm()
  const required = new Set(schema.required ?? [])
  const done = new Set<string>()
  return (
    <>
      {Object.entries(schema.properties ?? {}).map(([name, property]) => {
        if (done.has(name)) return null
        const group = groupOf(kind, name)
        if (!group) return <ParamField key={name} name={name} schema={property} required={required.has(name)} />
        for (const other of group) done.add(other)
        return <OneOf key={group.join()} group={group} params={node.params ?? {}} schema={schema} />
      })}
    </>
  )
}

function OneOf({ group, params, schema }: { group: readonly string[]; params: ParamValues; schema: Schema }) {
  const { t } = useWords()
  const { kind, lang, node } = useForm()
  const given = group.some((name) => params[name] !== undefined)
  const [wanted, setWanted] = useState(chosenOf(group, params))
  const shown = given ? chosenOf(group, params) : wanted
  const pick = (name: string) => {
    setWanted(name)
    const value = carriedOver(params[shown], schema.properties![shown]!, schema.properties![name]!, schema)
    const gone = Object.fromEntries(group.map((other) => [other, undefined]))
    useFlow.getState().change(setParams(documentNow(), node.id, { ...gone, [name]: value }))
  }
  const head = (
    <select className="one-of" value={shown} aria-label={t('form.choose')} data-testid={`one-of-${group[0]}`} onChange={(event) => pick(event.target.value)}>
      {group.map((name) => <option key={name} value={name}>{labelOf(kind, lang, name)}</option>)}
    </select>
  )
  return <ParamField key={shown} name={shown} schema={schema.properties![shown]!} required head={head} />
}

/** Where the inputs come from, for people who wire by keyboard. */
function Inputs({ problems }: { problems: readonly PlacedProblem[] }) {
  const { t, lang } = useWords()
  const { document, node, kind } = useForm()
  const catalog = useKnown((known) => known.catalog)
  const wires = wiresInto(document, catalog, node)
  const name = (id: string) => nodeName(document, catalog, id, lang)
  const port = (id: string, out: string) => { const ports = catalog.byId.get(nodeById(document, id)?.kind ?? '')?.outputs ?? []; return ports.length > 1 ? ` · ${spoken(ports.find((p) => p.name === out)?.label, lang, out)}` : '' }
  return (
    <fieldset className="field">
      <legend>{t('node.inputs')}</legend>
      {kind.inputs.map((input, i) => {
        const wrong = problems.filter((p) => (p.port === null ? i === 0 : p.port === input.name))
        const here = wires.filter((wire) => wire.targetPort === input.name)
        const outputs = document.nodes.flatMap((other) => (catalog.byId.get(other.kind)?.outputs ?? []).map((out) => ({ source: other.id, sourcePort: out.name, target: node.id, targetPort: input.name }))).filter((ends) => mayConnect(document, catalog, ends) === 'ok')
        return (
          <div key={input.name} className="stack-tight">
            {kind.inputs.length > 1 ? <span className="field-hint">{spoken(input.label, lang, input.name)}</span> : null}
            <div className="tokens">
              {here.map((wire) => (
                <span key={wireId(wire)} className="token">
                  <button type="button" className="token-name" onClick={() => selectOnly(wire.source)}>{name(wire.source)}{port(wire.source, wire.sourcePort)}</button>
                  <button type="button" aria-label={t('node.disconnect', { name: name(wire.source) })} onClick={() => useFlow.getState().change(disconnect(documentNow(), catalog, [wire]))}>×</button>
                </span>
              ))}
              {outputs.length ? (
                <select className="input-small" value="" aria-label={t('node.connect')} data-testid={`connect-${input.name}`} onChange={(event) => {
                  const ends = outputs.find((o) => wireId(o) === event.target.value)
                  if (ends) useFlow.getState().change(connect(documentNow(), catalog, ends))
                }}>
                  <option value="">{t('node.connect')}</option>
                  {outputs.map((o) => <option key={wireId(o)} value={wireId(o)}>{name(o.source)}{port(o.source, o.sourcePort)}</option>)}
                </select>
              ) : null}
            </div>
            <ProblemLines problems={wrong} />
          </div>
        )
      })}
    </fieldset>
  )
}

function More({ node }: { node: FlowNode }) {
  const { t } = useWords()
  const [id, setId] = useState(node.id)
  const bad = id !== node.id && (!ID_PATTERN.test(id) || nodeById(documentNow(), id) !== undefined)
  const rename = () => {
    if (bad || id === node.id) return setId(node.id)
    useFlow.getState().change(renameNode(documentNow(), node.id, id))
    selectOnly(id)
  }
  return (
    <div className="stack form-more">
      <SwitchInput id="node-off" value={node.off === true} label={t('node.off_help')} testId="node-off" onChange={(off) => useFlow.getState().change(setNode(documentNow(), node.id, { off: off || undefined } as Partial<FlowNode>))} />
      <div className="field">
        <label htmlFor="node-id">{t('node.id')}</label>
        <input id="node-id" className="mono" value={id} aria-invalid={bad || undefined} spellCheck={false} onChange={(event) => setId(event.target.value)} onBlur={rename} onKeyDown={(event) => event.key === 'Enter' && rename()} />
        {bad ? <span className="field-problem">{t('node.id_bad')}</span> : null}
      </div>
      <div className="row">
        <button type="button" className="btn btn-small" onClick={duplicateSelected}><Copy aria-hidden />{t('do.duplicate')}</button>
        <button type="button" className="btn btn-small btn-danger" onClick={deleteSelected} data-testid="node-delete"><Trash2 aria-hidden />{t('do.delete')}</button>
      </div>
    </div>
  )
}
