// The frame around every page: the menu on small screens, the mark of the page, how many notices wait.
import { listen } from './page.js'

const frame = document.getElementById('frame')
const menu = document.getElementById('menu')
menu?.addEventListener('click', () => menu.setAttribute('aria-expanded', String(frame.classList.toggle('menu-open'))))

for (const link of document.querySelectorAll('.nav-link[data-page]')) {
  if (location.pathname.startsWith(new URL(link.href).pathname)) link.setAttribute('aria-current', 'page')
}

const unread = document.getElementById('unread')
const mark = (badge, count) => { badge.textContent = String(Math.max(0, count)); badge.hidden = count <= 0 }
const show = (count) => mark(unread, count)
/** Up to which notice all are counted: what comes after that is one more. */
let counted = 0
listen('hello', (message) => { counted = message.seq })
listen('notice', (notice) => { if (!notice.acked && notice.seq > counted) show(Number(unread.textContent) + 1) })
for (const what of ['acked', 'hello']) listen(what, (message) => show(message.unread))

const letters = document.getElementById('letters-count')
for (const what of ['letters', 'hello']) listen(what, (message) => mark(letters, message.letters ?? message.count))

const waiting = document.getElementById('waiting')
for (const what of ['approval', 'hello']) listen(what, (message) => mark(waiting, message.waiting))
