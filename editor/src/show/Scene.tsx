// What the demo is about, to look at: the camera's picture with what was found in it, the plan with its devices, or the devices alone.
import { useEffect, useState } from 'react'
import { pictureIn } from '../model/shown'
import { lampOf, placeOf, type Looked } from '../model/show'
import { useWords } from '../words'
import { deviceName, lines } from './said'
import { useShow, type About, type ShownDevice } from './state'

export function Scene() {
  const about = useShow((show) => show.about)
  if (!about) return null
  const { camera, plan } = about.show
  const beside = about.devices.filter((device) => device.id !== camera && !(plan && about.show.places[device.id]))
  return (
    <section className={`scene${camera ? ' scene-camera' : plan ? ' scene-plan' : ' scene-devices'}`} data-testid="scene">
      {camera ? <Camera about={about} camera={camera} /> : plan ? <Plan about={about} /> : null}
      {beside.length ? <ul className="plain scene-beside">{beside.map((device) => <Beside key={device.id} about={about} device={device} />)}</ul> : null}
    </section>
  )
}

/** The last picture that has been loaded stays until the next one is. */
function Camera({ about, camera }: { about: About; camera: string }) {
  const { t, lang } = useWords()
  const reading = useShow((show) => show.seen.readings[camera])
  const looked = useShow((show) => show.seen.boxes[camera])
  const level = useShow((show) => show.seen.levels[camera])
  const source = useShow((show) => show.source)
  const newest = Object.values(reading?.data ?? {}).map((value) => pictureIn(value)).find((picture) => picture !== null)
  const [shown, setShown] = useState<string | null>(null)
  useEffect(() => {
    if (!newest) return
    const image = new Image()
    image.onload = () => setShown(newest.sha256)
    image.src = source.picture(newest.sha256)
    return () => { image.onload = null }
  }, [newest?.sha256, source]) // eslint-disable-line react-hooks/exhaustive-deps -- the picture is its SHA-256
  return (
    <figure className="camera" data-level={level}>
      <div className="camera-frame">
        {shown ? <img src={source.picture(shown)} alt={t('demo.picture_of', { device: deviceName(about, camera, lang) })} data-testid="camera" /> : <p className="muted">{t('demo.no_picture')}</p>}
        {shown && looked?.picture === shown ? <Boxes looked={looked} /> : null}
      </div>
      <figcaption><span className="dot dot-live" aria-hidden />{deviceName(about, camera, lang)}</figcaption>
    </figure>
  )
}

function Boxes({ looked }: { looked: Looked }) {
  return (
    <svg className="boxes" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden data-testid="boxes">
      {looked.objects.map(({ box: [left, top, right, bottom] }, i) => <rect key={i} x={left} y={top} width={right - left} height={bottom - top} />)}
    </svg>
  )
}

function Plan({ about }: { about: About }) {
  const { t, lang } = useWords()
  const source = useShow((show) => show.source)
  return (
    <figure className="plan">
      <div className="plan-ground">
        <img src={source.plan} alt={t('demo.plan')} />
        {about.devices.map((device) => {
          const place = about.show.places[device.id]
          return place ? <Spot key={device.id} about={about} device={device} place={place} lang={lang} /> : null
        })}
      </div>
    </figure>
  )
}

function Spot({ about, device, place, lang }: { about: About; device: ShownDevice; place: readonly [number, number]; lang: 'ja' | 'en' }) {
  const reading = useShow((show) => show.seen.readings[device.id])
  const level = useShow((show) => show.seen.levels[device.id]) ?? 'plain'
  const lamp = lampOf(reading)
  const [first] = lines(about, device, reading, lang, 1)
  const at = placeOf(reading, about.show.to_plan) ?? place
  const low = at[1] > 0.84 ? ' spot-low' : ''
  return (
    <div className={`spot${low}`} style={{ left: `${at[0] * 100}%`, top: `${at[1] * 100}%` }} data-level={level} data-testid={`spot-${device.id}`}>
      {lamp ? <span className="lamp" data-color={lamp} /> : <span className="spot-dot" />}
      <span className="spot-said"><span className="spot-name">{deviceName(about, device.id, lang)}</span>{first && !lamp ? <strong className="number">{first.bare ? `${first.label} ` : ''}{first.said}</strong> : null}</span>
    </div>
  )
}

/** A device that is on no picture: its lamp, or what it says. */
function Beside({ about, device }: { about: About; device: ShownDevice }) {
  const { lang } = useWords()
  const reading = useShow((show) => show.seen.readings[device.id])
  const level = useShow((show) => show.seen.levels[device.id]) ?? 'plain'
  const lamp = lampOf(reading)
  const said = lines(about, device, reading, lang)
  return (
    <li className="beside" data-level={level} data-testid={`device-${device.id}`} data-lamp={lamp ?? undefined}>
      {lamp ? <span className="lamp" data-color={lamp} aria-hidden /> : <span className="beside-dot" aria-hidden />}
      <span className="beside-name">{deviceName(about, device.id, lang)}</span>
      <span className="beside-values">{said.map((line) => <span key={line.name} title={line.label}><span className="beside-field">{line.label}</span> <strong className="number">{line.said}</strong></span>)}</span>
    </li>
  )
}
