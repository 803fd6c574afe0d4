import {
  AlignCenterHorizontal, AlignCenterVertical, AlignEndHorizontal, AlignEndVertical, AlignHorizontalDistributeCenter, AlignStartHorizontal, AlignStartVertical,
  AlignVerticalDistributeCenter, Copy, Frame, FoldVertical, Network, Pin, Trash2, type LucideIcon,
} from 'lucide-react'
import { shownChord } from '../model/chords'
import { COLORS, notesOf } from '../model/notes'
import { ACTIONS, carryOut, mayDo, type Action } from '../session/actions'
import { useFlow } from '../session/flow'
import { MAC } from '../session/mac'
import { colorNotes } from '../session/notes'
import { useWords } from '../words'

const ICONS: { readonly [action: string]: LucideIcon } = {
  'align left': AlignStartVertical, 'align centre': AlignCenterVertical, 'align right': AlignEndVertical,
  'align top': AlignStartHorizontal, 'align middle': AlignCenterHorizontal, 'align bottom': AlignEndHorizontal,
  'spread horizontal': AlignHorizontalDistributeCenter, 'spread vertical': AlignVerticalDistributeCenter,
  arrange: Network, pin: Pin, frame: Frame, fold: FoldVertical, duplicate: Copy, delete: Trash2,
}
const FOR_NODES = [['align left', 'align centre', 'align right'], ['align top', 'align middle', 'align bottom'], ['spread horizontal', 'spread vertical'], ['arrange', 'pin', 'frame'], ['duplicate', 'delete']]

/** What can be done with several nodes, or with a note, above the canvas while they are selected. */
export function SelectionBar() {
  const { t } = useWords()
  const selection = useFlow((flow) => flow.selection)
  const notes = useFlow((flow) => flow.history.document.notes)
  const chosen = notesOf({ suiro: 1, nodes: [], notes: notes ?? [] }).filter((note) => selection.notes.has(note.id))
  if (selection.nodes.size > 1) return <Bar groups={FOR_NODES} />
  if (chosen.length === 0 || selection.nodes.size > 0) return null
  return (
    <Bar groups={[...(chosen.some((note) => note.frame) ? [['fold']] : []), ['duplicate', 'delete']]}>
      <span className="row swatches" role="group" aria-label={t('note.color')}>
        {COLORS.map((color) => (
          <button key={color} type="button" className="swatch" data-color={color} aria-label={t(`color.${color}`)} title={t(`color.${color}`)} aria-pressed={chosen.every((note) => note.color === color)} onClick={() => colorNotes(color)} data-testid={`color-${color}`} />
        ))}
      </span>
    </Bar>
  )
}

function Bar({ groups, children }: { groups: readonly (readonly string[])[]; children?: React.ReactNode }) {
  const { t } = useWords()
  return (
    <div className="selection-bar" role="toolbar" aria-label={t('selection.title')} data-testid="selection-bar">
      {children}
      {groups.map((group) => (
        <span key={group.join()} className="row selection-group">{group.map((id) => { const action = ACTIONS.find((one) => one.id === id); return action ? <Tool key={id} action={action} /> : null })}</span>
      ))}
    </div>
  )
}

function Tool({ action }: { action: Action }) {
  const { t } = useWords()
  const Icon = ICONS[action.id]!
  const keys = action.keys[0]
  const label = t(action.label)
  return (
    <button type="button" className="btn btn-quiet btn-icon btn-small" disabled={!mayDo(action)} aria-label={label} title={keys ? `${label} (${shownChord(keys, MAC)})` : label} onClick={() => carryOut(action)} data-testid={`tool-${action.id.replace(' ', '-')}`}>
      <Icon aria-hidden />
    </button>
  )
}
