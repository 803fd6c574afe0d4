import { CircleCheck } from 'lucide-react'
import { nodeName } from '../model/naming'
import type { PlacedProblem } from '../model/problems'
import { goToNode } from '../session/doing'
import { useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { useUi } from '../session/ui'
import { useWords } from '../words'
import { ProblemLines } from './ProblemLines'

/** Everything that keeps the flow from being sound, grouped by where it is. */
export function ProblemsPanel() {
  const { t, lang } = useWords()
  const problems = useFlow((flow) => flow.problems)
  const document = useFlow((flow) => flow.history.document)
  const catalog = useKnown((known) => known.catalog)
  if (problems.length === 0) return <div className="empty"><CircleCheck aria-hidden /><p>{t('problems.none')}</p></div>
  const groups = new Map<string, PlacedProblem[]>()
  for (const problem of problems) {
    const key = problem.node ?? (problem.setting ? `$${problem.setting}` : '')
    groups.set(key, [...(groups.get(key) ?? []), problem])
  }
  const title = (key: string): string => {
    if (key === '') return t('problems.flow')
    if (key.startsWith('$')) return document.settings?.[key.slice(1)]?.label || key.slice(1)
    return nodeName(document, catalog, key, lang)
  }
  const go = (key: string, group: readonly PlacedProblem[]) => {
    if (key.startsWith('$')) return useUi.getState().set({ tab: 'settings' })
    goToNode(key)
    const param = group.find((p) => p.param)?.param
    useFlow.setState({ focus: param ? { node: key, param } : null })
    useUi.getState().set({ tab: 'node' })
  }
  return (
    <div className="panel-pad stack" data-testid="problems">
      {[...groups].map(([key, group]) => (
        <section key={key} className="stack-tight">
          {key === '' ? <h3>{title(key)}</h3> : <button type="button" className="link-button strong" onClick={() => go(key, group)}>{title(key)}</button>}
          <ProblemLines problems={group} />
        </section>
      ))}
    </div>
  )
}
