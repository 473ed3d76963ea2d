import type { ChangePage, MirrorReader } from '@hubsync/core'
import type { Command } from 'commander'
import { Interruption } from '../interruption.js'
import { type MirrorFlags, openReader, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'
import { momentText } from '../status-text.js'
import { numberText, wholeNumber } from '../whole-numbers.js'

interface ChangesFlags extends MirrorFlags {
  after?: string
  limit: number
  follow?: true
}

/** How long `--follow` waits before it looks for new changes. */
const PAUSE_MS = 2_000

export function changesCommand(program: Command, session: Session): void {
  const command = program
    .command('changes')
    .summary('read the change feed')
    .description(
      'Prints a page of the change feed: what was created, updated, archived, restored, merged or removed, with old and new values. Reads the store alone; needs no token.',
    )
    .option(
      '--after <cursor>',
      'go on after the cursor of an earlier page; `now` passes over all that is there',
    )
    .option(
      '--limit <number>',
      'how many changes a page has, 1 to 1000',
      wholeNumber(1, 1_000),
      100,
    )
    .option('--follow', 'print page after page, and new changes as they come, until Ctrl-C')
  withMirrorFlags(command).action(async (flags: ChangesFlags) => {
    const mirror = await openReader(session, flags)
    try {
      if (flags.follow) await follow(session, mirror, flags)
      else show(session, flags, await mirror.changes({ after: flags.after, limit: flags.limit }))
    } finally {
      await mirror.close()
    }
  })
}

async function follow(session: Session, mirror: MirrorReader, flags: ChangesFlags): Promise<void> {
  const interruption = new Interruption(session, 'Stopping.')
  const { limit } = flags
  let { after } = flags
  try {
    while (!interruption.requested) {
      const page = await mirror
        .changes({ after, limit, signal: interruption.first })
        .catch((error: unknown) => {
          if (!interruption.requested) throw error
        })
      if (!page) return
      // The first page says where to go on from, even where it has nothing.
      if (page.results.length > 0 || page.cursor !== after) show(session, flags, page)
      after = page.cursor
      if (page.results.length < limit)
        await session.surroundings.clock.sleep(PAUSE_MS, interruption.first).catch(() => {})
    }
  } finally {
    interruption.dispose()
  }
}

function show(session: Session, { json }: MirrorFlags, page: ChangePage): void {
  if (json) session.printJson(page)
  else session.print(pageText(session, page))
}

function pageText(session: Session, { results, cursor, forgotten }: ChangePage): string {
  const lines = results.flatMap(({ at, kind, object, id, columns }) => [
    `${momentText(at)}  ${session.paint('bold', kind)}  ${object} ${id}`,
    ...Object.entries(columns).map(
      ([name, { old, new: value }]) =>
        `    ${name}: ${JSON.stringify(old)} → ${JSON.stringify(value)}`,
    ),
  ])
  const count = `${numberText(results.length)} ${results.length === 1 ? 'change' : 'changes'}`
  const next = results.length === 0 ? 'Nothing new' : count
  return [
    ...(forgotten ? ['Changes from before these are forgotten (changeRetention).'] : []),
    ...lines,
    `${next}; to go on: --after ${cursor}`,
  ].join('\n')
}
