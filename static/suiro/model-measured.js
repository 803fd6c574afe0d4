// What versions were measured to be, beside each other and beside who knows nothing.
import { lang, make, say } from './page.js'

const number = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 })
const percent = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 })
const part = (share) => share === null || share === undefined ? '–' : percent.format(share)

/** In a few words how good a version is; null before it was measured. */
export function inShort(version, task) {
  const found = version.measured
  if (!found) return null
  const failed = found.failed ? ` · ${say('measured_failed', found.failed)}` : ''
  if (task === 'score') return (found.error === null ? '–' : say('measured_error', number.format(found.error))) + failed
  return say('measured_right', part(found.right)) + failed
}

/** All measured versions side by side. */
export function sideBySide(model) {
  const versions = model.versions.filter((version) => version.measured)
  if (versions.length === 0) return make('p', { class: 'muted' }, say('measured_none'))
  const rows = model.task === 'score' ? numbers(versions) : labels(model, versions)
  const heads = versions.map((version) => make('th', { class: 'number' }, say('version_n', version.number),
    version.measured.set === model.set ? null : make('div', {}, make('span', { class: 'badge badge-warn', title: say('other_set_long') }, say('other_set')))))
  const reasons = versions.flatMap((version) => Object.entries(version.measured.reasons).map(([reason, count]) => make('li', {}, `${say('version_n', version.number)}: ${reason} (${count})`)))
  return make('div', { class: 'stack-tight' },
    make('table', { class: 'table measured' }, make('thead', {}, make('tr', {}, make('th', {}), heads)), make('tbody', {}, rows)),
    model.task === 'score' ? null : make('p', { class: 'small faint' }, say('measured_how')),
    reasons.length ? make('ul', { class: 'small reasons' }, reasons) : null)
}

const row = (name, cells, best) => make('tr', {}, make('td', {}, name), cells.map((cell, at) => make('td', { class: at === best ? 'number best' : 'number' }, cell)))
const bestOf = (values, better) => values.length < 2 || new Set(values).size < 2 ? -1 : values.indexOf(better(...values))

function labels(model, versions) {
  const all = [...new Set(versions.flatMap((version) => version.measured.labels.map((one) => one.label)))]
  const of = (version, label) => version.measured.labels.find((one) => one.label === label)
  const rights = versions.map((version) => version.measured.right ?? 0)
  return [
    row(say('all_right'), versions.map((version) => part(version.measured.right)), bestOf(rights, Math.max)),
    ...all.map((label) => row(label, versions.map((version) => {
      const one = of(version, label)
      return one ? `${part(one.precision)} / ${part(one.recall)} (${one.count})` : '–'
    }))),
    row(say('always_most_frequent'), versions.map((version) => part(version.measured.most_frequent))),
    row(say('how_many'), versions.map((version) => String(version.measured.count))),
  ]
}

function numbers(versions) {
  const shown = (value) => value === null || value === undefined ? '–' : number.format(value)
  const errors = versions.map((version) => version.measured.error ?? Infinity)
  return [
    row(say('mean_error'), versions.map((version) => shown(version.measured.error)), bestOf(errors, Math.min)),
    row(say('bias'), versions.map((version) => shown(version.measured.bias))),
    row(say('always_mean'), versions.map((version) => shown(version.measured.usual_error))),
    row(say('how_many'), versions.map((version) => String(version.measured.count))),
  ]
}
