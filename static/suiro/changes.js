// What replacing the rows of a table would change, and which flows that concerns.
import { lang, make, say } from './page.js'

const number = new Intl.NumberFormat(lang)
const plain = new Intl.NumberFormat(lang, { maximumSignificantDigits: 15, useGrouping: false })

/** A cell as a person reads it; always text. */
export function cellText(value) {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return say(value ? 'yes_word' : 'no_word')
  return typeof value === 'number' ? plain.format(value) : String(value)
}

/** Elements that say it; `words` are what people call the columns. */
export function changeList(changes, words) {
  const word = (name) => words[name] ?? name
  if (!changes.any) return [make('div', { class: 'callout' }, make('div', {}, say('nothing_changes')))]
  const stats = ['added', 'changed', 'removed', 'same'].map((what) => make('div', { class: `stat stat-${what}` },
    make('span', { class: 'stat-number' }, number.format(changes[what])), make('span', { class: 'small muted' }, say(`rows_${what}`))))
  return [make('div', { class: 'stats' }, stats), ...columnNotes(changes, word), examples(changes, word), ...flowNotes(changes)].filter(Boolean)
}

function columnNotes(changes, word) {
  const list = (names) => names.map(word).join(', ')
  const notes = [
    changes.new_columns.length ? say('columns_new', list(changes.new_columns)) : null,
    changes.gone_columns.length ? say('columns_gone', list(changes.gone_columns)) : null,
    changes.other_columns.length ? say('columns_other', list(changes.other_columns)) : null,
    changes.key ? say('key_other', word(changes.key[0]), word(changes.key[1])) : null].filter(Boolean)
  return notes.length ? [make('div', { class: changes.gone_columns.length || changes.key ? 'callout callout-warn' : 'callout' }, make('div', {}, notes.map((note) => make('div', {}, note))))] : []
}

function examples(changes, word) {
  const { added, changed, removed } = changes.examples
  const facts = (row) => row.cells.filter((one) => one.value !== null).map((one) => `${word(one.name)} ${cellText(one.value)}`).join(' · ')
  const lines = [
    ...changed.map((row) => line('changed', row.key, row.cells.flatMap((one, index) => [index ? ' · ' : '', word(one.name), ' ', make('del', {}, cellText(one.before) || '–'), ' → ', make('ins', {}, cellText(one.after) || '–')]))),
    ...added.map((row) => line('added', row.key, facts(row))),
    ...removed.map((row) => line('removed', row.key, facts(row)))]
  if (!lines.length) return null
  const more = changes.added + changes.changed + changes.removed - lines.length
  return make('details', { open: true }, make('summary', { class: 'small' }, say('which_rows')),
    make('ul', { class: 'plain change-lines' }, lines, more > 0 ? make('li', { class: 'faint small' }, say('more', number.format(more))) : null))
}

const MARKS = { added: '+', changed: '≠', removed: '−' }
const line = (what, key, text) => make('li', { class: `change change-${what}` },
  make('span', { class: 'change-mark', title: say(`rows_${what}`) }, MARKS[what]), make('span', { class: 'strong' }, cellText(key)), make('span', { class: 'small change-text' }, text))

function flowNotes(changes) {
  const link = (flow) => make('a', { href: `/flows/${encodeURIComponent(flow.id)}/`, target: '_blank', rel: 'noopener' }, flow.name)
  const deployed = changes.flows.filter((flow) => flow.deployed)
  const troubled = changes.flows.filter((flow) => flow.problems.length)
  return [
    ...troubled.map((flow) => make('div', { class: 'callout callout-bad' }, make('div', {}, make('div', {}, say('flow_troubled'), ' ', link(flow)),
      make('ul', { class: 'faults-list' }, flow.problems.map((text) => make('li', {}, text)))))),
    deployed.length ? make('div', { class: 'callout callout-warn' }, make('div', {}, say('flows_redeploy'), ' ', deployed.flatMap((flow, index) => [index ? ', ' : '', link(flow)]))) : null]
}
