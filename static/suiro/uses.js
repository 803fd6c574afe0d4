// Where something is used: a button that counts flows, and a dialog with the flows and their nodes.
import { call, make, say } from './page.js'

const nothing = { devices: {}, destinations: {}, fields: {} }
let known = nothing

export async function learnUses() {
  known = await call('GET', '/api/uses').catch(() => nothing)
  return known
}

export const usesOf = (section, id) => known[section]?.[id] ?? []

const flowsOf = (uses) => new Set(uses.map((use) => use.id)).size

/** The count on the button; what nothing uses says so and opens nothing. */
export function count(button, uses, word = 'used_in') {
  const many = flowsOf(uses)
  button.textContent = many ? say(word, many) : say('used_nowhere')
  button.disabled = many === 0
  button.hidden = false
}

/** `parts`: [{title, uses}]; parts without a title are a plain list. */
export function showUses(title, parts) {
  const dialog = make('dialog', { class: 'dialog', 'aria-labelledby': 'uses-title' },
    make('form', { method: 'dialog', class: 'dialog-head' }, make('h2', { id: 'uses-title' }, title),
      make('button', { class: 'btn btn-small' }, say('close'))),
    make('div', { class: 'dialog-body' }, parts.map((part) => make('section', { class: 'stack-tight', 'data-uses': part.title ?? '' },
      part.title ? make('h3', {}, part.title) : null,
      part.uses.length ? make('ul', { class: 'plain uses' }, part.uses.map(line)) : make('p', { class: 'small muted' }, say('used_nowhere'))))))
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

function line(use) {
  const node = (one) => make('a', { class: one.live ? 'badge badge-accent' : 'badge', href: `/flows/${use.id}/?node=${encodeURIComponent(one.id)}`, title: one.live ? one.id : `${one.id} · ${say('only_draft')}` },
    one.label, one.live ? null : ` (${say('draft')})`)
  return make('li', {}, make('a', { class: 'strong', href: `/flows/${use.id}/` }, use.name), make('span', { class: 'row' }, use.nodes.map(node)))
}
