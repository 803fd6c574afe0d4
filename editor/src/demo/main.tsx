import { createRoot } from 'react-dom/client'
import '../editor.css'
import '../show/show.css'
import './demo.css'
import { startKeys } from './keys'
import { NotesWindow } from './Notes'
import { Presenter } from './Presenter'
import { start } from './start'
import { useDemo } from './state'
import { useUi } from '../session/ui'
import { t } from '../words'

const root = window.document.getElementById('demo')
if (root) {
  const { scenario = '', lang, theme } = root.dataset
  useUi.getState().set({ lang: lang === 'ja' ? 'ja' : 'en' })
  createRoot(root).render('notes' in root.dataset ? <NotesWindow /> : <Presenter />)
  startKeys()
  start({ scenario, lang: lang === 'ja' ? 'ja' : 'en', theme: theme === 'light' || theme === 'dark' ? theme : 'auto' }).catch(() => {
    useDemo.setState({ over: true, failed: t('demo.not_opened') })
  })
}
