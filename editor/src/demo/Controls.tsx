// The line below: the step of the story, the faults with their keys, and time.
import { ChevronLeft, ChevronRight, Minus, Pause, Play, Plus, RotateCcw, StepForward } from 'lucide-react'
import { spoken } from '../model/catalog'
import { useShow } from '../show/state'
import { useWords } from '../words'
import { faster, flip, goOn, oneStep, pause, reset } from './acts'
import { useDemo } from './state'

export function Controls() {
  return <footer className="controls"><Story /><Switches /><Time /></footer>
}

function Story() {
  const { t, lang } = useWords()
  const steps = useDemo((demo) => demo.told!.steps)
  const step = useShow((show) => show.seen.step)
  if (!steps.length) return null
  return (
    <div className="controls-story" role="group" aria-label={t('demo.story')}>
      <button type="button" className="btn btn-quiet btn-icon" onClick={() => goOn(-1)} disabled={step === null} aria-label={t('demo.step_back')} title={`${t('demo.step_back')} (←)`}><ChevronLeft aria-hidden /></button>
      <p className="controls-step" data-testid="step" aria-live="polite"><span className="number faint">{step === null ? 0 : step + 1}/{steps.length}</span> <strong>{step === null ? t('demo.story') : spoken(steps[step]?.title, lang, '')}</strong></p>
      <button type="button" className="btn btn-quiet btn-icon" onClick={() => goOn(1)} disabled={step === steps.length - 1} aria-label={t('demo.step_on')} title={`${t('demo.step_on')} (→)`} data-testid="next-step"><ChevronRight aria-hidden /></button>
    </div>
  )
}

function Switches() {
  const { t, lang } = useWords()
  const switches = useDemo((demo) => demo.told!.switches)
  const on = useDemo((demo) => demo.playing.on)
  if (!switches.length) return null
  return (
    <div className="controls-switches" role="group" aria-label={t('demo.faults')}>
      {switches.map((one) => (
        <button key={one.key} type="button" className="btn fault" aria-pressed={Boolean(on[one.key])} aria-keyshortcuts={one.key} onClick={() => flip(one.key)} data-testid={`fault-${one.key}`}>
          <kbd>{one.key}</kbd><span>{spoken(one.label, lang, one.fault)}</span>
        </button>
      ))}
    </div>
  )
}

function Time() {
  const { t } = useWords()
  const { paused, speed } = useDemo((demo) => demo.playing)
  return (
    <div className="controls-time" role="group" aria-label={t('demo.time')}>
      <button type="button" className="btn btn-icon" onClick={pause} aria-label={paused ? t('demo.play') : t('demo.pause')} title={`${paused ? t('demo.play') : t('demo.pause')} (␣)`} data-testid="pause">{paused ? <Play aria-hidden /> : <Pause aria-hidden />}</button>
      <button type="button" className="btn btn-icon" onClick={oneStep} aria-label={t('demo.one_step')} title={`${t('demo.one_step')} (.)`} data-testid="one-step"><StepForward aria-hidden /></button>
      <button type="button" className="btn btn-icon" onClick={reset} aria-label={t('demo.reset')} title={`${t('demo.reset')} (R)`} data-testid="reset"><RotateCcw aria-hidden /></button>
      <span className="controls-speed">
        <button type="button" className="btn btn-quiet btn-icon" onClick={() => faster(false)} disabled={speed <= 1} aria-label={t('demo.slower')} title={`${t('demo.slower')} (−)`}><Minus aria-hidden /></button>
        <span className="number" data-testid="speed">×{speed}</span>
        <button type="button" className="btn btn-quiet btn-icon" onClick={() => faster(true)} disabled={speed >= 3600} aria-label={t('demo.faster')} title={`${t('demo.faster')} (+)`} data-testid="faster"><Plus aria-hidden /></button>
      </span>
    </div>
  )
}
