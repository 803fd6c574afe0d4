// Plans: uploaded, renamed, tied to the earth by two points, deleted.
import { callout, oneFile } from './one-file.js'
import { call, complain, lang, make, pageData, question, say } from './page.js'
import { movable, spotOf, stand } from './placing.js'

const known = new Map(pageData.plans.map((plan) => [plan.id, plan]))
const find = (id) => document.getElementById(id)
const number = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 })

for (const row of document.querySelectorAll('[data-plan]')) {
  const plan = known.get(row.dataset.plan)
  row.querySelector('.tie').addEventListener('click', () => tie(plan))
  row.querySelector('.rename').addEventListener('click', () => rename(plan))
  row.querySelector('.forget').addEventListener('click', () => forget(plan))
  if (plan.tied) row.querySelector('.plan-tied').textContent = say('plan_wide', number.format(plan.tied.metres))
}

/** The page anew, with this plan in sight. */
function shown(plan) {
  location.hash = `plan-${plan.id}`
  location.reload()
}

oneFile({ title: 'plan-name', longest: 80, field: 'name', address: '/api/plans', heavy: 'plan_heavy', sent: shown })

// --- its name, its end ---------------------------------------------------------------------------------------------

let renamed = null

function rename(plan) {
  renamed = plan
  find('new-name').value = plan.name
  find('rename').showModal()
}

find('rename-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  try { shown(await call('PUT', `/api/plans/${renamed.id}`, { name: find('new-name').value })) } catch (failure) { complain(failure) }
})

async function forget(plan) {
  const asking = [make('p', {}, say('confirm_forget_plan', plan.name))]
  if (plan.flows.length > 0) asking.push(make('p', {}, say('plan_used')), make('ul', { class: 'faults-list' }, plan.flows.map((flow) => make('li', {}, flow.name))))
  if (!(await question(say('yes_delete'), asking, say('yes_delete'), { danger: true }))) return
  await call('DELETE', `/api/plans/${plan.id}`).then(() => location.reload(), complain)
}

// --- tied to the earth ---------------------------------------------------------------------------------------------

const CORNERS = [[0.15, 0.15], [0.85, 0.85]]
let tied = null
let points = []
let chosen = 0

function tie(plan) {
  tied = plan
  points = CORNERS.map(([x, y], i) => plan.points[i] ? { ...plan.points[i], said: `${plan.points[i].lat}, ${plan.points[i].lon}` } : { x, y, said: '' })
  find('tie-title').textContent = say('tie_plan', plan.name)
  Object.assign(find('tie-image'), { src: plan.picture, width: plan.width, height: plan.height })
  find('untie').hidden = plan.points.length === 0
  find('tie-problem').replaceChildren()
  find('tie-picture').querySelectorAll('.tie-point').forEach((old) => old.remove())
  for (const [i, point] of points.entries()) find('tie-picture').append(mark(point, i))
  find('tie-points').replaceChildren(...points.map(field))
  choosePoint(0)
  find('tie').showModal()
}

function mark(point, i) {
  const element = make('button', { type: 'button', class: 'tie-point', 'aria-label': say('tie_point', 'AB'[i]), onfocus: () => choosePoint(i) }, 'AB'[i])
  const put = ([x, y]) => { Object.assign(point, { x, y }); stand(element, [x, y]) }
  stand(element, [point.x, point.y])
  movable(element, find('tie-picture'), { where: () => [point.x, point.y], put })
  return element
}

function field(point, i) {
  const id = `tie-${'ab'[i]}`
  const input = make('input', { id, value: point.said, placeholder: '35.6812, 139.7671', inputmode: 'text', spellcheck: 'false', onfocus: () => choosePoint(i), oninput: () => { point.said = input.value } })
  return make('div', { class: 'field' }, make('label', { for: id }, say('tie_coordinates', 'AB'[i])), input)
}

function choosePoint(i) {
  chosen = i
  for (const [k, one] of find('tie-picture').querySelectorAll('.tie-point').entries()) one.setAttribute('aria-pressed', String(k === i))
}

find('tie-picture').addEventListener('pointerdown', (event) => {
  if (event.target.closest('.tie-point')) return
  event.preventDefault()
  const [x, y] = spotOf(event, find('tie-picture'))
  Object.assign(points[chosen], { x, y })
  stand(find('tie-picture').querySelectorAll('.tie-point')[chosen], [x, y])
})

/** "35.6812, 139.7671", also with a full-width comma, or spaces alone. */
function coordinates(text) {
  const parts = text.normalize('NFKC').replace(/[°]/g, '').split(/[,、;\s]+/).filter(Boolean).map(Number)
  return parts.length === 2 && parts.every(Number.isFinite) ? { lat: parts[0], lon: parts[1] } : null
}

find('tie-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const given = points.map(({ x, y, said }) => ({ x, y, ...coordinates(said) }))
  const missing = given.findIndex((point) => point.lat === undefined)
  if (missing >= 0) {
    find('tie-problem').replaceChildren(callout({ message: say('tie_missing', 'AB'[missing]) }))
    return find(`tie-${'ab'[missing]}`).focus()
  }
  try { shown(await call('PUT', `/api/plans/${tied.id}`, { points: given })) } catch (failure) { find('tie-problem').replaceChildren(callout(failure)) }
})

find('untie').addEventListener('click', async () => {
  try { shown(await call('PUT', `/api/plans/${tied.id}`, { points: [] })) } catch (failure) { complain(failure) }
})
