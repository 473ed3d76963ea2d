import { type Progress, progressLines } from './progress-lines.js'
import type { Session } from './session.js'

const silence: Progress = { hear() {}, stop() {} }

/** Bars on a terminal, lines elsewhere, nothing with `--json`. */
export async function showProgress(session: Session, { json }: { json?: true }): Promise<Progress> {
  if (json) return silence
  if (!session.isTerminal('stderr')) return progressLines(session)
  const { progressBars } = await import('./progress-bars.js')
  return progressBars(session)
}
