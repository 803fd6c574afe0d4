// Times in cron's notation: said in words, with the next times that the node will send.
import { spokenCron } from '../../model/cron'
import { useAnswer } from '../../session/seen'
import { api } from '../../wire/api'
import { localeOf, useWords } from '../../words'
import { useForm } from './context'
import { LineInput, type Basic } from './inputs'

const WEEKDAYS_AT_EIGHT = '0 8 * * 1-5'

export function CronInput(props: Basic<string>) {
  const { t, lang } = useWords()
  const said = props.value ? spokenCron(props.value, lang) : null
  return (
    <div className="stack-tight">
      <LineInput {...props} mono placeholder={WEEKDAYS_AT_EIGHT} />
      {said ? <span className="small" aria-live="polite" data-testid={`${props.id}-said`}>{said}</span> : <span className="field-hint">{t('form.cron_parts')}</span>}
      {props.value ? <NextRuns id={props.id} /> : null}
    </div>
  )
}

function NextRuns({ id }: { id: string }) {
  const { t, lang } = useWords()
  const { document, node } = useForm()
  const answer = useAnswer(JSON.stringify([node, document.time_zone ?? '']), (signal) => api.runs(document, node.id, signal))
  if (!answer?.runs) return null
  if (answer.runs.length === 0) return <span className="field-problem">{t('form.no_runs')}</span>
  const said = new Intl.DateTimeFormat(localeOf(lang), { timeZone: answer.zone, weekday: 'short', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' })
  return (
    <div className="next-runs" data-testid={`${id}-runs`}>
      <span className="tiny faint">{t('form.next_runs', { zone: answer.zone ?? '' })}</span>
      <ol className="plain tiny number">{answer.runs.map((time) => <li key={time}><time dateTime={new Date(time).toISOString()}>{said.format(time)}</time></li>)}</ol>
    </div>
  )
}
