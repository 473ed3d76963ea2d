import assert from 'node:assert/strict'
import type {
  ApiRequester,
  HubspotSync,
  HubspotSyncOptions,
  RunOptions,
  RunReport,
  Store,
} from '@hubsync/core'
import { createPortal, type Portal, type PortalOptions, type TestClock } from '@hubsync/emulator'
import { expectEqual } from '../integration/support/equality.js'
import { populate } from '../integration/support/world.js'
import { createQuickClock } from '../quick-clock.js'

/** Core, either the real one or a mutant. */
export type Core = typeof import('@hubsync/core')

/** A request on the way to HubSpot. */
export type Call = Parameters<ApiRequester['apiRequest']>[0]

/** More than any scenario needs, so that a mutant that loops ends. */
const MOST_CALLS = 2_000

/** Stands between the mirror and HubSpot. It can act before or after a call, and change the reply. */
export type Between = (call: Call, answer: () => Promise<Response>) => Promise<Response>

type Options = Partial<Omit<HubspotSyncOptions<never>, 'objects'>> & {
  objects?: HubspotSyncOptions['objects'] | readonly unknown[]
}

/** A portal, and a mirror of it that uses the given core. */
export interface TrapWorld {
  clock: TestClock
  portal: Portal
  store: Store
  sync: HubspotSync
  /** Another mirror into the same store, as a new process has it. */
  again(options?: Options): HubspotSync
  /** Runs, and expects the run to be complete. */
  run(options?: RunOptions): Promise<RunReport>
  /** Runs, and expects the run to be complete and the mirror to be equal to the portal. */
  runUntilEqual(options?: RunOptions): Promise<RunReport>
}

/**
 * Sets up a portal and a mirror in memory. Unlike the integration tests' world it has neither census nor sweep of associations unless
 * asked for, which would mend many mistakes behind their backs, and no HTTP. Nor does it read what lies around the records.
 */
export function createTrapWorld(
  core: Core,
  {
    portal: portalOptions = {},
    between = (_, answer) => answer(),
    limited = false,
    ...options
  }: { portal?: PortalOptions; between?: Between; limited?: boolean } & Options = {},
): TrapWorld {
  const clock = createQuickClock({ now: '2026-06-01T08:00:00.000Z' })
  const portal = createPortal({
    seed: 7,
    clock,
    ...(limited ? {} : { limits: false }),
    ...portalOptions,
  })
  const store = options.store ?? core.memoryStore()
  let calls = 0
  const client: ApiRequester = {
    async apiRequest(call) {
      if (++calls > MOST_CALLS) throw new Error(`more than ${MOST_CALLS} calls: it goes in circles`)
      return between(call, () => portal.fetch(requestOf(call)))
    },
  }
  const again = (more: Options = {}) =>
    core.createHubspotSync({
      accessToken: portal.token,
      client,
      store,
      clock,
      census: false,
      associationSweep: false,
      reference: false,
      ...(limited ? {} : { limits: { burst: 1e9, search: 1e9, associations: 1e9 } }),
      ...options,
      ...more,
    } as HubspotSyncOptions)
  const sync = again()
  const run = async (given?: RunOptions<never>) => {
    const report = await sync.run(given)
    assert.equal(report.status, 'complete', `the run is ${report.status}: ${reasonsOf(report)}`)
    return report
  }
  const runUntilEqual = async (given?: RunOptions<never>) => {
    const report = await run(given)
    await expectEqual(portal, store)
    return report
  }
  return { clock, portal, store, sync, again, run, runUntilEqual }
}

/** A world whose portal is filled and mirrored. All records changed earlier than any window reaches back. */
export async function settledWorld(
  core: Core,
  options: Parameters<typeof createTrapWorld>[1] = {},
  size: { contacts?: number } = {},
): Promise<TrapWorld & ReturnType<typeof populate>> {
  const world = createTrapWorld(core, options)
  const ids = populate(world.portal, { contacts: 8, companies: 4, deals: 3, ...size })
  await world.clock.advance(2 * HOUR)
  await world.run()
  await world.clock.advance(2 * HOUR)
  return { ...world, ...ids }
}

export const HOUR = 3_600_000

/** Whether this call requests a page of active records. */
export function isList({ method, path, qs }: Call): boolean {
  return method === 'GET' && path.includes('/objects/') && qs?.archived === undefined
}

/** Whether this call is a search. */
export function isSearch({ path }: Call): boolean {
  return path.endsWith('/search')
}

function requestOf({ method, path, qs, body, headers }: Call): Request {
  const url = `https://api.hubapi.com${path}?${new URLSearchParams(qs)}`
  return new Request(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** The reasons why the jobs of a run aren't complete. */
function reasonsOf({ jobs }: RunReport): string {
  return Object.entries(jobs)
    .flatMap(([name, { reason }]) => (reason === undefined ? [] : [`${name}: ${reason}`]))
    .join(' ')
}
