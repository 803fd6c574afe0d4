// The whole screen: the sentence, the flow with live values, what there is to see, what the flow did, the story, the switches.
import { ReactFlowProvider } from '@xyflow/react'
import { Expand } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Canvas } from '../canvas/Canvas'
import { fitView, roomAround } from '../canvas/view'
import { useFlow } from '../session/flow'
import { Alerts } from '../show/Alerts'
import { Charts } from '../show/Charts'
import { Scene } from '../show/Scene'
import { useWords } from '../words'
import { approve } from './acts'
import { Controls } from './Controls'
import { Notes } from './Notes'
import { Panels } from './Panels'
import { Sentence } from './Sentence'
import { open } from './start'
import { useDemo } from './state'
import { Top } from './Top'

export function Presenter() {
  const { t } = useWords()
  const told = useDemo((demo) => demo.told)
  const over = useDemo((demo) => demo.over)
  const failed = useDemo((demo) => demo.failed)
  const notes = useDemo((demo) => demo.notes)
  const large = useDemo((demo) => demo.large)
  const ready = useFlow((flow) => flow.loaded)
  if (over) return <Over />
  if (!told || !ready) return <div className="editor-wait" role="status"><span className="spinner" aria-hidden />{t('demo.opening')}</div>
  return (
    <ReactFlowProvider>
      <div className="demo" data-notes={notes || undefined} data-large={large || undefined} data-testid="demo">
        <Top />
        <main className="demo-main">
          <div className="demo-left"><Sentence /><Flow /><Charts /></div>
          <div className="demo-right"><Scene /><Alerts approve={(key) => void approve(key)} /></div>
          {notes ? <aside className="demo-notes"><Notes /></aside> : null}
        </main>
        <Controls />
        {failed ? <div className="toasts"><div className="toast toast-bad" role="alert">{failed}<button type="button" className="btn" onClick={() => useDemo.setState({ failed: '' })}>{t('demo.close')}</button></div></div> : null}
        <Panels />
      </div>
    </ReactFlowProvider>
  )
}

/** As large as there is room, whatever is opened beside it. */
function Flow() {
  const { t } = useWords()
  const large = useDemo((demo) => demo.large)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    roomAround({ padding: 0.06, maxZoom: 1.5 })
    const watch = new ResizeObserver(() => fitView(0))
    if (box.current) watch.observe(box.current)
    return () => watch.disconnect()
  }, [])
  return <section className="demo-flow" ref={box} aria-label={t('demo.flow')}><Canvas /><button type="button" className="btn btn-icon btn-small flow-large" aria-pressed={large} aria-label={t('demo.large')} title={`${t('demo.large')} (G)`} aria-keyshortcuts="G" onClick={() => useDemo.setState({ large: !large })}><Expand aria-hidden /></button></section>
}

export function Over() {
  const { t } = useWords()
  const failed = useDemo((demo) => demo.failed)
  const scenario = window.document.getElementById('demo')?.dataset.scenario ?? ''
  return (
    <div className="editor-wait" role="alert">
      <p>{failed || t('demo.over')}</p>
      <div className="row"><button type="button" className="btn btn-primary" onClick={() => void open(scenario)}>{t('demo.again')}</button><a className="btn" href="/gallery/">{t('demo.leave')}</a></div>
    </div>
  )
}
