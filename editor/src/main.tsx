import { createRoot } from 'react-dom/client'
import { App } from './App'
import './editor.css'
import { shellOf, start } from './session/start'
import { useUi } from './session/ui'
import { t } from './words'

const root = window.document.getElementById('editor')
if (root) {
  const shell = shellOf(root)
  useUi.getState().set({ lang: shell.lang })
  const react = createRoot(root)
  react.render(<App />)
  start(shell).catch(() => {
    react.render(<div className="editor-wait" role="alert"><p>{t('app.failed')}</p><a className="btn" href="">{t('app.again')}</a></div>)
  })
}
