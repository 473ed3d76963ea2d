import type { HubspotSync, RunReport } from '@hubsync/core'
import { type ExitCode, exitCodes } from './exit-codes.js'
import { failureOf } from './failures.js'
import { momentText } from './moments.js'
import { showProgressOfEach } from './progress.js'
import { type RunFlags, runOptionsOf } from './run-flags.js'
import { quietText, runText } from './run-text.js'
import type { Session } from './session.js'

/** What is watched, and how often. */
interface Watching extends Omit<RunFlags, 'wait'> {
  every: number
  jobs?: readonly string[]
  json?: true
}

/**
 * Runs the mirror again and again, and tells of each run, until the signal ends it.
 *
 * @returns how the last run ended.
 * @throws the first error that no waiting heals.
 */
export async function watchMirror(
  session: Session,
  mirror: HubspotSync,
  { every, jobs, json, ...flags }: Watching,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { isPassing } = await import('@hubsync/core')
  const failed = new AbortController()
  let [code, told]: [ExitCode, Promise<void>] = [exitCodes.complete, Promise.resolve()]
  let lasting: { error: unknown } | undefined
  const { maxCalls, budgetMs } = runOptionsOf(flags)

  async function tell(error: unknown): Promise<void> {
    const failure = await failureOf(session, error)
    if (json) session.printJson(failure.json)
    session.say(failure.text)
  }

  await mirror.watch({
    every,
    jobs,
    maxCalls,
    budgetMs,
    signal: AbortSignal.any([signal, failed.signal]),
    onEvent: await showProgressOfEach(session, json ? { json } : {}),
    onReport(report) {
      code = exitCodes[report.status]
      if (json) session.printJson(report)
      else session.print(textOf(session, report, mirror.jobs))
    },
    onError(error) {
      code = exitCodes.failed
      if (isPassing(error)) told = told.then(() => tell(error))
      else {
        lasting ??= { error }
        failed.abort()
      }
    },
  })
  await told
  if (lasting) throw lasting.error
  return code
}

function textOf(session: Session, report: RunReport, order: readonly string[]): string {
  const at = momentText(report.finishedAt)
  return quietText(session, report, at) ?? `${at}  ${runText(session, report, order)}`
}
