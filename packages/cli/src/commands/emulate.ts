import type { Command } from 'commander'
import { fillPortal } from '../fill-portal.js'
import { untilInterrupted } from '../interruption.js'
import type { Session } from '../session.js'
import { UsageError } from '../usage-error.js'
import { countText, wholeNumber } from '../whole-numbers.js'

/** Not the emulator's default: with that one, a mirror of the demo would be taken for a mirror of this portal. */
const PORTAL_ID = 147_000_002
/** A store holds one portal. In the default file, this one would keep the user's own portal out. */
const STORE = 'sqlite:emulated.db'

interface EmulateFlags {
  port: number
  contacts: number
  companies: number
  deals: number
  seed: string
  json?: true
}

export function emulateCommand(program: Command, session: Session): void {
  program
    .command('emulate')
    .summary('start a portal to try hubsync on')
    .description(
      'Starts an emulated HubSpot portal with made-up records on a port of this machine, and prints its address and token. It lives in memory, until Ctrl-C.',
    )
    .option('--port <number>', 'the port; 0 for any that is free', wholeNumber(0, 65_535), 4010)
    .option('--contacts <number>', 'how many contacts', wholeNumber(0, 1_000_000), 1_000)
    .option('--companies <number>', 'how many companies', wholeNumber(0, 1_000_000), 200)
    .option('--deals <number>', 'how many deals', wholeNumber(0, 1_000_000), 300)
    .option('--seed <text>', 'the same seed makes the same records, ids and token', 'hubsync')
    .option('--json', 'print address and token as a line of JSON')
    .action(async ({ port, seed, json, ...sizes }: EmulateFlags) => {
      const { createPortal } = await import('@hubsync/emulator')
      const portal = createPortal({ seed, portalId: PORTAL_ID, journal: false })
      fillPortal(portal, sizes)
      // It opens nothing but this portal, and has to be seen.
      session.secrets.forget(portal.token)
      const server = await portal.listen({ port }).catch((cause: unknown) => {
        throw new UsageError(`Expected to listen on port ${port}: ${(cause as Error).message}.`)
      })
      const { portalId, token } = portal
      if (json) session.printJson({ url: server.url, token, portalId })
      else {
        const records = [
          countText(sizes.contacts, 'contact'),
          countText(sizes.companies, 'company', 'companies'),
          countText(sizes.deals, 'deal'),
        ]
        session.print(
          [
            `Portal ${portalId}: ${records.join(', ')}, until Ctrl-C.`,
            `export HUBSPOT_BASE_URL=${server.url}`,
            `export HUBSPOT_ACCESS_TOKEN=${token}`,
            `export HUBSYNC_STORE=${STORE}`,
          ].join('\n'),
        )
      }
      await untilInterrupted(session)
      await server.close()
    })
}
