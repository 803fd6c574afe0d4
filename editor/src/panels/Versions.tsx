import { FileInput, History } from 'lucide-react'
import { useEffect, useState } from 'react'
import { asDocument } from '../model/document'
import { useFlow } from '../session/flow'
import { useUi } from '../session/ui'
import { api } from '../wire/api'
import type { Version, VersionRow } from '../wire/records'
import { localeOf, useWords } from '../words'

/** All versions that were deployed, the newest first, a page at a time. */
export function VersionList({ onPick, onFail }: { onPick: (version: Version) => void; onFail: (failure: unknown) => void }) {
  const { t } = useWords()
  const id = useFlow((flow) => flow.id)
  const [rows, setRows] = useState<readonly VersionRow[] | null>(null)
  const [more, setMore] = useState(false)
  const read = (before?: number) => void api.versions(id, before).then((page) => { setRows((known) => [...(before === undefined ? [] : (known ?? [])), ...page.versions]); setMore(page.more) }).catch(onFail)
  // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when it opens
  useEffect(() => read(), [id])
  const pick = (row: VersionRow) => void api.version(id, row.version).then((version) => onPick({ ...version, document: asDocument(version.document) })).catch(onFail)
  if (rows === null) return <span className="spinner" role="status" aria-label={t('deploy.comparing')} />
  return (
    <div className="stack-tight">
      <p className="small muted">{t('versions.about')}</p>
      <ol className="plain versions" data-testid="versions">{rows.map((row) => <Row key={row.version} row={row} onPick={() => pick(row)} />)}</ol>
      {more ? <div><button type="button" className="btn btn-small" onClick={() => read(rows.at(-1)?.version)} data-testid="versions-more">{t('versions.more')}</button></div> : null}
    </div>
  )
}

function Row({ row, onPick }: { row: VersionRow; onPick: () => void }) {
  const { t } = useWords()
  const runs = useFlow((flow) => flow.deployed?.version === row.version)
  return (
    <li className="version-row" data-testid={`version-${row.version}`}>
      <div className="grow stack-tight">
        <span><strong>{t('versions.number', { version: row.version })}</strong>{runs ? <span className="badge badge-good">{t('versions.deployed')}</span> : null} <span className="small muted number">{row.changes === null ? t('versions.first') : t('versions.changes', { n: row.changes })}</span></span>
        <span className="small muted"><When version={row} /></span>
        {row.comment ? <span className="small version-comment">{row.comment}</span> : null}
      </div>
      {runs ? null : <button type="button" className="btn btn-small" onClick={onPick} data-testid={`version-look-${row.version}`}><History aria-hidden />{t('versions.look')}</button>}
    </li>
  )
}

function When({ version }: { version: Omit<Version, 'document'> }) {
  const { lang } = useWords()
  const when = new Intl.DateTimeFormat(localeOf(lang), { dateStyle: 'medium', timeStyle: 'short' }).format(version.at)
  return <>{when}{version.by ? ` · ${version.by}` : ''}</>
}

export function VersionLine({ version }: { version: Version }) {
  const { t } = useWords()
  return <><strong>{t('versions.number', { version: version.version })}</strong> <span className="muted"><When version={version} />{version.comment ? ` · ${version.comment}` : ''}</span></>
}

/** To go on from an earlier version without deploying it; one undo takes it back. */
export function TakeIntoDraft({ version }: { version: Version }) {
  const { t } = useWords()
  const take = () => {
    useFlow.getState().change({ t: 'whole', document: version.document })
    useUi.getState().set({ dialog: null })
    useUi.getState().toast(t('versions.taken', { version: version.version }))
  }
  return <button type="button" className="btn btn-quiet version-take" onClick={take} data-testid="version-take"><FileInput aria-hidden />{t('versions.take')}</button>
}
