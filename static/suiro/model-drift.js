// How the answers of a version are spread: its first week, the last days and its test set, over the same bins.
import { draw, lang, make, say } from './page.js'

/** Pixels: a narrow screen has a narrow picture, so that its words stay as large. */
const WIDE = innerWidth < 600 ? 330 : 640, HIGH = 170, LEFT = 36, BELOW = 22
const number = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 })
const percent = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 })
const sum = (counts) => (counts ?? []).reduce((all, one) => all + one, 0)
const shares = (counts) => counts && sum(counts) > 0 ? counts.map((count) => count / sum(counts)) : null
const STATES = { drifted: 'badge badge-bad', shifting: 'badge badge-warn', steady: 'badge badge-good' }

/** What to show of a version's drift. */
export function driftOf(version, task) {
  if (version.edges.length === 0) return [make('p', { class: 'muted' }, say(task === 'score' ? 'drift_measure_first' : 'drift_nothing'))]
  const { drift, edges, measured } = version
  const tested = measured && String(measured.edges) === String(edges) ? shares(measured.bins) : null
  const rows = [['first', shares(drift.first)], ['recent', shares(drift.recent)], ['tested', tested]].filter(([, row]) => row)
  const said = [make('div', { class: 'row' },
    make('span', { class: STATES[drift.state] ?? 'badge', id: 'drift-state' }, say(`drift_${drift.state}`)),
    drift.psi === null ? null : make('span', { class: 'small muted' }, say('drift_psi', number.format(drift.psi), number.format(Math.max(0.25, drift.chance)))))]
  if (rows.length === 0) return [...said, make('p', { class: 'muted' }, say('drift_nothing'))]
  return [...said, chart(rows, edges), make('div', { class: 'row small muted' }, rows.map(([name]) => make('span', { class: 'key' }, make('span', { class: `key-sign key-${name}` }), say(`spread_${name}`, count(name, version))))),
    make('p', { class: 'small faint' }, say('drift_rule'))]
}

const count = (name, version) => new Intl.NumberFormat(lang).format(name === 'tested' ? sum(version.measured.bins) : sum(version.drift[name]))

function chart(rows, edges) {
  const most = Math.max(...rows.flatMap(([, row]) => row))
  const bins = edges.length + 1
  const step = (WIDE - LEFT) / bins
  const up = (share) => (HIGH - BELOW) * share / most
  const bars = rows.filter(([name]) => name !== 'tested')
  const width = step * 0.8 / Math.max(1, bars.length)
  const picture = draw('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, class: 'spread-chart', role: 'img', 'aria-label': say('spread_title') })
  picture.append(draw('line', { x1: LEFT, x2: WIDE, y1: HIGH - BELOW, y2: HIGH - BELOW }))
  bars.forEach(([name, row], at) => row.forEach((share, bin) => picture.append(draw('rect', { class: name, x: LEFT + bin * step + step * 0.1 + at * width, y: HIGH - BELOW - up(share), width, height: up(share), rx: 1 }, draw('title', {}, percent.format(share))))))
  const tested = rows.find(([name]) => name === 'tested')
  if (tested) picture.append(draw('path', { class: 'tested', d: tested[1].map((share, bin) => `${bin ? 'L' : 'M'}${LEFT + bin * step} ${HIGH - BELOW - up(share)}H${LEFT + (bin + 1) * step}`).join('') }))
  edges.forEach((edge, at) => { if ((bins <= 12 && WIDE > 400) || at % 2) picture.append(draw('text', { x: LEFT + (at + 1) * step, y: HIGH - 6, 'text-anchor': 'middle' }, number.format(edge))) })
  picture.append(draw('text', { x: LEFT - 4, y: 11, 'text-anchor': 'end' }, percent.format(most)), draw('text', { x: LEFT - 4, y: HIGH - BELOW, 'text-anchor': 'end' }, '0'))
  return picture
}
