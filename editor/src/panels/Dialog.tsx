import { X } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useUi } from '../session/ui'
import { useWords } from '../words'

interface Props {
  readonly title: string
  readonly wide?: boolean
  readonly foot?: ReactNode
  readonly children: ReactNode
  readonly testId: string
  /** A dialog that has to be answered has no way around it. */
  readonly must?: boolean
  /** Where it is not the editor's dialog (session/ui.ts) that closes. */
  readonly onClose?: () => void
}

export function Dialog({ title, wide, foot, children, testId, must, onClose }: Props) {
  const { t } = useWords()
  const box = useRef<HTMLDialogElement>(null)
  const close = onClose ?? (() => useUi.getState().set({ dialog: null }))
  useEffect(() => {
    const dialog = box.current
    if (!dialog?.open) dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={box} className={wide ? 'dialog dialog-wide' : 'dialog'} aria-label={title} data-testid={testId}
      onCancel={(event) => { event.preventDefault(); if (!must) close() }} onMouseDown={(event) => { if (event.target === box.current && !must) close() }}
    >
      <div className="dialog-head"><h2>{title}</h2>{must ? null : <button type="button" className="btn btn-quiet btn-icon btn-small" aria-label={t('dialog.close')} onClick={close}><X aria-hidden /></button>}</div>
      <div className="dialog-body">{children}</div>
      {foot ? <div className="dialog-foot">{foot}</div> : null}
    </dialog>
  )
}
