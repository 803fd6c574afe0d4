// The list of reports: make one, delete one.
import { call, complain, question, say } from './page.js'

document.getElementById('new-report').addEventListener('submit', async (event) => {
  event.preventDefault()
  try {
    const chosen = document.getElementById('report-flow').value
    const made = await call('POST', '/api/reports', chosen.startsWith('demo:') ? { demo: chosen.slice(5) } : { flow: chosen })
    location.assign(`/reports/${made.id}/`)
  } catch (failure) { complain(failure) }
})

for (const button of document.querySelectorAll('[data-report] .delete')) {
  button.addEventListener('click', async () => {
    const row = button.closest('[data-report]')
    if (!(await question(say('report_delete', row.querySelector('a').textContent), '', say('yes_delete'), { danger: true }))) return
    try {
      await call('DELETE', `/api/reports/${row.dataset.report}`)
      location.reload()
    } catch (failure) { complain(failure) }
  })
}
