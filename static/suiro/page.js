// What every page's script stands on: the API, words, toasts, questions, times, and the live socket.

const find = (id) => document.getElementById(id)
const parsed = (id) => { const at = find(id); return at ? JSON.parse(at.textContent) : {} }

const words = parsed('words')
export const pageData = parsed('page-data')
export const lang = document.documentElement.lang || 'en'
/** The language as the reader's own country writes it: dates and clocks of en-GB are not those of en-US. */
export const locale = navigator.languages.find((one) => one.split('-')[0] === lang) ?? lang

/** A word by key, with %s filled in order. */
export function say(key, ...values) {
  let text = words[key] ?? key
  for (const value of values) text = text.replace('%s', () => String(value))
  return text
}

const REACH = ['viewer', 'member', 'owner']

/** For a button that takes at least this role: nothing where the person has it, else that it is disabled and why. */
export function allowed(least) {
  if (REACH.indexOf(document.body.dataset.role) >= REACH.indexOf(least)) return {}
  return { disabled: true, title: say(least === 'owner' ? 'only_owners' : 'only_looking') }
}

/** An element with properties and children; text is always text. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (name === 'class') element.className = value
    else if (name === 'value') element.value = value
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

/** A part of an SVG picture. */
export function draw(tag, properties = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, String(value))
  element.append(...children)
  return element
}

export class Refused extends Error {
  constructor(status, body) {
    super(body?.message || body?.detail || say('failed'))
    this.status = status
    this.body = body ?? {}
  }
}

/** Make `old` show what `fresh` shows. What is the same stays where it is: a person may be pressing it. Rows of a list say in an
 *  attribute whose they are. */
export function settle(old, fresh) {
  if (old.isEqualNode(fresh)) return
  if (!old.cloneNode(false).isEqualNode(fresh.cloneNode(false))) return old.replaceWith(fresh)
  const parts = [...fresh.childNodes]
  while (old.childNodes.length > parts.length) old.lastChild.remove()
  for (const [place, part] of parts.entries()) if (old.childNodes[place]) settle(old.childNodes[place], part); else old.append(part)
}

/** Give `box` these children, as `settle` does. */
export function put(box, ...children) {
  const fresh = box.cloneNode(false)
  fresh.append(...children)
  settle(box, fresh)
}

/** Of questions one after the other the newest counts, whatever is answered last. Called before each of them; what it gives says,
 *  once that one is answered, whether it still counts. */
export function onlyNewest() {
  let asked = 0
  return () => {
    const mine = ++asked
    return () => mine === asked
  }
}

let leaving = false
addEventListener('pagehide', () => { leaving = true }, { capture: true })
addEventListener('pageshow', () => { leaving = false })

/** Saves some ms after the last of many wishes, and at once where the person leaves the page. */
export class Saving {
  constructor(pause, save) {
    this.pause = pause
    this.timer = null
    this.now = () => {
      this.drop()
      save()
    }
  }

  get waits() { return this.timer !== null }

  soon() {
    clearTimeout(this.timer)
    this.timer = setTimeout(this.now, this.pause)
    addEventListener('pagehide', this.now)
  }

  drop() {
    clearTimeout(this.timer)
    this.timer = null
    removeEventListener('pagehide', this.now)
  }
}

/** JSON in and out; what is asked on the way out goes on when the page is gone. Throws Refused with what the server says. */
export async function call(method, path, body) {
  const isForm = body instanceof FormData
  const headers = { Accept: 'application/json', 'X-CSRFToken': document.querySelector('meta[name=csrf]').content }
  if (body !== undefined && !isForm) headers['Content-Type'] = 'application/json'
  let response
  try {
    response = await fetch(path, { method, headers, credentials: 'same-origin', keepalive: leaving, body: body === undefined ? undefined : isForm ? body : JSON.stringify(body) })
  } catch {
    throw new Refused(0, { message: say('offline') })
  }
  if (response.status === 401) location.assign(`/signin/?next=${encodeURIComponent(location.pathname)}`)
  const text = await response.text()
  let value = null
  try { value = text ? JSON.parse(text) : null } catch { value = null }
  if (!response.ok) throw new Refused(response.status, value)
  return value
}

