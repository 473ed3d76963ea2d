import type { HubspotSync } from '@hubsync/core'
import type { Command } from 'commander'
import { closingText } from '../closing-text.js'
import { durationOf } from '../durations.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { Interruption } from '../interruption.js'
import { type MirrorFlags, openSync, withMirrorFlags } from '../open-mirror.js'
import { type RunFlags, runOptionsOf, withRunFlags } from '../run-flags.js'
import { runText } from '../run-text.js'
import type { Session } from '../session.js'
import { stoppable } from '../stoppable.js'
import { watchMirror } from '../watch-mirror.js'

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
    .option(
      '--watch <interval>',
      'run again and again, at a pace such as 5m, and read what webhooks name at once',
      durationOf,
    )
  withMirrorFlags(withRunFlags(command)).action(async (jobs: string[], flags: SyncFlags) => {
    session.exitCode = await sync(session, jobs, flags)
  })
}

async function sync(session: Session, jobs: string[], flags: SyncFlags): Promise<ExitCode> {
  const mirror = await openSync(session, flags)
  const interruption = new Interruption(session)
  try {
    if (flags.watch === undefined) return await runOnce(session, mirror, jobs, flags, interruption)
    const { watch: every, ...rest } = flags
    const watching = { ...rest, every, ...(jobs.length > 0 ? { jobs } : {}) }
    return await watchMirror(session, mirror, watching, interruption.first)
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
    session.print(['', ...closingText(session, report, mirror)].join('\n'))
  }
  return exitCodes[report.status]
}
