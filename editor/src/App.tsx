import { ReactFlowProvider } from '@xyflow/react'
import { useEffect } from 'react'
import { Canvas } from './canvas/Canvas'
import { LiveBar } from './canvas/LiveBar'
import { ConflictDialog } from './panels/ConflictDialog'
import { DeployDialog } from './panels/DeployDialog'
import { ExportDialog, ImportDialog } from './panels/FileDialogs'
import { Finder } from './panels/Finder'
import { Header } from './panels/Header'
import { KeysDialog, Toasts } from './panels/OtherDialogs'
import { PaletteSide } from './panels/Palette'
import { Side } from './panels/Side'
import { nodeById } from './model/document'
import { selectNodes } from './model/selection'
import { documentNow, useFlow } from './session/flow'
import { useUi } from './session/ui'
import { useWords } from './words'

export function App() {
  const loaded = useFlow((flow) => flow.loaded)
  const { t } = useWords()
  useEffect(() => { if (loaded) selectNamed() }, [loaded])
  if (!loaded) return <div className="editor-wait" role="status"><span className="spinner" aria-hidden />{t('app.opening')}</div>
  return (
    <ReactFlowProvider>
      <div className="editor">
        <Header />
        <Toasts />
        <div className="editor-body">
          <PaletteSide />
          <main className="editor-main"><Canvas /><LiveBar /></main>
          <Side />
        </div>
      </div>
      <Dialogs />
    </ReactFlowProvider>
  )
}

/** The pages lead to a node of a flow by its id. */
function selectNamed() {
  const id = new URLSearchParams(location.search).get('node')
  if (id === null || !nodeById(documentNow(), id)) return
  useFlow.getState().select(selectNodes([id]))
  useUi.getState().set({ tab: 'node', panel: true })
}

function Dialogs() {
  const dialog = useUi((ui) => ui.dialog)
  switch (dialog) {
    case 'deploy': return <DeployDialog first="forward" />
    case 'versions': return <DeployDialog first="list" />
    case 'import': return <ImportDialog />
    case 'export': return <ExportDialog />
    case 'conflict': return <ConflictDialog />
    case 'keys': return <KeysDialog />
    case 'commands': return <Finder only="all" />
    case 'find': return <Finder only="flow" />
    default: return null
  }
}
