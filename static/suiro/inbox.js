// The inbox: notices arrive live and are acknowledged; after a break of the socket the missed ones are fetched.
import { call, complain, listen, make, pageData, say, tellTimes } from './page.js'

const list = document.getElementById('notices')
const all = document.getElementById('ack-all')
let newest = 0

const rowOf = (id) => list.querySelector(`[data-notice="${CSS.escape(id)}"]`)

list.addEventListener('click', async (event) => {
  const row = event.target.closest('.ack')?.closest('.notice')
  if (!row) return
  try {
    await call('POST', `/api/notices/${row.dataset.notice}/ack`)
    markRead(row)
  } catch (failure) { complain(failure) }
})

all.addEventListener('click', async () => {
  try {
    await call('POST', '/api/notices/ack')
    list.querySelectorAll('.notice').forEach(markRead)
    all.disabled = true
  } catch (failure) { complain(failure) }
})

function markRead(row) {
  row.dataset.acked = '1'
  row.querySelector('.ack')?.replaceWith(make('span', { class: 'small faint' }, say('acknowledged')))
}

function show(notice) {
  newest = Math.max(newest, notice.seq)
  if (rowOf(notice.id)) return
  const row = make('article', { class: 'notice notice-new', 'data-notice': notice.id, 'data-acked': notice.acked ? '1' : '0' },
    make('span', { class: 'notice-mark', 'aria-hidden': 'true' }),
    make('div', {},
      make('div', { class: 'notice-text' }, notice.text),
      make('div', { class: 'meta' },
        make('time', { 'data-ms': notice.time }),
        notice.flow ? make('a', { href: `/flows/${notice.flow}/` }, notice.flow_name ?? '') : null,
        make('span', {}, pageData.destinations?.[notice.to] ?? notice.to))),
    make('button', { type: 'button', class: 'btn btn-small ack' }, say('acknowledge')))
  list.prepend(row)
  list.hidden = false
  document.getElementById('empty').hidden = true
  all.disabled = false
  tellTimes(row)
}

listen('notice', show)
listen('acked', (message) => {
  if (message.notice) { const row = rowOf(message.notice); if (row) markRead(row) }
  else list.querySelectorAll('.notice').forEach(markRead)
})
listen('hello', async (message) => {
  const from = newest
  newest = message.seq
  if (!from || message.seq <= from) return
  for (const notice of (await call('GET', `/api/notices?after=${from}`)).reverse()) show(notice)
})
