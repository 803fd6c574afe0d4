// What opens over the show: the keys, the words of the trade, showing it on the network.
import { useCallback, useEffect, useRef, useState } from 'react'
import { spoken } from '../model/catalog'
import { Dialog } from '../panels/Dialog'
import { call, HttpFailure } from '../wire/http'
import { useWords, type Key } from '../words'
import { useDemo } from './state'

const KEYS: readonly (readonly [string, Key])[] = [
  ['T', 'demo.type_it'], ['E', 'demo.edit'], ['1–9', 'demo.faults'], ['← →', 'demo.steps'], ['␣', 'demo.play_pause'], ['.', 'demo.one_step'],
  ['+ −', 'demo.speed'], ['R', 'demo.reset'], ['G', 'demo.large'], ['N', 'demo.notes'], ['W', 'demo.words'], ['S', 'demo.share'], ['P', 'demo.report'], ['L', 'demo.language'], ['F', 'demo.full'], ['?', 'demo.keys'],
]

export function Panels() {
  const panel = useDemo((demo) => demo.panel)
  const close = useCallback(() => useDemo.setState({ panel: null }), [])
  if (panel === 'keys') return <Keys close={close} />
  if (panel === 'words') return <Terms close={close} />
  if (panel === 'share') return <Share close={close} />
  return null
}

function Keys({ close }: { close: () => void }) {
  const { t } = useWords()
  return (
    <Dialog title={t('demo.keys')} testId="panel-keys" onClose={close}>
      <dl className="demo-keys" data-testid="keys">{KEYS.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{t(what)}</dd></div>)}</dl>
    </Dialog>
  )
}

function Terms({ close }: { close: () => void }) {
  const { t, lang } = useWords()
  const words = useDemo((demo) => demo.told!.words)
  return (
    <Dialog title={t('demo.words')} testId="panel-words" onClose={close}>
      <dl className="demo-terms">{words.map((word, i) => <div key={i}><dt>{spoken(word.term, lang, '')}</dt><dd>{spoken(word.meaning, lang, '')}</dd></div>)}</dl>
    </Dialog>
  )
}

interface Shared {
  readonly url: string
  readonly qr: string
  readonly size: number
  readonly viewers: number
}
interface Place {
  readonly interface: string
  readonly address: string
}

const LOOK_MS = 3_000

function Share({ close }: { close: () => void }) {
  const { t } = useWords()
  const id = useDemo((demo) => demo.told!.id)
  const [places, setPlaces] = useState<readonly Place[]>([])
  const [share, setShare] = useState<Shared | null>(null)
  const [failed, setFailed] = useState('')
  const path = `/api/demos/${id}/share`
  /** How often it was begun or revoked: a look that was asked for before that is old. */
  const done = useRef(0)
  const tried = async (work: () => Promise<void>) => {
    try {
      await work()
      setFailed('')
    } catch (failure) {
      setFailed((failure instanceof HttpFailure && failure.detail) || t('demo.not_done'))
    }
  }
  const look = () => tried(async () => {
    const before = done.current
    const found = await call<{ addresses: Place[]; share: Shared | null }>('GET', path)
    if (before !== done.current) return
    setPlaces(found.addresses)
    setShare(found.share)
  })
  useEffect(() => {
    void look()
    const timer = setInterval(() => void look(), LOOK_MS)
    return () => clearInterval(timer)
  }, []) // eslint-disable-line react-hooks/exhaustive-deps -- looks by itself, for as long as it is open
  const begin = (address: string) => tried(async () => {
    const begun = await call<Shared>('POST', path, { address })
    done.current += 1
    setShare(begun)
  })
  const revoke = () => tried(async () => {
    await call('DELETE', path)
    done.current += 1
    setShare(null)
  })
  return (
    <Dialog title={t('demo.share')} testId="panel-share" onClose={close}>
      <div className="stack" data-testid="share-panel">
        {failed ? <p className="callout callout-bad" role="alert">{failed}</p> : null}
        {share ? <Link share={share} revoke={() => void revoke()} /> : <Offer places={places} begin={(address) => void begin(address)} />}
      </div>
    </Dialog>
  )
}

function Link({ share, revoke }: { share: Shared; revoke: () => void }) {
  const { t } = useWords()
  return (
    <>
      <div className="share-shown">
        <svg className="share-qr" viewBox={`0 0 ${share.size} ${share.size}`} role="img" aria-label={t('demo.qr')} data-testid="qr"><rect width={share.size} height={share.size} className="qr-light" /><path d={share.qr} className="qr-dark" /></svg>
        <div className="stack-tight grow">
          <p>{t('demo.share_scan')}</p>
          <p className="mono share-url" data-testid="share-url">{share.url}</p>
          <p className="muted" role="status">{t('demo.viewers', { n: share.viewers })}</p>
        </div>
      </div>
      <button type="button" className="btn btn-danger" onClick={revoke} data-testid="revoke">{t('demo.revoke')}</button>
    </>
  )
}

function Offer({ places, begin }: { places: readonly Place[]; begin: (address: string) => void }) {
  const { t } = useWords()
  const [chosen, setChosen] = useState('')
  const address = chosen || places[0]?.address || ''
  return (
    <>
      <p>{t('demo.share_what')}</p>
      <p className="callout callout-warn">{t('demo.share_warning')}</p>
      <div className="field">
        <label htmlFor="share-address">{t('demo.share_where')}</label>
        <select id="share-address" value={address} onChange={(event) => setChosen(event.target.value)} data-testid="share-address">
          {places.map((place) => <option key={place.address} value={place.address}>{place.address} ({place.address.startsWith('127.') ? t('demo.this_machine') : place.interface})</option>)}
        </select>
      </div>
      <button type="button" className="btn btn-primary" onClick={() => begin(address)} disabled={!address} data-testid="share-begin">{t('demo.share_begin')}</button>
    </>
  )
}
