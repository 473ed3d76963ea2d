import { Access } from './access.js'
import type { Account } from './account.js'
import { Bin } from './bin.js'
import { systemClock, toMilliseconds } from './clock.js'
import { Crm } from './crm.js'
import { addCustom } from './custom-catalogue.js'
import { Faults } from './faults.js'
import { connectionReset, fromRequest, toResponse, untilAborted } from './fetch.js'
import type { Call } from './journal.js'
import { latencyOf } from './latency.js'
import { createHandlers } from './msw.js'
import { dealSplitMethods } from './portal-deal-splits.js'
import { checkOptions, type PortalOptions } from './portal-options.js'
import { ownerMethods } from './portal-owners.js'
import { pipelineMethods } from './portal-pipelines.js'
import { propertyMethods } from './portal-properties.js'
import { recordMethods } from './portal-records.js'
import { schemaMethods } from './portal-schema.js'
import { truthMethods } from './portal-truth.js'
import type { Portal } from './portal-types.js'
import { createRandom, type Random } from './random.js'
import { RateLimits } from './rate-limits.js'
import { type IncomingRequest, RequestHandler } from './request-handler.js'
import { sampleMethods } from './sample-records.js'
import { listen } from './server.js'
import { createWebhooks } from './webhooks.js'

function accountOf(options: PortalOptions): Account {
  return {
    portalId: options.portalId ?? 147_000_001,
    uiDomain: options.uiDomain ?? 'app-eu1.hubspot.com',
    timeZone: options.timeZone ?? 'US/Eastern',
    currency: options.currency ?? 'EUR',
  }
}

function makeToken(random: Random): string {
  return `pat-eu1-${[8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-')}`
}

/**
 * Creates a HubSpot portal in memory. It answers the endpoints that read and write the CRM as HubSpot does, with its
 * limits, delays and oddities. A test creates, changes, merges and removes records without them.
 *
 * @example const portal = createPortal({ seed: 7 }) const ada = portal.create('contacts', { email: 'ada@example.com' })
 * const server = setupServer(...portal.handlers())
 */
export const createPortal = (options: PortalOptions = {}): Portal => {
  checkOptions(options)
  const {
    seed = 1,
    clock = systemClock,
    latency = 0,
    app = 'private',
    idOrder = 'number',
    listOrder = 'ascending',
    lifecyclePipelines = 'single',
  } = options
  const account = accountOf(options)
  const { portalId } = account
  const random = createRandom(`portal ${seed}`)
  const token = options.token ?? makeToken(random)
  const crm = new Crm({
    portalId,
    clock,
    seed,
    mergedInBin: options.mergedInBin ?? false,
    mergedHistory: options.mergedHistory ?? 'both',
    searchLag: options.searchLag || { min: 0, max: 0 },
    searchDisorder: options.searchDisorder,
  })
  if (options.custom) addCustom(crm, seed, options.custom)
  const bin = new Bin(crm)
  const access = new Access()
  for (const one of [token, ...(options.tokens ?? [])]) access.add(one, { scopes: options.scopes })
  const faults = new Faults()
  let calls: Call[] = []

  const handler = new RequestHandler({
    crm,
    bin,
    account,
    clock,
    access,
    limits: new RateLimits(options.limits ?? {}, app, account),
    faults,
    random,
    idOrder: typeof idOrder === 'string' ? { sort: idOrder, filter: idOrder } : idOrder,
    listOrder,
    lifecyclePipelines,
    associationPageSize: options.associationPageSize ?? 500,
    latency: (operation) => latencyOf(latency, operation),
    journal: options.journal === false ? () => {} : (call) => calls.push(call),
  })
  const handle = (request: IncomingRequest) => handler.handle(request)

  return {
    portalId,
    token,
    clock,
    ...recordMethods(crm, bin),
    ...schemaMethods(crm),
    ...propertyMethods(crm),
    ...ownerMethods(crm.owners),
    ...pipelineMethods(crm),
    ...dealSplitMethods(crm),
    ...sampleMethods(crm, seed),
    ...truthMethods(crm, bin, account),

    fault: (fault) => faults.add(fault),
    faults: (chance) => faults.byChance(chance, seed),
    clearFaults: () => faults.clear(),
    addToken: (added, { scopes, expiresAt } = {}) =>
      access.add(added, {
        scopes,
        expiresAt: expiresAt === undefined ? undefined : toMilliseconds(expiresAt),
      }),
    revoke: (revoked) => access.revoke(revoked),

    get calls() {
      return calls
    },
    clearCalls: () => {
      calls = []
    },

    fetch: async (request) => {
      const outcome = await handle(await fromRequest(request))
      if (outcome.kind === 'reset') throw connectionReset()
      if (outcome.kind === 'hang') return untilAborted(request.signal)
      return toResponse(outcome)
    },
    handlers: (baseUrl = 'https://api.hubapi.com') => createHandlers(baseUrl, handle),
    listen: (where = {}) => listen(where, handle),
    webhooks: (target) =>
      createWebhooks({ crm, account, random: createRandom(`webhooks ${seed}`) }, target),
  }
}
