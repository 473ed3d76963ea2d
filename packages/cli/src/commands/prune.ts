import type { PruneReport } from '@hubsync/core'
import type { Command } from 'commander'
import { staleLines } from '../definitions-text.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { type MirrorFlags, openSyncOffline, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'
import { UsageError } from '../usage-error.js'

interface PruneFlags extends MirrorFlags {
  yes?: true
  dryRun?: true
  all?: true
}

export function pruneCommand(program: Command, session: Session): void {
  const command = program
    .command('prune')
    .summary('drop what the definitions do not name')
    .description(
      'Drops the tables and columns that the definitions do not name, and columns whose kind has changed, with their values in the change feed. Lists them first, with their rows, and asks. First stop the processes that still have the earlier definitions. Needs no token.',
    )
    .option('--yes', 'drop without asking')
    .option('--all', 'drop also what another process keeps up to date')
    .option('--dry-run', 'list what would be dropped, and drop nothing')
  withMirrorFlags(command).action((flags: PruneFlags) => prune(session, flags))
}

async function prune(
  session: Session,
  { yes, dryRun, all, json, ...flags }: PruneFlags,
): Promise<void> {
  const { stdin, stdout } = session.surroundings
  if (json && !yes && !dryRun)
    throw new UsageError('Expected --yes or --dry-run with --json. Nothing was dropped.')
  const mirror = await openSyncOffline(session, flags)
  try {
    const list = await mirror.prune({ dryRun: true, all })
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
    const report = await mirror.prune({ parts: list.parts, all })
    if (json) session.printJson(report)
    else session.print(report.reason ?? 'Dropped. What comes back later is read again.')
    session.exitCode = codes[report.status]
  } finally {
    await mirror.close()
  }
}

const codes: Record<PruneReport['status'], ExitCode> = {
  dropped: exitCodes.complete,
  listed: exitCodes.complete,
  changed: exitCodes.partial,
  busy: exitCodes.busy,
}

function listText({ parts, kept = [] }: PruneReport): string {
  const lines: string[] = []
  if (kept.length > 0)
    lines.push(
      'kept up to date by another process, so it stays (--all drops it too):',
      ...staleLines(kept),
      '',
    )
  if (parts.length === 0) return [...lines, 'Nothing is left of earlier definitions.'].join('\n')
  lines.push('left of earlier definitions:', ...staleLines(parts))
  lines.push('The change feed loses these values too. `raw` keeps the properties of a column.')
  return lines.join('\n')
}

async function isConfirmed({ surroundings: { stdin, stdout } }: Session): Promise<boolean> {
  const { confirm } = await import('@clack/prompts')
  const streams = { input: stdin, output: stdout }
  const answer = await confirm({ ...streams, message: 'Drop all of it?', initialValue: false })
  return answer === true
}
