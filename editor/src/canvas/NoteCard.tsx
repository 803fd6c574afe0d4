import { Handle, NodeResizeControl, Position, type NodeProps } from '@xyflow/react'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { SMALLEST, withHidden, type Note } from '../model/notes'
import { useFlow } from '../session/flow'
import { foldFrame, sizeNote, useWriting, writeNote } from '../session/notes'
import { useWords } from '../words'
import type { DrawnNote } from './graph'

/** A note, or a frame around nodes; folded, a frame is as small as a node and its wires end at it. */
export const NoteCard = memo(function NoteCard({ data, selected }: NodeProps<DrawnNote>) {
  const { note, held, heldNotes } = data
  const { t } = useWords()
  const shape = note.folded ? 'folded' : note.frame ? 'frame' : 'note'
  return (
    <div className={`note note-${shape}`} data-color={note.color} data-selected={selected || undefined} data-testid={`note-${note.id}`}>
      {note.frame ? (
        <div className="frame-title">
          <button type="button" className="frame-fold nodrag" aria-expanded={!note.folded} aria-label={t(note.folded ? 'note.unfold' : 'note.fold')} title={t(note.folded ? 'note.unfold' : 'note.fold')} onClick={() => foldFrame(note.id)} data-testid={`fold-${note.id}`}>
            {note.folded ? <ChevronRight aria-hidden /> : <ChevronDown aria-hidden />}
          </button>
          <Text note={note} />
          {note.folded ? <Held note={note} count={held} notes={heldNotes} /> : null}
        </div>
      ) : <Text note={note} />}
      {note.folded ? <><Handle id="in" type="target" position={Position.Left} isConnectable={false} /><Handle id="out" type="source" position={Position.Right} isConnectable={false} /></> : null}
      {selected && !note.folded ? (
        <NodeResizeControl position="bottom-right" minWidth={SMALLEST.width} minHeight={SMALLEST.height} className="note-resize" onResizeEnd={(_, { width, height }) => sizeNote(note.id, width, height)} />
      ) : null}
    </div>
  )
})

function Text({ note }: { note: Note }) {
  const { t } = useWords()
  const writing = useWriting((state) => state.id === note.id)
  if (!writing) {
    return <div className="note-text" onDoubleClick={() => useWriting.setState({ id: note.id })}>{note.text || <span className="muted">{t(note.frame ? 'note.frame_title' : 'note.empty')}</span>}</div>
  }
  const put = (box: HTMLTextAreaElement) => writeNote(note.id, box.value)
  return (
    <textarea
      className="note-text note-writing nodrag nopan nowheel" data-own-undo autoFocus defaultValue={note.text} maxLength={2000} rows={note.frame ? 1 : 4} aria-label={t(note.frame ? 'note.title' : 'note.text')} data-testid="note-writing"
      onFocus={(event) => event.currentTarget.select()} onBlur={(event) => put(event.currentTarget)}
      onKeyDown={(event) => {
        const done = event.key === 'Escape' || (event.key === 'Enter' && (note.frame || event.ctrlKey || event.metaKey))
        if (!done || event.nativeEvent.isComposing) return
        event.preventDefault()
        event.stopPropagation()
        put(event.currentTarget)
      }}
    />
  )
}

function Held({ note, count, notes }: { note: Note; count: number; notes: number }) {
  const { t } = useWords()
  const problems = useFlow((flow) => { const { nodes } = withHidden(flow.history.document, [note.id]); return flow.problems.filter((problem) => problem.node !== null && nodes.includes(problem.node)).length })
  return <p className="note-held">{t('note.held', { n: count })}{notes ? ` · ${t('note.held_notes', { n: notes })}` : null}{problems ? <span className="bad"> · {t('problems.count', { n: problems })}</span> : null}</p>
}
