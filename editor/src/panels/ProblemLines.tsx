import { CircleAlert, TriangleAlert, Wrench } from 'lucide-react'
import type { PlacedProblem } from '../model/problems'
import { applyFix } from '../session/doing'
import { useWords } from '../words'

export function ProblemLines({ problems }: { problems: readonly PlacedProblem[] }) {
  const { t } = useWords()
  if (problems.length === 0) return null
  return (
    <ul className="plain problem-lines" role="list">
      {problems.map((problem, i) => (
        <li key={i} className={problem.severity === 'error' ? 'problem-line bad' : 'problem-line warn'} data-code={problem.code}>
          {problem.severity === 'error' ? <CircleAlert size={14} aria-label={t('problems.error')} /> : <TriangleAlert size={14} aria-label={t('problems.warning')} />}
          <span className="grow">{problem.message}{problem.hint ? <span className="problem-hint"> {problem.hint}</span> : null}</span>
          {problem.fix ? (
            <button type="button" className="btn btn-small" onClick={() => applyFix(problem)} title={JSON.stringify(problem.fix.value)} data-testid="problem-fix"><Wrench aria-hidden />{t('problems.fix')}</button>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
