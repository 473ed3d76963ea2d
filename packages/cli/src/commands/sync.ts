import type { HubspotSync } from '@hubsync/core'
import type { Command } from 'commander'
import { closingText } from '../closing-text.js'
import { durationOf, durationText } from '../durations.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { failureOf, isPassing } from '../failures.js'
import { Interruption } from '../interruption.js'
import { type MirrorFlags, openSync, withMirrorFlags } from '../open-mirror.js'
import { type RunFlags, runOptionsOf, withRunFlags } from '../run-flags.js'
import { runText } from '../run-text.js'
import type { Session } from '../session.js'
import { stoppable } from '../stoppable.js'

interface SyncFlags extends MirrorFlags, RunFlags {
  watch?: number
}

export function syncCommand(program: Command, session: Session): void {
  const command = program
    .command('sync')
    .summary('bring the mirror up to date')
    .description(
      'Runs the jobs that are due, or those that you name: contacts, contacts:archived, contacts:census, the same for every object, and associations.',
    )
    .argument('[jobs...]', 'the names of the jobs')
    .option('--watch <interval>', 'run again and again, with a pause such as 5m', durationOf)
  withMirrorFlags(withRunFlags(command)).action(async (jobs: string[], flags: SyncFlags) => {
    session.exitCode = await sync(session, jobs, flags)
  })
}

async function sync(session: Session, jobs: string[], flags: SyncFlags): Promise<ExitCode> {
  const mirror = await openSync(session, flags)
  const interruption = new Interruption(session)
  try {
    for (;;) {
      const code = await runOnce(session, mirror, jobs, flags, interruption)
      if (flags.watch === undefined || interruption.requested) return code
      if (!flags.json) session.say(`The next run begins in ${durationText(flags.watch)}.`)
      const pause = session.surroundings.clock.sleep(flags.watch, interruption.first)
      await pause.catch(() => {})
      if (interruption.requested) return code
    }
  } finally {
    interruption.dispose()
    await mirror.close()
  }
}

async function runOnce(
  session: Session,
  mirror: HubspotSync,
  jobs: string[],
  flags: SyncFlags,
  interruption: Interruption,
): Promise<ExitCode> {
  try {
    const report = await stoppable(session, flags, interruption, (listening) =>
      mirror.run({
        ...listening,
        ...(jobs.length > 0 ? { jobs } : {}),
        ...runOptionsOf(flags),
      }),
    )
    if (flags.json) session.printJson(report)
    else {
      session.print(runText(session, report, mirror.jobs))
      if (flags.watch === undefined)
        session.print(['', ...closingText(session, report, mirror)].join('\n'))
    }
    return exitCodes[report.status]
  } catch (error) {
    const failure = await failureOf(session, error)
    if (flags.watch === undefined || !isPassing(failure)) throw error
    if (flags.json) session.printJson(failure.json)
    session.say(failure.text)
    return failure.exitCode
  }
}
