import { createRoot } from 'react-dom/client'
import '../show/show.css'
import './audience.css'
import { useUi } from '../session/ui'
import { useShow, type About } from '../show/state'
import { Audience } from './Audience'
import { listen } from './listen'

const root = window.document.getElementById('audience')
if (root) {
  const lang = window.navigator.language.startsWith('ja') ? 'ja' : 'en'
  useUi.getState().set({ lang })
  window.document.documentElement.lang = lang
  useShow.setState({ about: JSON.parse(root.dataset.about ?? 'null') as About, source: { picture: (sha256) => `pictures/${sha256}`, plan: 'plan' } })
  createRoot(root).render(<Audience />)
  listen()
}
