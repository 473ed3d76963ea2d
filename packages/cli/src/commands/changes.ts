import type { ChangePage, MirrorReader } from '@hubsync/core'
import type { Command } from 'commander'
import { Interruption } from '../interruption.js'
import { momentText } from '../moments.js'
import { type MirrorFlags, openReader, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'
import { countText, wholeNumber } from '../whole-numbers.js'

interface ChangesFlags extends MirrorFlags {
  after?: string
  limit: number
  follow?: true
}

/** How often `--follow` looks for new changes. */
const PAUSE_MS = 2_000

export function changesCommand(program: Command, session: Session): void {
  const command = program
    .command('changes')
    .summary('read the change feed')
    .description(
      'Prints a page of the change feed: what was created, updated, archived, restored, merged or removed, with old and new values. Reads only the store, and needs no token.',
    )
    .option(
      '--after <cursor>',
      'continue after this cursor, which an earlier page has printed. `now` skips everything until now',
    )
    .option('--limit <number>', 'changes on a page, from 1 to 1000', wholeNumber(1, 1_000), 100)
    .option('--follow', 'print all pages, then new changes as they come, until Ctrl-C')
  withMirrorFlags(command).action(async (flags: ChangesFlags) => {
    const mirror = await openReader(session, flags)
    try {
      if (flags.follow) await follow(session, mirror, flags)
      else
        await show(
          session,
          mirror,
          flags,
          await mirror.changes({ after: flags.after, limit: flags.limit }),
        )
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
      // The first page is shown even without changes: it has the cursor to continue from.
      if (page.results.length > 0 || page.cursor !== after) await show(session, mirror, flags, page)
      after = page.cursor
      if (page.results.length < limit)
        await session.surroundings.clock.sleep(PAUSE_MS, interruption.first).catch(() => {})
    }
  } finally {
    interruption.dispose()
  }
}

/** A page with the winners of its merges. */
interface NamedPage extends ChangePage {
  results: (ChangePage['results'][number] & { into?: string | null })[]
}

async function show(
  session: Session,
  mirror: MirrorReader,
  { json }: MirrorFlags,
  page: ChangePage,
): Promise<void> {
  const named = await withWinners(mirror, page)
  if (json) session.printJson(named)
  else session.print(pageText(session, named))
}

/** Adds the id that each merged record has now: null if the winner is gone. */
async function withWinners(mirror: MirrorReader, page: ChangePage): Promise<NamedPage> {
  const results = page.results.map(async (change) =>
    change.kind === 'merged'
      ? { ...change, into: await mirror.resolve(change.object, change.id) }
      : change,
  )
  return { ...page, results: await Promise.all(results) }
}

function intoText({ kind, into }: NamedPage['results'][number]): string {
  if (kind !== 'merged') return ''
  return into ? ` into ${into}` : ' into a record that is gone'
}

function pageText(session: Session, { results, cursor, forgotten }: NamedPage): string {
  const lines = results.flatMap((change) => {
    const { at, kind, object, id, columns } = change
    return [
      `${momentText(at)}  ${session.paint('bold', kind)}  ${object} ${id}${intoText(change)}`,
      ...Object.entries(columns).map(
        ([name, { old, new: value }]) =>
          `    ${name}: ${JSON.stringify(old)} → ${JSON.stringify(value)}`,
      ),
    ]
  })
  const next = results.length === 0 ? 'Nothing new' : countText(results.length, 'change')
  return [
    ...(forgotten ? ['Older changes are forgotten (changeRetention).'] : []),
    ...lines,
    `${next}; to go on: --after ${cursor}`,
  ].join('\n')
}
