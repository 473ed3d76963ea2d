import type { PruneReport } from '@hubsync/core'
import type { Command } from 'commander'
import { staleLines } from '../definitions-text.js'
import { exitCodes } from '../exit-codes.js'
import { type MirrorFlags, openSync, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'
import { UsageError } from '../usage-error.js'

interface PruneFlags extends MirrorFlags {
  yes?: true
  dryRun?: true
}

export function pruneCommand(program: Command, session: Session): void {
  const command = program
    .command('prune')
    .summary('drop what the definitions no longer name')
    .description(
      'Drops the tables and columns that no definition names any more, and columns whose kind has changed. Lists them first, with their rows, and asks. First stop the processes that still have the earlier definitions.',
    )
    .option('--yes', 'drop without asking')
    .option('--dry-run', 'list what would be dropped, and drop nothing')
  withMirrorFlags(command).action((flags: PruneFlags) => prune(session, flags))
}

async function prune(session: Session, { yes, dryRun, json, ...flags }: PruneFlags): Promise<void> {
  const { stdin, stdout } = session.surroundings
  if (json && !yes && !dryRun)
    throw new UsageError('Expected --yes or --dry-run with --json. Nothing was dropped.')
  const mirror = await openSync(session, flags)
  try {
    const list = await mirror.prune({ dryRun: true })
    if (!json) session.print(listText(list))
    if (dryRun || list.parts.length === 0) {
      if (json) session.printJson(list)
      return
    }
    if (!yes && !(stdin.isTTY && stdout.isTTY))
      throw new UsageError('Expected a terminal to ask on, or --yes. Nothing was dropped.')
    if (!yes && !(await isConfirmed(session))) {
      session.print('Nothing was dropped.')
      session.exitCode = exitCodes.partial
      return
    }
    const report = await mirror.prune()
    if (json) session.printJson(report)
    else session.print(report.reason ?? 'Dropped. What comes back later is read again.')
    if (report.status === 'busy') session.exitCode = exitCodes.busy
  } finally {
    await mirror.close()
  }
}

function listText({ parts }: PruneReport): string {
  if (parts.length === 0) return 'Nothing is left of earlier definitions.'
  return ['left of earlier definitions:', ...staleLines(parts)].join('\n')
}

async function isConfirmed({ surroundings: { stdin, stdout } }: Session): Promise<boolean> {
  const { confirm } = await import('@clack/prompts')
  const streams = { input: stdin, output: stdout }
  const answer = await confirm({ ...streams, message: 'Drop all of it?', initialValue: false })
  return answer === true
}
