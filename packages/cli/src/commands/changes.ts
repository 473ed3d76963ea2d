import type { ChangePage } from '@hubsync/core'
import type { Command } from 'commander'
import { type MirrorFlags, openReader, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'
import { momentText } from '../status-text.js'
import { numberText, wholeNumber } from '../whole-numbers.js'

interface ChangesFlags extends MirrorFlags {
  after: number
  limit: number
}

export function changesCommand(program: Command, session: Session): void {
  const command = program
    .command('changes')
    .summary('read the change feed')
    .description(
      'Prints a page of the change feed: what was created, updated, archived, restored, merged or removed, with old and new values. Reads the store alone; needs no token.',
    )
    .option('--after <cursor>', 'go on after the cursor of an earlier page', wholeNumber(0), 0)
    .option('--limit <number>', 'how many changes, 1 to 1000', wholeNumber(1, 1_000), 100)
  withMirrorFlags(command).action(async ({ after, limit, ...flags }: ChangesFlags) => {
    const mirror = await openReader(session, flags)
    try {
      const page = await mirror.changes({ after, limit })
      if (flags.json) session.printJson(page)
      else session.print(pageText(session, page))
    } finally {
      await mirror.close()
    }
  })
}

function pageText(session: Session, { results, cursor }: ChangePage): string {
  const lines = results.flatMap(({ at, kind, object, id, columns }) => [
    `${momentText(at)}  ${session.paint('bold', kind)}  ${object} ${id}`,
    ...Object.entries(columns).map(
      ([name, { old, new: value }]) =>
        `    ${name}: ${JSON.stringify(old)} → ${JSON.stringify(value)}`,
    ),
  ])
  const count = `${numberText(results.length)} ${results.length === 1 ? 'change' : 'changes'}`
  const next = results.length === 0 ? 'Nothing new' : count
  return [...lines, `${next}; to go on: --after ${cursor}`].join('\n')
}
