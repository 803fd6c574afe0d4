// The inbox: notices arrive live, are found by state, flow and words, and acknowledged one by one, by flow or all together;
// after a break of the socket the missed ones are fetched.
import { ago, allowed, call, complain, lang, locale, listen, make, onlyNewest, pageData, put, say, tellTimes } from './page.js'
import { endSnooze, readSnoozes, snoozeWords } from './snoozing.js'

const list = document.getElementById('notices')
const all = document.getElementById('ack-all')
const form = document.getElementById('filter')
const older = document.getElementById('older')
const most = pageData.most
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
let newest = pageData.seq

const rowOf = (id) => list.querySelector(`[data-notice="${CSS.escape(id)}"]`)
const chosen = () => ({ open: form.elements.state.value === 'open', snoozed: form.elements.state.value === 'snoozed', flow: form.elements.flow.value, text: form.elements.text.value.trim() })

function fits(notice) {
  const { open, snoozed, flow, text } = chosen()
  if (snoozed !== Boolean(notice.snoozed) || (open && notice.acked)) return false
  if (flow && flow !== (notice.flow ?? 'system')) return false
  return notice.text.toLocaleLowerCase(lang).includes(text.toLocaleLowerCase(lang))
}

// --- one notice ------------------------------------------------------------------------------------------------------

function row(notice, fresh) {
  return make('article', { class: fresh ? 'notice notice-new' : 'notice', 'data-notice': notice.id, 'data-flow': notice.flow ?? 'system', 'data-seq': notice.seq, 'data-acked': notice.acked ? '1' : '0' },
    make('span', { class: 'notice-mark', 'aria-hidden': 'true' }),
    make('div', {},
      make('div', { class: 'notice-text' }, notice.text),
      notice.picture ? picture(notice) : null,
      make('div', { class: 'meta' },
        make('time', { 'data-ms': notice.time }),
        notice.flow ? make('a', { href: `/flows/${notice.flow}/` }, notice.flow_name ?? '') : null,
        make('span', {}, pageData.destinations?.[notice.to] ?? notice.to))),
    notice.acked ? seen(notice) : make('button', { type: 'button', class: 'btn btn-small ack' }, say('acknowledge')))
}

/** What the worker keeps of it, for as long as it does. */
function picture(notice) {
  const image = make('img', { src: `/pictures/${notice.picture}`, alt: say('picture_of', notice.text), loading: 'lazy', width: 320, height: 240 })
  const link = make('a', { class: 'notice-picture', href: `/pictures/${notice.picture}?large=1`, target: '_blank', rel: 'noreferrer' }, image)
  image.addEventListener('error', () => {
    if (image.dataset.again) return link.remove()
    image.dataset.again = '1' // too many may have been asked for at once
    setTimeout(() => { image.src = `/pictures/${notice.picture}?again=1` }, 3_000)
  })
  return link
}

/** Who acknowledged it, and when. */
function seen({ acked, acked_by: by, snoozed }) {
  if (snoozed) return make('span', { class: 'badge notice-seen' }, say('held_back_one'))
  return make('span', { class: 'small faint notice-seen', title: exact.format(acked) }, by ? say('acknowledged_by', by, ago(acked)) : say('acknowledged'))
}

function markRead(found, about) {
  if (found.dataset.acked === '1') return
  found.dataset.acked = '1'
  found.querySelector('.ack')?.replaceWith(seen(about))
}

function arrived(notice) {
  newest = Math.max(newest, notice.seq)
  if (rowOf(notice.id)) return
  offer(notice)
  if (fits(notice)) list.prepend(row(notice, true))
  settle()
}

/** A flow that tells something for the first time can be chosen too. */
function offer(notice) {
  const flows = form.elements.flow
  if (notice.flow && ![...flows.options].some((one) => one.value === notice.flow)) flows.add(new Option(notice.flow_name ?? '', notice.flow), flows.options.length - 1)
}

function settle(gotAll = null) {
  const none = list.children.length === 0
  const { open, snoozed, flow, text } = chosen()
  const narrow = open || snoozed || Boolean(flow || text)
  list.hidden = none
  document.getElementById('empty').hidden = !none || narrow
  document.getElementById('no-match').hidden = !none || !narrow
  if (gotAll !== null) older.hidden = gotAll
  document.getElementById('ack-all-word').textContent = say(flow ? 'acknowledge_flow' : 'acknowledge_all')
  all.disabled = none || snoozed || (!flow && document.getElementById('unread').hidden) || (Boolean(flow) && !list.querySelector('[data-acked="0"]'))
  tellTimes(list)
}

