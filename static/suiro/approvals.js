// Commands that a person approves every time: on top of the inbox, with the time that is left and two answers.
import { allowed, call, complain, listen, make, pageData, say, tellTimes } from './page.js'

const place = document.getElementById('approvals')
const known = new Map()

function left(ms) {
  const seconds = Math.max(0, Math.ceil((ms - Date.now()) / 1000))
  if (seconds >= 3600) return say('hours_left', Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60))
  return say('minutes_left', Math.floor(seconds / 60), String(seconds % 60).padStart(2, '0'))
}

const isOpen = (one) => one.state === 'waiting' && one.expires > Date.now()

function stateOf(one) {
  if (isOpen(one)) return 'waiting'
  return one.state === 'waiting' ? 'expired' : one.state
}

async function answer(one, ok, buttons) {
  for (const button of buttons) button.disabled = true
  try {
    show(await call('POST', `/api/approvals/${one.id}`, { ok }))
  } catch (failure) {
    complain(failure)
    for (const button of buttons) button.disabled = false
    if (failure.body?.approval) show(failure.body.approval)
  }
}

function card(one) {
  const state = stateOf(one)
  const what = make('div', { class: 'grow' },
    make('div', { class: 'approval-text' }, one.text || one.command),
    make('div', { class: 'meta' },
      make('time', { 'data-ms': one.time }),
      make('a', { href: `/flows/${one.flow}/` }, one.flow_name ?? ''),
      one.device ? make('span', { class: 'mono' }, one.device) : null,
      state === 'waiting' ? make('span', { class: 'warn left' }, left(one.expires)) : null))
  const box = make('article', { class: state === 'waiting' ? 'card approval approval-waiting' : 'card approval', 'data-approval': one.id, 'data-state': state }, what)
  if (state === 'waiting') {
    const yes = make('button', { type: 'button', class: 'btn btn-primary approve', ...allowed('member') }, say('approve'))
    const no = make('button', { type: 'button', class: 'btn reject', ...allowed('member') }, say('reject'))
    yes.addEventListener('click', () => answer(one, true, [yes, no]))
    no.addEventListener('click', () => answer(one, false, [yes, no]))
    box.append(make('div', { class: 'row' }, no, yes))
  } else {
    const look = { approved: 'badge badge-good', rejected: 'badge', expired: 'badge badge-warn' }[state] ?? 'badge'
    box.append(make('span', { class: look }, say(`state_${state}`)), one.by ? make('span', { class: 'small faint' }, one.by) : '')
  }
  return box
}

function show(one) {
  const old = place.querySelector(`[data-approval="${CSS.escape(one.id)}"]`)
  // What waits may be older news than its answer; and a card that stands so already is left in the person's hand.
  if (old && (isOpen(one) || old.dataset.state === stateOf(one))) return
  known.set(one.id, one)
  const fresh = card(one)
  if (old) old.replaceWith(fresh)
  else place.prepend(fresh)
  place.hidden = false
  tellTimes(fresh)
}

for (const one of [...(pageData.approvals ?? [])].reverse()) show(one)
listen('approval', show)
listen('hello', async () => {
  const before = new Set([...known.values()].filter(isOpen).map((one) => one.id))
  const now = await call('GET', '/api/approvals')
  for (const one of now.reverse()) if (isOpen(one) || before.has(one.id)) show(one)
})

setInterval(() => {
  for (const box of place.querySelectorAll('[data-state="waiting"]')) {
    const one = known.get(box.dataset.approval)
    if (isOpen(one)) box.querySelector('.left').textContent = left(one.expires)
    else show(one)
  }
}, 1000)