const MOST_TOASTS = 2

/** A short message at the bottom; `action` = {label, run}. Few at a time; what is said again is counted. */
export function toast(text, { bad = false, action = null, seconds = 5 } = {}) {
  const said = [...find('toasts').children]
  const same = said.find((one) => one.firstChild.textContent === text)
  const count = Number(same?.dataset.count ?? 0) + 1
  const box = make('div', { class: bad ? 'toast toast-bad' : 'toast', 'data-count': count }, make('span', { class: 'grow' }, text), count > 1 ? make('span', { class: 'number' }, `×${count}`) : '')
  if (action) box.append(make('button', { class: 'btn btn-small', type: 'button', onclick: () => { box.remove(); action.run() } }, action.label))
  box.append(make('button', { class: 'btn', type: 'button', 'aria-label': say('close'), onclick: () => box.remove() }, '×'))
  same?.remove()
  find('toasts').append(box)
  const old = [...find('toasts').children].slice(0, -1)
  for (const one of [...old.filter((each) => !each.matches('.toast-bad')), ...old.filter((each) => each.matches('.toast-bad'))].slice(0, Math.max(0, old.length + 1 - MOST_TOASTS))) one.remove()
  setTimeout(() => box.remove(), seconds * 1000)
}

export const complain = (failure) => toast(failure.message || say('failed'), { bad: true, seconds: 8 })

/** A dialog with `content`; resolves to true when the person presses `yes`. */
export function question(title, content, yes, { danger = false } = {}) {
  return new Promise((resolve) => {
    const id = `q${Date.now()}`
    const form = make('form', { method: 'dialog' },
      make('div', { class: 'dialog-head' }, make('h2', { id }, title)),
      make('div', { class: 'dialog-body' }, content),
      make('div', { class: 'dialog-foot' },
        make('button', { class: 'btn', type: 'button', onclick: () => dialog.close('no') }, say('no')),
        make('button', { class: danger ? 'btn btn-danger-fill' : 'btn btn-primary', value: 'yes' }, yes)))
    const dialog = make('dialog', { class: 'dialog', 'aria-labelledby': id }, form)
    dialog.addEventListener('close', () => { dialog.remove(); resolve(dialog.returnValue === 'yes') })
    document.body.append(dialog)
    dialog.showModal()
  })
}

/** Problems as the server lists them, with the place in the file where it is known. */
export function problemList(problems) {
  return problems.map((problem) => make('div', { class: problem.severity === 'warning' ? 'callout callout-warn' : 'callout callout-bad' },
    make('div', {},
      make('div', {}, problem.message),
      problem.hint ? make('div', { class: 'small muted' }, problem.hint) : null,
      problem.line || problem.path ? make('div', { class: 'tiny faint mono' }, problem.line ? say('line', problem.line, problem.column ?? 1) : problem.path) : null)))
}

// --- times ---------------------------------------------------------------------------------------------------------

const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto', style: 'short' })
export const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
const steps = [[60, 'second', 1], [3600, 'minute', 60], [86_400, 'hour', 3600], [7 * 86_400, 'day', 86_400], [30 * 86_400, 'week', 7 * 86_400], [365 * 86_400, 'month', 30 * 86_400], [Infinity, 'year', 365 * 86_400]]

export function ago(ms) {
  const seconds = (ms - Date.now()) / 1000
  const [, unit, size] = steps.find(([limit]) => Math.abs(seconds) < limit)
  return relative.format(Math.round(seconds / size), unit)
}

const LENGTHS = [['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]]
const lengths = Object.fromEntries(LENGTHS.map(([unit]) => [unit, new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'short' })]))

/** How long something has lasted, in the two largest units: "3 hr 20 min". */
export function lasted(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const first = Math.max(0, LENGTHS.findIndex(([, size]) => seconds >= size))
  const from = seconds === 0 ? LENGTHS.length - 1 : first
  const parts = LENGTHS.slice(from, from + (from === 2 ? 1 : 2)).map(([unit, size], i) => [unit, Math.floor((i ? seconds % LENGTHS[from][1] : seconds) / size)])
  return parts.filter(([, n], i) => i === 0 || n > 0).map(([unit, n]) => lengths[unit].format(n)).join(' ')
}