// --- which are shown ---------------------------------------------------------------------------------------------------

const asks = onlyNewest()
/** What the line tells while rows are on their way: newer than they, so it is heard again once they are there. */
let meanwhile = null

async function fetchRows(before) {
  const { open, snoozed, flow, text } = chosen()
  const query = new URLSearchParams({ limit: most, ...(open ? { unread: true } : {}), ...(snoozed ? { snoozed: true } : {}), ...(flow ? { flow } : {}), ...(text ? { text } : {}), ...(before ? { before } : {}) })
  const counts = asks()
  meanwhile = []
  try {
    const found = await call('GET', `/api/notices?${query}`)
    if (!counts()) return
    if (!before) list.replaceChildren()
    list.append(...found.map((notice) => row(notice, false)))
    for (const again of meanwhile) again()
    meanwhile = null
    settle(found.length < most)
  } catch (failure) { complain(failure) }
}

let typing = null
form.addEventListener('submit', (event) => event.preventDefault())
form.addEventListener('change', () => fetchRows())
form.elements.text.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(() => fetchRows(), 250) })
older.addEventListener('click', () => fetchRows(Number(list.lastElementChild.dataset.seq)))

// --- acknowledge -------------------------------------------------------------------------------------------------------

list.addEventListener('click', async (event) => {
  const found = event.target.closest('.ack')?.closest('.notice')
  if (!found) return
  try {
    markRead(found, await call('POST', `/api/notices/${found.dataset.notice}/ack`))
    settle()
  } catch (failure) { complain(failure) }
})

all.addEventListener('click', async () => {
  const { flow } = chosen()
  try {
    await call('POST', '/api/notices/ack', flow && flow !== 'system' ? { flow } : {})
    all.disabled = true
  } catch (failure) { complain(failure) }
})

/** Now, and once more where rows that were asked for before take the place of these. */
function hear(news) {
  meanwhile?.push(news)
  news()
}

listen('notice', (notice) => hear(() => arrived(notice)))
listen('acked', (message) => hear(() => acknowledged(message)))

function acknowledged(message) {
  const hit = message.notice ? [rowOf(message.notice)] : [...list.children].filter((one) => !message.flow || one.dataset.flow === message.flow)
  for (const found of hit) if (found) markRead(found, message)
  settle()
}

/** What came, or was acknowledged, between the page and its line, or while that was away. */
listen('hello', async () => {
  const from = newest
  const missed = (query) => call('GET', `/api/notices?${query}`)
  try {
    for (const query of [`after=${from}`, `after=${from}&snoozed=1`]) for (const notice of (await missed(query)).reverse()) hear(() => arrived(notice))
    if (!list.querySelector('[data-acked="0"]')) return
    for (const notice of await missed(`limit=${most}`)) if (notice.acked && rowOf(notice.id)) markRead(rowOf(notice.id), notice)
    settle()
  } catch (failure) { complain(failure) }
})

if (form.elements.flow.value || chosen().snoozed) fetchRows()
else {
  list.append(...(pageData.notices ?? []).map((notice) => row(notice, false)))
  settle((pageData.notices ?? []).length < most)
}

// --- snoozes -----------------------------------------------------------------------------------------------------------

readSnoozes((snoozes) => {
  document.getElementById('snoozes').hidden = snoozes.length === 0
  put(document.getElementById('snooze-list'), ...snoozes.map(snoozeLine))
})

function snoozeLine(one) {
  const about = [one.flow_name, one.device_name].filter(Boolean).join(' · ')
  const more = [snoozeWords(one), one.commands ? say('snooze_with_commands') : null, one.by, one.reason].filter(Boolean).join(' · ')
  return make('div', { class: 'spread', 'data-snooze': one.id },
    make('div', { class: 'grow' }, make('div', { class: 'strong' }, about), make('div', { class: 'small muted' }, more)),
    make('span', { class: 'badge number' }, say('held_back', one.count)),
    make('button', { type: 'button', class: 'btn btn-small end', onclick: () => endSnooze(one), ...allowed('member') }, say(one.start > Date.now() ? 'snooze_call_off' : 'snooze_end')))
}
