import type { Command } from 'commander'
import { type MirrorFlags, openReader, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'
import { statusText } from '../status-text.js'

export function statusCommand(program: Command, session: Session): void {
  const command = program
    .command('status')
    .summary('show the state of the mirror')
    .description(
      'Shows the rows, the moment up to which each object is complete, the last run, and the last error with what to do about it. Reads only the store, and needs no token.',
    )
  withMirrorFlags(command).action(async (flags: MirrorFlags) => {
    const mirror = await openReader(session, flags)
    try {
      const status = await mirror.status()
      if (flags.json) session.printJson(status)
      else session.print(statusText(session, status))
    } finally {
      await mirror.close()
    }
  })
}
