import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.js'
import { Interruption } from '../interruption.js'
import { type MirrorFlags, openSync, withMirrorFlags } from '../open-mirror.js'
import { type RunFlags, runOptionsOf, withRunFlags } from '../run-flags.js'
import type { Session } from '../session.js'
import { stoppable } from '../stoppable.js'
import { verifyText } from '../verify-text.js'

interface VerifyFlags extends MirrorFlags, RunFlags {
  repair?: true
}

/** A mirror that differs is a failure, repaired or not. */
const codes = {
  equal: exitCodes.complete,
  different: exitCodes.failed,
  partial: exitCodes.partial,
  busy: exitCodes.busy,
} as const

export function verifyCommand(program: Command, session: Session): void {
  const command = program
    .command('verify')
    .summary('compare the mirror with HubSpot')
    .description(
      'Compares ids, modification dates, archived state and associations with HubSpot. Exit codes: 0 equal, 1 different, repaired or not, 3 ended early (run again to go on), 4 busy (another verification is running).',
    )
    .option('--repair', 'repair what differs')
  withMirrorFlags(withRunFlags(command)).action(async (flags: VerifyFlags) => {
    const { repair = false } = flags
    const mirror = await openSync(session, flags)
    const interruption = new Interruption(session)
    try {
      const report = await stoppable(session, flags, interruption, (listening) =>
        mirror.verify({ ...listening, ...runOptionsOf(flags), repair }),
      )
      if (flags.json) session.printJson(report)
      else session.print(verifyText(session, report, repair))
      session.exitCode = codes[report.status]
    } finally {
      interruption.dispose()
      await mirror.close()
    }
  })
}
