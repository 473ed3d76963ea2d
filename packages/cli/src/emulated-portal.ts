import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createPortal, type HubspotApp, type Portal, type PortalSeed } from '@hubsync/emulator'
import { fillPortal } from './fill-portal.js'
import { untilInterrupted } from './interruption.js'
import type { Session } from './session.js'
import { UsageError } from './usage-error.js'
import { countText } from './whole-numbers.js'

/** The options of `emulate` on the command line. */
export interface EmulateFlags {
  port: number
  host: string
  data?: string
  contacts?: number
  companies?: number
  deals?: number
  owners?: number
  customObjects: number
  customProperties: number
  seed: string
  token?: string
  scopes?: string[]
  oauth?: true
  webhooks?: string
  clientSecret: string
  signature: 'v1' | 'v2'
  limits: boolean
  latency: number
  searchLag: number
  faults: number
  control: 'loopback' | 'anyone' | 'nobody'
  json?: true
}

/** Not the emulator's default, which the demo has: a mirror of the demo is refused here. */
const PORTAL_ID = 147_000_002
/** A file of its own, because a store holds one portal. In the default file it would keep out the user's portal. */
const STORE = 'sqlite:emulated.db'
/** Most calls that are kept to be asked for. A portal may run for days. */
const JOURNAL = 1_000

const usual = { contacts: 1_000, companies: 200, deals: 300, owners: 3 }
const nothing = { contacts: 0, companies: 0, deals: 0, owners: 0 }

/** Runs a portal until Ctrl-C. */
export async function emulate(session: Session, flags: EmulateFlags): Promise<void> {
  const { data, webhooks: target, clientSecret, signature } = flags
  const text = data === undefined ? undefined : textOf(resolve(session.surroundings.cwd, data))
  const seed = text === undefined ? {} : (parsed(text, data) as PortalSeed)
  const sizes = sizesOf(flags)
  let app: HubspotApp | undefined
  const portal = usable(() =>
    createPortal({
      ...optionsOf(flags, portalIdOf(flags, sizes, text)),
      fill(filled) {
        filled.load(seed)
        fillPortal(filled, sizes)
        if (flags.faults > 0) filled.faults({ rate: flags.faults })
        if (flags.oauth) app = filled.addApp()
      },
    }),
  )
  if (target !== undefined)
    usable(() => portal.webhooks({ url: target, clientSecret, signature, automatic: true }))
  // The user needs to see them. They are of use only for this portal.
  for (const shown of [portal.token, clientSecret]) session.secrets.forget(shown)
  const { port, host, control } = flags
  const server = await portal.listen({ port, host, control }).catch((cause: unknown) => {
    throw new UsageError(
      `Expected to listen at ${host}:${port}: ${(cause as Error).message}. Choose another --port, 0 for any free one.`,
    )
  })
  const { portalId, token } = portal
  const { url } = server
  if (flags.json)
    session.printJson({
      url,
      token,
      portalId,
      health: `${url}/_emulator/health`,
      ...(app && { app }),
    })
  else session.print(offered(portal, url, flags, app).join('\n'))
  await untilInterrupted(session)
  await server.close()
}

function sizesOf(flags: EmulateFlags): typeof usual {
  const { contacts, companies, deals, owners } = flags.data === undefined ? usual : nothing
  return {
    contacts: flags.contacts ?? contacts,
    companies: flags.companies ?? companies,
    deals: flags.deals ?? deals,
    owners: flags.owners ?? owners,
  }
}

function optionsOf(flags: EmulateFlags, portalId: number) {
  const { seed, token, scopes, latency, searchLag, customObjects, customProperties } = flags
  return {
    seed,
    portalId,
    journal: JOURNAL,
    latency,
    searchLag: { min: 0, max: searchLag },
    custom: { objects: customObjects, properties: customProperties },
    ...(token === undefined ? {} : { token }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(flags.limits ? {} : { limits: false as const }),
  }
}

/** What the user can do with it, in lines that a shell takes: what is no variable is a comment. */
function offered(
  portal: Portal,
  url: string,
  { control, clientSecret, webhooks }: EmulateFlags,
  app: HubspotApp | undefined,
): string[] {
  const records = [
    countText(portal.count('contacts'), 'contact'),
    countText(portal.count('companies'), 'company', 'companies'),
    countText(portal.count('deals'), 'deal'),
  ]
  const lines = [
    `Portal ${portal.portalId}: ${records.join(', ')}, until Ctrl-C.`,
    `export HUBSPOT_BASE_URL=${url}`,
    `export HUBSPOT_ACCESS_TOKEN=${portal.token}`,
    `export HUBSYNC_STORE=${STORE}`,
    `# Health:        ${url}/_emulator/health`,
  ]
  if (control !== 'nobody')
    lines.push(
      `# To drive it:   ${url}/_emulator/`,
      '#                reset, clock, faults, calls, seed, tokens, apps, webhooks',
      `#                from ${control === 'anyone' ? 'anywhere' : 'this machine alone'}`,
    )
  if (app)
    lines.push(
      `# OAuth:         ${url}/oauth/2026-03/token`,
      `# Client id:     ${app.clientId}`,
      `# Client secret: ${app.clientSecret}`,
      `# Refresh token: ${app.refreshToken}`,
    )
  if (webhooks) lines.push(`# Webhooks to:   ${webhooks}`, `#   signed with: ${clientSecret}`)
  return lines
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`Expected to read the file of --data: ${(cause as Error).message}.`)
  }
}

function parsed(text: string, file = ''): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`Expected ${file} to be JSON: ${(cause as Error).message}.`)
  }
}

/** Does what the command line asks for. What the emulator refuses, the user has given. */
function usable<T>(make: () => T): T {
  try {
    return make()
  } catch (cause) {
    throw new UsageError((cause as Error).message)
  }
}

/** Other records are another portal. Its old records would otherwise be missing from a mirror that has read up to today. */
function portalIdOf(
  { seed, customObjects, customProperties }: EmulateFlags,
  sizes: typeof usual,
  data: string | undefined,
): number {
  const given = [seed, ...Object.values(sizes), customObjects, customProperties, data]
  const text = JSON.stringify(given)
  if (text === JSON.stringify(['hubsync', ...Object.values(usual), 0, 0, undefined]))
    return PORTAL_ID
  return PORTAL_ID + 1 + (createHash('sha256').update(text).digest().readUInt32BE() % 10_000_000)
}
