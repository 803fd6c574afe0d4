// The frame around every page: the menu on small screens, the mark of the page, how many notices wait.
import { listen } from './page.js'

const frame = document.getElementById('frame')
const menu = document.getElementById('menu')
menu?.addEventListener('click', () => menu.setAttribute('aria-expanded', String(frame.classList.toggle('menu-open'))))

for (const link of document.querySelectorAll('.nav-link[data-page]')) {
  if (location.pathname.startsWith(new URL(link.href).pathname)) link.setAttribute('aria-current', 'page')
}

const unread = document.getElementById('unread')
const show = (count) => { unread.textContent = String(Math.max(0, count)); unread.hidden = count <= 0 }
listen('notice', (notice) => { if (!notice.acked) show(Number(unread.textContent) + 1) })
listen('acked', (message) => show(message.unread))

const letters = document.getElementById('letters-count')
listen('letters', (message) => { letters.textContent = String(message.count); letters.hidden = message.count <= 0 })

const waiting = document.getElementById('waiting')
listen('approval', (message) => { waiting.textContent = String(message.waiting); waiting.hidden = message.waiting <= 0 })
