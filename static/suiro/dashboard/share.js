// The links by which others may look at this dashboard: made, listed, revoked.
import { ago, call, complain, make, onlyNewest, question, say, toast } from '../page.js'

export function sharing(board) {
  const dialog = document.getElementById('share-dialog')
  const form = document.getElementById('share-form')
  const path = `${board.source}/links`
  const fresh = document.getElementById('share-fresh')
  const list = document.getElementById('share-links')

  const asks = onlyNewest()
  /** The newest question counts, whatever is answered last. */
  const show = async () => {
    const counts = asks()
    const links = await call('GET', path)
    if (!counts()) return
    list.replaceChildren(...(links.length ? links.map(row) : [make('p', { class: 'muted' }, say('dash_no_links'))]))
  }
  const row = (link) => make('div', { class: 'spread share-link', 'data-link': link.id },
    make('div', { class: 'grow' }, make('div', { class: 'strong' }, link.label || say('dash_link')),
      make('div', { class: 'tiny faint' }, [
        link.by ? say('dash_made_by', link.by, ago(link.made)) : ago(link.made),
        link.over ? say('dash_over') : link.expires ? say('dash_until', ago(link.expires)) : say('dash_no_end'),
        link.opened ? say('dash_opened', ago(link.opened)) : say('dash_never_opened'),
      ].join(' · '))),
    make('button', { type: 'button', class: 'btn btn-small btn-danger', onclick: () => revoke(link) }, say('dash_revoke')))
  const revoke = async (link) => {
    if (!await question(say('dash_revoke_title'), make('p', {}, say('dash_revoke_text')), say('dash_revoke'), { danger: true })) return
    await call('DELETE', `${path}/${link.id}`).catch(complain)
    fresh.replaceChildren()
    await show()
  }
  const copy = async (url) => {
    await navigator.clipboard.writeText(url)
    toast(say('copied'))
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const days = form.elements.days.value
    try {
      const link = await call('POST', path, { label: form.elements.label.value, days: days ? Number(days) : null })
      form.reset()
      fresh.replaceChildren(make('div', { class: 'callout callout-good' }, make('div', { class: 'grow stack-tight' },
        make('div', {}, say('dash_fresh')),
        make('div', { class: 'field-row' }, make('input', { class: 'grow', readonly: true, value: link.url, 'aria-label': say('dash_link'), onfocus: (focus) => focus.target.select() }),
          make('button', { type: 'button', class: 'btn', onclick: () => copy(link.url).catch(complain) }, say('copy'))))))
      await show()
    } catch (failure) { complain(failure) }
  })
  document.getElementById('share').addEventListener('click', () => { fresh.replaceChildren(); show().catch(complain); dialog.showModal() })
}
