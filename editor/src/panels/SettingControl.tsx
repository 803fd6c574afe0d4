import { choicesFor } from '../model/registry'
import type { Json, Setting } from '../model/document'
import { parseDuration } from '../model/duration'
import { inner } from '../model/schema'
import { firstUse } from '../model/settings'
import { unitFor } from '../model/summary'
import { fieldsAt, useArriving } from '../session/arriving'
import { useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { useWords } from '../words'
import { DurationInput, LineInput, NumberInput, PickInput, SwitchInput } from './form/inputs'

/** The control for a setting's value: what the params that use it are made of decides. */
export function SettingControl({ id, name, setting, onChange, testId }: { id: string; name: string; setting: Setting; onChange: (value: Json) => void; testId: string }) {
  const { lang } = useWords()
  const document = useFlow((flow) => flow.history.document)
  const { catalog, registry } = useKnown()
  const shapes = useArriving((state) => state.shapes)
  const use = firstUse(document, catalog, name)
  const { plain, marks } = use ? inner(use.schema, use.root) : { plain: {}, marks: {} as ReturnType<typeof inner>['marks'] }
  const { value } = setting
  const put = (next: Json | undefined) => next !== undefined && onChange(next)
  if (typeof value === 'boolean') return <SwitchInput id={id} value={value} onChange={put} testId={testId} />
  if (marks.ref && marks.ref !== 'field') return <PickInput id={id} value={String(value)} choices={choicesFor(marks.ref, registry, lang)} required onChange={put} testId={testId} />
  if (plain.enum) return <PickInput id={id} value={String(value)} choices={plain.enum.map((option) => ({ value: String(option), label: String(option) }))} required onChange={put} testId={testId} />
  if (typeof value === 'number') {
    const unit = setting.unit ?? (use ? unitFor({ 'x-suiro': marks }, use.node, fieldsAt(shapes, document, catalog, registry, use.node.id)) : '')
    return <NumberInput id={id} value={value} unit={unit} onChange={put} testId={testId} />
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (marks.format === 'duration' || parseDuration(text) !== null) return <DurationInput id={id} value={text} onChange={put} testId={testId} />
  return <LineInput id={id} value={text} onChange={put} testId={testId} />
}
