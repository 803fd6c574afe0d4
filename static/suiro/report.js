// One report: print it, share it by links.
import { call, complain, exact, make, pageData, say } from './page.js'

const at = (id) => document.getElementById(id)
const path = `/api/reports/${pageData.report}/links`
let links = pageData.links

at('print').addEventListener('click', () => window.print())
at('share').addEventListener('click', () => { draw(); at('share-dialog').showModal() })

at('share-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const days = at('share-days').value
  try {
    const link = await call('POST', path, { days: days ? Number(days) : null })
    links = [...links, link]
    at('share-fresh').replaceChildren(make('div', { class: 'field' }, make('span', { class: 'small muted' }, say('report_link_once')),
      make('input', { class: 'mono small', readonly: true, value: link.url, 'aria-label': say('report_link') })))
    draw()
  } catch (failure) { complain(failure) }
})

function draw() {
  at('share-links').replaceChildren(...links.map((link) => make('div', { class: 'spread', 'data-link': link.id },
    make('span', { class: 'small' }, say('report_link_made', exact.format(link.made)), ' · ', link.opened ? say('report_link_opened', exact.format(link.opened)) : say('report_link_unopened')),
    make('button', { type: 'button', class: 'btn btn-small', onclick: () => revoke(link) }, say('report_revoke')))))
}

async function revoke(link) {
  try {
    await call('DELETE', `${path}/${link.id}`)
    links = links.filter((one) => one.id !== link.id)
    at('share-fresh').replaceChildren()
    draw()
  } catch (failure) { complain(failure) }
}