/** <time data-ms> elements say how long ago; `data-exact` ones say when; <time data-since> ones for how long. */
export function tellTimes(root = document) {
  for (const element of root.querySelectorAll('time[data-ms]')) {
    const ms = Number(element.dataset.ms)
    if (!ms) continue
    element.dateTime = new Date(ms).toISOString()
    element.title = exact.format(ms)
    element.textContent = 'exact' in element.dataset ? exact.format(ms) : ago(ms)
  }
  for (const element of root.querySelectorAll('time[data-since]')) {
    const ms = Number(element.dataset.since)
    element.dateTime = new Date(ms).toISOString()
    element.title = say('dash_since', exact.format(ms))
    element.textContent = say('dash_for', lasted(Date.now() - ms))
  }
}

// --- the live socket -----------------------------------------------------------------------------------------------

const listeners = new Map()
const waiting = new Map()
const watched = new Set()
const OVER = 4403
let socket = null
let tries = 0

/** Call `react` with every live message of kind `t`. Who comes when the socket is open already hears `connected` too: another
 *  script of the page may have dialled. */
export function listen(t, react) {
  listeners.set(t, [...(listeners.get(t) ?? []), react])
  dial()
  if (t === 'connected' && socket?.readyState === WebSocket.OPEN) queueMicrotask(() => react({ t }))
}

/** Have the worker send what flows along the wires of this flow, now and after every reconnection: `taps` messages. */
export function watch(flow) {
  watched.add(flow)
  dial()
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ t: 'open', flow }))
}

/** Ask the worker for something over `path`; resolves to its answer, which comes on the live socket with the same id. */
export async function askWorker(path, body, seconds = 10) {
  await standing()
  const { id } = await call('POST', path, body)
  return new Promise((resolve, reject) => {
    const early = answers.get(id)
    if (early) return resolve(early)
    const timer = setTimeout(() => { waiting.delete(id); reject(new Error(say('no_answer'))) }, seconds * 1000)
    waiting.set(id, (answer) => { clearTimeout(timer); waiting.delete(id); resolve(answer) })
  })
}

const answers = new Map()
const LINE_WITHIN = 3000

/** Once the line stands, on which answers come: what is asked sooner may be answered sooner. Without one it is asked all the same. */
function standing() {
  dial()
  return new Promise((resolve) => {
    if (socket?.readyState === WebSocket.OPEN) return resolve()
    opening.push(resolve)
    setTimeout(resolve, LINE_WITHIN)
  })
}

let opening = []

/** Whether all scripts of the page listen. Sooner there is no line, or some would not hear what comes first. */
let ready = document.readyState === 'complete'
for (const [on, what] of [[document, 'DOMContentLoaded'], [window, 'load']]) on.addEventListener(what, () => { ready = true; if (listeners.size) dial() }, { once: true })

function dial() {
  if (socket || !ready) return
  socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${document.body.dataset.socket ?? '/ws/live'}`)
  socket.onopen = () => {
    tries = 0
    find('offline')?.setAttribute('hidden', '')
    for (const flow of watched) socket.send(JSON.stringify({ t: 'open', flow }))
    for (const go of opening.splice(0)) go()
    heard({ t: 'connected' })
  }
  socket.onmessage = (event) => heard(JSON.parse(event.data))
  socket.onclose = (event) => {
    socket = null
    heard({ t: event.code === OVER ? 'over' : 'lost' })
    if (event.code === OVER) return
    tries += 1
    if (tries > 1) find('offline')?.removeAttribute('hidden')
    setTimeout(dial, Math.min(15_000, 400 * 2 ** tries) * (0.5 + Math.random() / 2))
  }
}

function heard(message) {
  if (message.id && (message.t === 'seen' || message.t === 'done')) {
    const answer = waiting.get(message.id)
    if (answer) answer(message)
    else { answers.set(message.id, message); setTimeout(() => answers.delete(message.id), 10_000) }
  }
  for (const react of listeners.get(message.t) ?? []) react(message)
}

tellTimes()
setInterval(tellTimes, 20_000)
