// Dead letters: filtered, replayed or discarded one by one or all that are filtered. The worker says what came of it.
import { allowed, call, complain, lang, listen, make, onlyNewest, pageData, put, question, say, tellTimes, toast } from './page.js'

const find = (id) => document.getElementById(id)
const list = find('letters')
const number = new Intl.NumberFormat(lang)
const filter = { flow: pageData.flow || null, to: pageData.to ?? '' }
const orders = new Map()
let total = pageData.total
let shown = pageData.letters

for (const select of find('filter').elements) select.addEventListener('change', () => find('filter').requestSubmit())

// --- what is there -------------------------------------------------------------------------------------------------

function place(one) {
  if (one.kind === 'message') return make('span', { class: 'mono' }, one.to)
  return make('span', {}, pageData.destinations?.[one.to] ?? one.to)
}

function line(one) {
  const kind = one.kind === 'message' ? say('message') : pageData.actions?.[one.action] ?? one.action
  const buttons = []
  const ask = (what) => async () => {
    for (const button of buttons) button.disabled = true
    if (!await order(what, { ids: [one.id] })) for (const button of buttons) button.disabled = false
  }
  buttons.push(
    make('button', { type: 'button', class: 'btn btn-small replay', disabled: one.over, title: one.over ? say('letter_time_over') : null, onclick: ask('replay'), ...allowed('member') }, say('replay')),
    make('button', { type: 'button', class: 'btn btn-small btn-quiet discard', onclick: ask('discard'), ...allowed('member') }, say('discard')))
  return make('article', { class: 'letter', 'data-letter': one.id },
    make('div', { class: 'letter-what' },
      make('div', { class: 'row' }, make('span', { class: one.code === 'expired' ? 'badge badge-warn' : 'badge badge-bad' }, kind), make('span', { class: 'strong' }, place(one))),
      make('div', { class: 'letter-reason' }, one.reason, one.attempts > 1 ? make('span', { class: 'muted' }, ` ${say('attempts', number.format(one.attempts))}`) : null),
      make('pre', { class: 'letter-payload', tabindex: '0' }, one.payload || '–'),
      make('div', { class: 'meta' },
        make('time', { 'data-ms': one.time }),
        make('a', { href: `/flows/${one.flow}/` }, one.flow_name),
        one.node ? make('span', { class: 'mono' }, one.node) : null,
        one.device && one.device !== one.to ? make('span', { class: 'mono' }, one.device) : null,
        one.over ? make('span', { class: 'warn' }, say('letter_time_over')) : null)),
    make('div', { class: 'row letter-do' }, buttons))
}

function show() {
  put(list, ...shown.map(line))
  list.hidden = shown.length === 0
  find('empty').hidden = shown.length > 0
  find('bulk').hidden = shown.length === 0
  find('filter').hidden = shown.length === 0 && !filter.flow && !filter.to
  find('count').textContent = shown.length < total ? say('rows_shown', number.format(shown.length), number.format(total)) : ''
  find('replay-all').querySelector('span').textContent = say('replay_all', number.format(total))
  find('discard-all').querySelector('span').textContent = say('discard_all', number.format(total))
  tellTimes(list)
}

let pause = null
const asks = onlyNewest()

/** Read the list again, soon: while many letters come or go, once for all of them. */
function readAgain() {
  clearTimeout(pause)
  pause = setTimeout(async () => {
    const query = new URLSearchParams({ to: filter.to, ...(filter.flow ? { flow: filter.flow } : {}) })
    const counts = asks()
    try {
      const found = await call('GET', `/api/letters?${query}`)
      if (!counts()) return
      total = found.total
      shown = found.letters
      show()
    } catch (failure) { complain(failure) }
  }, 500)
}

// --- the way back --------------------------------------------------------------------------------------------------

/** Whether the worker was asked; what it answers is heard below. */
async function order(what, which) {
  try {
    const asked = await call('POST', `/api/letters/${what}`, which)
    for (const id of asked.orders) orders.set(id, what)
    if (asked.count === 0) toast(say('letter_time_over'), { bad: true })
    return asked.count > 0
  } catch (failure) { complain(failure) }
  return false
}

listen('done', (message) => {
  const what = orders.get(message.id)
  if (!what) return
  orders.delete(message.id)
  if (message.ok) toast(say(what === 'replay' ? 'replayed' : 'discarded'))
  else toast(say(`letter_${message.detail}`), { bad: true })
  readAgain()
})
for (const what of ['connected', 'letters']) listen(what, readAgain)

find('replay-all').addEventListener('click', async () => {
  if (await question(say('replay'), say('confirm_replay', number.format(total)), say('replay'))) await order('replay', filter)
})
find('discard-all').addEventListener('click', async () => {
  if (await question(say('discard'), say('confirm_discard', number.format(total)), say('discard'), { danger: true })) await order('discard', filter)
})

show()
