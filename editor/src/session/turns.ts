// Which turns of the conversation go together.
import type { Turn } from '../wire/records'

/** The latest answer that was about building, not a question that was only answered; -1 where there is none. */
export function latestBuilt(turns: readonly Turn[]): number {
  return turns.findLastIndex((turn) => turn.compilation && !turn.compilation.asked)
}

/** The sentence of which that answer came. */
export function sentenceOf(turns: readonly Turn[]): string | undefined {
  const at = latestBuilt(turns)
  return (at < 0 ? turns : turns.slice(0, at)).findLast((turn) => turn.role === 'person')?.text
}
