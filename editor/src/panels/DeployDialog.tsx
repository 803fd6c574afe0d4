import { History, ShieldCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import { place, type Problem } from '../model/problems'
import { documentNow, useFlow } from '../session/flow'
import { afterDeploy, draftDiffers, wordsOf } from '../session/running'
import { saveNow } from '../session/saving'
import { useUi } from '../session/ui'
import { api, type Approval } from '../wire/api'
import { HttpFailure } from '../wire/http'
import type { Deploying, Version } from '../wire/records'
import { localeOf, useWords } from '../words'
import { AskForecasts } from './Asking'
import { Dialog } from './Dialog'
import { Difference } from './Difference'
import { ProblemLines } from './ProblemLines'
import { TakeIntoDraft, VersionLine, VersionList } from './Versions'

/** Deploying, all versions, or going back to one of them. */
type Mode = 'forward' | 'list' | Version

/** What would be deployed against what runs, what was deployed before, or what going back to a version would change. */
export function DeployDialog({ first }: { first: 'forward' | 'list' }) {
  const { t } = useWords()
  const { id, deployed, saving, status, statusDetail } = useFlow()
  const inDraft = useFlow((flow) => flow.problems)
  const [facts, setFacts] = useState<Deploying | null>(null)
  const [mode, setMode] = useState<Mode>(first)
  const [around, setAround] = useState<'forward' | 'list'>(first)
  const back = typeof mode === 'object' ? mode : null
  const [comment, setComment] = useState('')
  const { busy, wrong, refused, approval, yes, setYes, fail, run } = useDeploying(back)
  useEffect(() => {
    void saveNow().then(() => api.deploying(id)).then(setFacts).catch((failure) => { setFacts({ before: null, comment_needed: false }); fail(failure) })
  }, [id, fail])
  const before = facts?.before ?? null
  const errors = (refused ? place(refused, documentNow()) : back ? [] : inDraft).filter((problem) => problem.severity === 'error')
  const silent = !back && facts?.comment_needed === true && !comment.trim()
  const stopped = busy || facts === null || errors.length > 0 || silent || approval.some((one) => !yes.has(one.hash)) || (!back && saving === 'conflict')
  const goBack = (version: Version) => { setAround(mode === 'list' ? 'list' : 'forward'); setMode(version) }
  const foot = mode === 'list' ? <button type="button" className="btn" onClick={() => setMode('forward')} data-testid="versions-deploy">{t('versions.deploy')}</button> : (
    <>
      {back ? <TakeIntoDraft version={back} /> : null}
      {back ? <button type="button" className="btn" onClick={() => setMode(around)}>{t('deploy.not_back')}</button> : <button type="button" className="btn" onClick={() => useUi.getState().set({ dialog: null })}>{t('dialog.cancel')}</button>}
      <button type="button" className="btn btn-primary" disabled={stopped} onClick={() => void run(comment)} data-testid="deploy-confirm">
        {busy ? <span className="spinner" aria-hidden /> : null}{approval.length ? t('deploy.approve') : back ? t('deploy.back', { version: back.version }) : t('deploy.confirm')}
      </button>
    </>
  )
  return (
    <Dialog title={back ? t('deploy.back', { version: back.version }) : t(mode === 'list' ? 'versions.title' : 'deploy.title')} foot={foot} wide={deployed !== null} testId="deploy-dialog">
      {status === 'rolled_back' ? <div className="callout callout-warn" data-testid="deploy-rolled-back"><div>{statusDetail.map((problem, i) => <p key={i}>{problem.message}</p>)}</div></div> : null}
      {errors.length && mode !== 'list' ? <div className="stack-tight" data-testid="deploy-problems"><p>{t('deploy.problems')}</p><ProblemLines problems={errors} /></div> : null}
      {mode === 'list' ? <VersionList onPick={goBack} onFail={fail} /> : facts === null ? <span className="spinner" role="status" aria-label={t('deploy.comparing')} /> : back ? <Back before={back} /> : <Forward before={before} onBack={goBack} onList={() => setMode('list')} />}
      {mode === 'forward' && facts !== null ? <AskForecasts /> : null}
      {approval.length ? <Approvals approval={approval} yes={yes} onYes={setYes} /> : null}
      {mode !== 'forward' ? null : <div className="field"><label htmlFor="deploy-comment">{t(facts?.comment_needed ? 'deploy.comment_needed' : 'deploy.comment')}</label><input id="deploy-comment" value={comment} maxLength={500} required={facts?.comment_needed ?? false} onChange={(event) => setComment(event.target.value)} /></div>}
      {wrong ? <div className="callout callout-bad" role="alert">{wrong}</div> : null}
    </Dialog>
  )
}

/** Deploying or going back, and what the server says to it. */
function useDeploying(back: Version | null) {
  const { t } = useWords()
  const id = useFlow((flow) => flow.id)
  const [refused, setRefused] = useState<readonly Problem[] | null>(null)
  const [approval, setApproval] = useState<readonly Approval[]>([])
  const [yes, setYes] = useState<ReadonlySet<string>>(new Set())
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState('')
  const [fail] = useState(() => (failure: unknown) => setWrong(wordsOf(failure)))
  useEffect(() => { setRefused(null); setApproval([]); setYes(new Set()); setWrong('') }, [back])
  const run = async (comment: string) => {
    setBusy(true)
    setWrong('')
    try {
      await saveNow()
      const { version } = await (back ? api.back(id, back.version, [...yes]) : api.deploy(id, [...yes], comment))
      useUi.getState().set({ dialog: null })
      useUi.getState().toast(t('deploy.done', { version }))
      await afterDeploy(version)
    } catch (failure) {
      const body = (failure instanceof HttpFailure ? failure.body : null) as { approval?: Approval[]; problems?: Problem[] } | null
      if (body?.approval) setApproval(body.approval)
      else if (body?.problems) setRefused(body.problems)
      else fail(failure)
    } finally {
      setBusy(false)
    }
  }
  return { busy, wrong, refused, approval, yes, setYes, fail, run }
}

function Forward({ before, onBack, onList }: { before: Version | null; onBack: (version: Version) => void; onList: () => void }) {
  const { t } = useWords()
  const draft = useFlow((flow) => flow.history.document)
  const deployed = useFlow((flow) => flow.deployed)
  if (deployed === null) return <p>{t('deploy.first', { n: draft.nodes.length })}</p>
  return (
    <>
      {draftDiffers(draft, deployed.document) ? (
        <div className="stack-tight">
          <h3 className="small">{t('deploy.changes', { version: deployed.version })}</h3>
          <Difference before={deployed.document} after={draft} testId="deploy-changes" />
        </div>
      ) : <p className="muted" data-testid="deploy-same">{t('deploy.same', { version: deployed.version })}</p>}
      {before ? (
        <div className="version-before small" data-testid="version-before">
          <span className="grow"><VersionWords version={before} /></span>
          <button type="button" className="btn btn-small" onClick={() => onBack(before)} data-testid="deploy-back"><History aria-hidden />{t('deploy.back_to', { version: before.version })}</button>
          <button type="button" className="btn btn-small btn-quiet" onClick={onList} data-testid="deploy-versions">{t('versions.title')}</button>
        </div>
      ) : null}
    </>
  )
}

function Back({ before }: { before: Version }) {
  const { t } = useWords()
  const deployed = useFlow((flow) => flow.deployed)
  if (deployed === null) return null
  return (
    <div className="stack-tight">
      <p><VersionLine version={before} /></p>
      <p className="muted">{t('deploy.back_about', { version: deployed.version })}</p>
      <h3 className="small">{t('deploy.changes', { version: deployed.version })}</h3>
      {draftDiffers(before.document, deployed.document) ? <Difference before={deployed.document} after={before.document} testId="back-changes" /> : <p className="muted">{t('deploy.same', { version: deployed.version })}</p>}
    </div>
  )
}

function VersionWords({ version }: { version: Version }) {
  const { t, lang } = useWords()
  const when = new Intl.DateTimeFormat(localeOf(lang), { dateStyle: 'medium', timeStyle: 'short' }).format(version.at)
  const who = version.by ? t('deploy.version_by', { version: version.version, when, who: version.by }) : t('deploy.version', { version: version.version, when })
  return <>{who}{version.comment ? <span className="muted">{' '}{lang === 'ja' ? `「${version.comment}」` : `“${version.comment}”`}</span> : null}</>
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
