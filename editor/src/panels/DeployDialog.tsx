import { ArrowRight, ShieldCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import { place, type Problem } from '../model/problems'
import { documentNow, useFlow } from '../session/flow'
import { afterDeploy, wordsOf } from '../session/running'
import { saveNow } from '../session/saving'
import { useUi } from '../session/ui'
import { api, type Approval } from '../wire/api'
import { HttpFailure } from '../wire/http'
import type { DiffLine } from '../wire/records'
import { useWords } from '../words'
import { Dialog } from './Dialog'
import { ProblemLines } from './ProblemLines'

export function DeployDialog() {
  const { t } = useWords()
  const { id, deployed, saving, status, statusDetail } = useFlow()
  const inDraft = useFlow((flow) => flow.problems)
  const [changes, setChanges] = useState<readonly DiffLine[] | null>(null)
  const [refused, setRefused] = useState<readonly Problem[] | null>(null)
  const [approval, setApproval] = useState<readonly Approval[]>([])
  const [yes, setYes] = useState<ReadonlySet<string>>(new Set())
  const [comment, setComment] = useState('')
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState('')
  useEffect(() => {
    void saveNow().then(() => api.diff(id)).then((answer) => setChanges(answer.changes)).catch((failure) => { setChanges([]); setWrong(wordsOf(failure)) })
  }, [id])
  const problems = refused ? place(refused, documentNow()) : inDraft
  const errors = problems.filter((problem) => problem.severity === 'error')
  const waiting = approval.some((one) => !yes.has(one.hash))
  const deploy = async () => {
    setBusy(true)
    setWrong('')
    try {
      await saveNow()
      const { version } = await api.deploy(id, [...yes], comment)
      useUi.getState().set({ dialog: null })
      useUi.getState().toast(t('deploy.done', { version }))
      await afterDeploy(version)
    } catch (failure) {
      const body = (failure instanceof HttpFailure ? failure.body : null) as { approval?: Approval[]; problems?: Problem[] } | null
      if (body?.approval) setApproval(body.approval)
      else if (body?.problems) setRefused(body.problems)
      else setWrong(wordsOf(failure))
    } finally {
      setBusy(false)
    }
  }
  const foot = (
    <>
      <button type="button" className="btn" onClick={() => useUi.getState().set({ dialog: null })}>{t('dialog.cancel')}</button>
      <button type="button" className="btn btn-primary" disabled={busy || errors.length > 0 || waiting || changes === null || saving === 'conflict'} onClick={() => void deploy()} data-testid="deploy-confirm">
        {busy ? <span className="spinner" aria-hidden /> : null}{t(approval.length ? 'deploy.approve' : 'deploy.confirm')}
      </button>
    </>
  )
  return (
    <Dialog title={t('deploy.title')} foot={foot} testId="deploy-dialog">
      {status === 'rolled_back' ? <div className="callout callout-warn" data-testid="deploy-rolled-back"><div>{statusDetail.map((problem, i) => <p key={i}>{problem.message}</p>)}</div></div> : null}
      {errors.length ? <div className="stack-tight" data-testid="deploy-problems"><p>{t('deploy.problems')}</p><ProblemLines problems={errors} /></div> : null}
      {changes === null ? <span className="spinner" role="status" aria-label={t('deploy.comparing')} /> : <Changes changes={changes} version={deployed?.version} />}
      {approval.length ? <Approvals approval={approval} yes={yes} onYes={setYes} /> : null}
      <div className="field"><label htmlFor="deploy-comment">{t('deploy.comment')}</label><input id="deploy-comment" value={comment} maxLength={500} onChange={(event) => setComment(event.target.value)} /></div>
      {wrong ? <div className="callout callout-bad" role="alert">{wrong}</div> : null}
    </Dialog>
  )
}

function Changes({ changes, version }: { changes: readonly DiffLine[]; version: number | undefined }) {
  const { t } = useWords()
  const n = useFlow((flow) => flow.history.document.nodes.length)
  if (version === undefined) return <p>{t('deploy.first', { n })}</p>
  if (changes.length === 0) return <p className="muted">{t('deploy.same', { version })}</p>
  return (
    <div className="stack-tight" data-testid="deploy-changes">
      <h3 className="small">{t('deploy.changes', { version })}</h3>
      <ul className="plain diff">{changes.map((change, i) => <li key={i}><ArrowRight size={14} aria-hidden />{change.text}</li>)}</ul>
    </div>
  )
}

function Approvals({ approval, yes, onYes }: { approval: readonly Approval[]; yes: ReadonlySet<string>; onYes: (yes: ReadonlySet<string>) => void }) {
  const { t } = useWords()
  return (
    <div className="callout callout-warn" data-testid="deploy-approval">
      <ShieldCheck aria-hidden />
      <div className="grow stack-tight">
        <strong>{t('deploy.approval')}</strong>
        {approval.map((one, i) => (
          <label key={one.hash} className="check">
            <input type="checkbox" checked={yes.has(one.hash)} data-testid={`approve-${i}`} onChange={(event) => {
              const next = new Set(yes)
              if (event.target.checked) next.add(one.hash)
              else next.delete(one.hash)
              onYes(next)
            }} />
            <span>{one.text}</span>
          </label>
        ))}
      </div>
    </div>
  )
}
