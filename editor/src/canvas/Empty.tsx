import { Waypoints } from 'lucide-react'
import { spoken, type Lang } from '../model/catalog'
import type { Registry } from '../model/registry'
import { useKnown } from '../session/known'
import { useUi } from '../session/ui'
import { useWords, type Args, type Key } from '../words'
import { usePrompt } from '../session/prompt'

/** Shown while the flow has no nodes: what one can say, with the devices that are really there. */
export function Empty() {
  const { t, lang } = useWords()
  const registry = useKnown((known) => known.registry)
  const write = (text: string) => {
    usePrompt.setState({ text, focus: Date.now() })
    useUi.getState().set({ tab: 'conversation', panel: true, sheet: 'half' })
  }
  return (
    <div className="canvas-empty" data-testid="empty">
      <div className="empty">
        <Waypoints aria-hidden />
        <h2>{t('empty.title')}</h2>
        <p>{t('empty.text')}</p>
        <ul className="plain stack-tight">
          {examples(registry, lang, t).map((sentence) => (
            <li key={sentence}><button type="button" className="example" onClick={() => write(sentence)}>{sentence}</button></li>
          ))}
        </ul>
        <p className="small muted empty-palette">{t('empty.palette')}</p>
      </div>
    </div>
  )
}

const LIMITS: { readonly [unit: string]: number } = { '°C': 80, '℃': 80, '%': 70, ppm: 1000 }

function examples(registry: Registry, lang: Lang, t: (key: Key, args?: Args) => string): string[] {
  const to = registry.destinations[0] ? spoken(registry.destinations[0].label, lang, registry.destinations[0].id) : t('empty.someone')
  const measured = registry.types.flatMap((type) =>
    (type.fields ?? []).filter((f) => (f.type ?? 'number') === 'number' && f.unit).map((field) => (
      { id: type.id, type: spoken(type.label, lang, type.id), field: spoken(field.label, lang, field.name), unit: field.unit ?? '', n: LIMITS[field.unit ?? ''] ?? 100, to }
    )))
  const first = measured[0]
  const second = measured.find((one) => one.id !== first?.id && one.unit !== first?.unit)
  if (!first) return [t('empty.example_schedule', { to })]
  return [t('empty.example_above', first), second ? t('empty.example_every', second) : t('empty.example_schedule', { to })]
}
