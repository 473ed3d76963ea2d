import { createHash } from 'node:crypto'
import type { Command } from 'commander'
import { fillPortal } from '../fill-portal.js'
import { untilInterrupted } from '../interruption.js'
import type { Session } from '../session.js'
import { UsageError } from '../usage-error.js'
import { countText, wholeNumber } from '../whole-numbers.js'

/** Not the emulator's default, which the demo has: a mirror of the demo is refused here. */
const PORTAL_ID = 147_000_002
const defaults = { seed: 'hubsync', contacts: 1_000, companies: 200, deals: 300 }
/** A file of its own, because a store holds one portal. In the default file it would keep out the user's portal. */
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
    .summary('start an emulated portal')
    .description(
      'Starts a HubSpot portal in memory with made-up records, on a port of this machine, until Ctrl-C. Prints the environment variables that the other commands need.',
    )
    .option('--port <number>', 'the port. 0: any free one', wholeNumber(0, 65_535), 4010)
    .option(
      '--contacts <number>',
      'how many contacts',
      wholeNumber(0, 1_000_000),
      defaults.contacts,
    )
    .option(
      '--companies <number>',
      'how many companies',
      wholeNumber(0, 1_000_000),
      defaults.companies,
    )
    .option('--deals <number>', 'how many deals', wholeNumber(0, 1_000_000), defaults.deals)
    .option('--seed <text>', 'the same seed gives the same ids and token', defaults.seed)
    .option('--json', 'print the address and the token as a line of JSON')
    .action(async ({ port, seed, json, ...sizes }: EmulateFlags) => {
      const { createPortal } = await import('@hubsync/emulator')
      const portal = createPortal({
        seed,
        portalId: portalIdOf({ seed, ...sizes }),
        journal: false,
      })
      fillPortal(portal, sizes)
      // The user needs to see it. It is of use only for this portal.
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

/** Other records are another portal. Its old records would otherwise be missing from a mirror that has read up to today. */
function portalIdOf({ seed, contacts, companies, deals }: typeof defaults): number {
  const text = JSON.stringify([seed, contacts, companies, deals])
  if (text === JSON.stringify(Object.values(defaults))) return PORTAL_ID
  return PORTAL_ID + 1 + (createHash('sha256').update(text).digest().readUInt32BE() % 10_000_000)
}
