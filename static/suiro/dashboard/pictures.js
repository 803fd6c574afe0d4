// The last picture of each device of a tile, with its age. Drawn anew only where another picture came.
import { ago, exact, make, say } from '../page.js'

const MOST = 24

export function pictures(body, tile, board, readings) {
  const known = tile.devices.map(([id]) => [id, board.pictures?.[id]?.[tile.field]]).filter(([, picture]) => picture).slice(0, MOST)
  if (known.length === 0) return body.replaceChildren(make('p', { class: 'tile-empty muted' }, say('dash_no_picture')))
  const list = body.querySelector('.pictures') ?? make('ul', { class: 'plain pictures' })
  if (!list.parentElement) body.replaceChildren(list)
  list.dataset.count = known.length === 1 ? 'one' : 'many'
  for (const [id, picture] of known) show(list, id, tile, picture, board, readings)
  for (const item of [...list.children]) if (!known.some(([id]) => id === item.dataset.device)) item.remove()
}

function show(list, id, tile, { time, mark }, board, readings) {
  let item = list.querySelector(`[data-device="${CSS.escape(id)}"]`)
  if (!item) {
    item = make('li', { 'data-device': id }, make('figure', { class: 'picture' }, make('img', { loading: 'lazy' }),
      make('figcaption', { class: 'spread small' }, make('span', { class: 'truncate' }, readings.name(id)), make('time', { class: 'age tiny faint' }))))
    list.append(item)
  }
  if (item.dataset.mark !== mark) {
    item.dataset.mark = mark
    item.querySelector('img').src = `${board.pictures_at}${encodeURIComponent(id)}/${encodeURIComponent(tile.field)}?v=${mark}`
  }
  item.querySelector('img').alt = say('dash_picture_of', tile.title, readings.name(id))
  const age = item.querySelector('time')
  age.textContent = ago(Math.min(time, readings.now()) - readings.skew)
  age.title = exact.format(time)
}
