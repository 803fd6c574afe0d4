// The gallery's cards: found by words, by industry and by need. What is looked for stands in the address, so that it can be sent.
import { pageData, say } from './page.js'

const cards = [...document.querySelectorAll('.scenario')]
const form = document.getElementById('find')
const search = document.getElementById('gallery-search')

const chosen = (name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value)
const among = (wanted, had) => wanted.length === 0 || wanted.some((one) => had.includes(one))

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
  const [industry, need] = [chosen('industry'), chosen('need')]
  for (const card of cards) {
    const { scenario, industries, needs } = card.dataset
    const text = pageData.search[scenario]
    card.hidden = !(words.every((word) => text.includes(word)) && among(industry, industries.split(' ')) && among(need, needs.split(' ')))
  }
  const left = cards.filter((card) => !card.hidden).length
  document.getElementById('none').hidden = left > 0
  document.getElementById('found-count').textContent = say('gallery_found', left)
  const query = new URLSearchParams([...industry.map((one) => ['industry', one]), ...need.map((one) => ['need', one]), ...(search.value ? [['q', search.value]] : [])])
  history.replaceState(null, '', query.size ? `?${query}` : location.pathname)
}

if (form) {
  const asked = new URLSearchParams(location.search)
  if (asked.size) {
    search.value = asked.get('q') ?? ''
    for (const box of form.querySelectorAll('[type=checkbox]')) box.checked = asked.getAll(box.name).includes(box.value)
  }
  form.addEventListener('input', filter)
  form.addEventListener('submit', (event) => event.preventDefault())
  document.getElementById('all').addEventListener('click', () => { form.reset(); search.value = ''; filter() })
  filter() // somebody may have chosen while the script was on its way
}
