import type { SyncEvent } from '@hubsync/core'
import { type Progress, progressLines } from './progress-lines.js'
import type { Session } from './session.js'

const silence: Progress = { hear() {}, stop() {} }

/** Bars on a terminal, lines elsewhere, nothing with `--json`. */
export async function showProgress(session: Session, flags: { json?: true }): Promise<Progress> {
  return (await progressMaker(session, flags))()
}

/** Shows the progress of one run after another, each from its first news on. Runs without news show nothing. */
export async function showProgressOfEach(
  session: Session,
  flags: { json?: true },
): Promise<(event: SyncEvent) => void> {
  const make = await progressMaker(session, flags)
  let held: SyncEvent[] = []
  let progress: Progress | undefined
  return (event) => {
    if (event.type === 'run-start') held = []
    if (progress) progress.hear(event)
    else {
      held.push(event)
      if (!isNews(event)) return
      progress = make()
      for (const each of held) progress.hear(each)
    }
    if (event.type !== 'run-end') return
    progress.stop()
    progress = undefined
  }
}

function isNews(event: SyncEvent): boolean {
  if (event.type === 'retry') return event.waitMs >= 1_000
  if (event.type !== 'commit') return false
  const { created, updated, archived, removed, associations } = event
  return created + updated + archived + removed + associations.added + associations.removed > 0
}

async function progressMaker(session: Session, { json }: { json?: true }): Promise<() => Progress> {
  if (json) return () => silence
  if (!session.isTerminal('stderr')) return () => progressLines(session)
  const { progressBars } = await import('./progress-bars.js')
  return () => progressBars(session)
}
