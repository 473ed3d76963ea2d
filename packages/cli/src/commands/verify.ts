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

/** A verification that ends different was done, but the mirror wasn't as it should be. */
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
      'Compares ids, modification dates, archived state and associations of every object with HubSpot. Exit code 0: equal; 1: different, repaired or not; 3: ended early, and the next verification goes on; 4: another verification is at it.',
    )
    .option('--repair', 'mend what differs')
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
