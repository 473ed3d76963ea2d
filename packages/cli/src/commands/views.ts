import type { MadeView } from '@hubsync/core'
import type { Command } from 'commander'
import { type MirrorFlags, openSyncOffline, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'

export function viewsCommand(program: Command, session: Session): void {
  const command = program
    .command('views')
    .summary('make SQL views with labels beside the ids')
    .description(
      'Makes a view of each table, such as deals_labelled, with the names of owners and the labels of pipelines, stages and choices beside their ids. Run it again after the definitions have changed: a view keeps the columns that it was made with. The labels in it are always those of today.',
    )
  withMirrorFlags(command).action((flags: MirrorFlags) => views(session, flags))
}

async function views(session: Session, { json, ...flags }: MirrorFlags): Promise<void> {
  const mirror = await openSyncOffline(session, flags)
  try {
    const made = await mirror.makeViews()
    if (json) session.printJson({ views: made })
    else session.print(textOf(made))
  } finally {
    await mirror.close()
  }
}

function textOf(made: readonly MadeView[]): string {
  if (made.length === 0)
    return 'No view was made: nothing here has a label. A run reads owners, pipelines and the catalogue.'
  return made.map(({ name, labels }) => `made ${name}, with ${labels.join(', ')}`).join('\n')
}
