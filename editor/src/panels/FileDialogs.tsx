import { Download, FileJson, FileUp } from 'lucide-react'
import { useRef, useState } from 'react'
import { place, type PlacedProblem, type Problem } from '../model/problems'
import { useFlow } from '../session/flow'
import { wordsOf } from '../session/running'
import { saveNow } from '../session/saving'
import { useUi } from '../session/ui'
import { api } from '../wire/api'
import { HttpFailure } from '../wire/http'
import { useWords } from '../words'
import { Dialog } from './Dialog'
import { ProblemLines } from './ProblemLines'

export function ExportDialog() {
  const { t } = useWords()
  const id = useFlow((flow) => flow.id)
  const take = async (registry: boolean) => {
    await saveNow()
    const link = window.document.createElement('a')
    link.href = api.exportPath(id, registry)
    link.download = ''
    link.click()
    useUi.getState().set({ dialog: null })
  }
  return (
    <Dialog title={t('do.export')} testId="export-dialog">
      <button type="button" className="card card-link choice-card" onClick={() => void take(false)} data-testid="export-flow"><FileJson aria-hidden /><span><strong>{t('export.flow')}</strong><span className="small muted">{t('export.flow_help')}</span></span><Download size={16} aria-hidden /></button>
      <button type="button" className="card card-link choice-card" onClick={() => void take(true)} data-testid="export-registry"><FileJson aria-hidden /><span><strong>{t('export.registry')}</strong><span className="small muted">{t('export.registry_help')}</span></span><Download size={16} aria-hidden /></button>
    </Dialog>
  )
}

const LARGEST = 3 * 1024 * 1024

export function ImportDialog() {
  const { t } = useWords()
  const [problems, setProblems] = useState<readonly PlacedProblem[]>([])
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const take = async (file: File | undefined) => {
    if (!file) return
    setProblems([])
    setWrong('')
    if (file.size > LARGEST) return setWrong(t('import.too_large'))
    setBusy(true)
    try {
      await saveNow()
      const flow = await api.importFlow(await file.text())
      window.location.assign(`/flows/${flow.id}/`)
    } catch (failure) {
      const found = (failure instanceof HttpFailure ? (failure.body as { problems?: Problem[] } | null)?.problems : undefined) ?? []
      setProblems(place(found, { suiro: 1, nodes: [] }))
      if (found.length === 0) setWrong(wordsOf(failure))
    } finally {
      setBusy(false)
      if (input.current) input.current.value = ''
    }
  }
  return (
    <Dialog title={t('do.import')} testId="import-dialog">
      <p className="muted">{t('import.about')}</p>
      <label
        className="drop" data-over={over || undefined} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)}
        onDrop={(event) => { event.preventDefault(); setOver(false); void take(event.dataTransfer.files[0]) }}
      >
        {busy ? <span className="spinner" aria-hidden /> : <FileUp aria-hidden />}<span>{t('import.drop')}</span>
        <input ref={input} type="file" accept=".json,application/json" className="hidden-text" onChange={(event) => void take(event.target.files?.[0])} data-testid="import-file" />
      </label>
      {wrong ? <div className="callout callout-bad" role="alert">{wrong}</div> : null}
      {problems.length ? <div role="alert" className="stack-tight" data-testid="import-problems"><p>{t('import.refused')}</p><ProblemLines problems={problems} /></div> : null}
    </Dialog>
  )
}
