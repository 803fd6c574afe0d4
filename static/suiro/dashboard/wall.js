// A dashboard on a wall: full screen, larger, nothing but the tiles, and the screen stays on where the browser allows it.
import { locale } from '../page.js'

const clock = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
let awake = null

export function wall(redraw) {
  const on = async () => {
    document.body.classList.add('wall')
    redraw()
    await document.documentElement.requestFullscreen?.().catch(() => undefined)
    await stayAwake()
  }
  const off = async () => {
    document.body.classList.remove('wall')
    redraw()
    if (document.fullscreenElement) await document.exitFullscreen()
    await awake?.release().catch(() => undefined)
    awake = null
  }
  document.getElementById('wall').addEventListener('click', on)
  document.getElementById('wall-off').addEventListener('click', off)
  document.addEventListener('fullscreenchange', () => { if (!document.fullscreenElement && document.body.classList.contains('wall')) off() })
  document.addEventListener('visibilitychange', () => { if (!document.hidden && document.body.classList.contains('wall')) stayAwake() })
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && document.body.classList.contains('wall')) off() })
  const shown = document.getElementById('wall-clock')
  const tell = () => { shown.textContent = clock.format(Date.now()) }
  tell()
  setInterval(tell, 5000)
}

/** The browser lets go of it whenever the page is out of sight; on a plain http address it may refuse. */
async function stayAwake() {
  awake = await navigator.wakeLock?.request('screen').catch(() => null) ?? null
}
