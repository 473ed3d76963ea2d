import type { Account } from './account.js'
import { createRunningClock, toMilliseconds } from './clock.js'
import { type ControlParts, createControl } from './control/control.js'
import { connectionReset, fromRequest, toResponse, untilAborted } from './fetch.js'
import { createHandlers } from './msw.js'
import { checkOptions, type PortalOptions } from './portal-options.js'
import { createState, type PortalState } from './portal-state.js'
import type { Portal } from './portal-types.js'
import { createRandom, type Random } from './random.js'
import type { IncomingRequest } from './request-handler.js'
import { listen } from './server.js'
import { createWebhooks, type Subscription } from './webhooks.js'

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

type Methods = PortalState['methods']

/** Methods that call those of the present state. */
function present(methods: () => Methods): Methods {
  const names = Object.keys(methods()) as (keyof Methods)[]
  const call =
    (name: keyof Methods) =>
    (...given: unknown[]) =>
      (methods()[name] as (...given: unknown[]) => unknown)(...given)
  return Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as Methods
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
  const { seed = 1, clock = createRunningClock() } = options
  const account = accountOf(options)
  const token = options.token ?? makeToken(createRandom(`portal ${seed}`))
  let state = createState(options, { account, clock, token })
  const subscriptions = new Set<Subscription>()
  const handle = (request: IncomingRequest) => state.handler.handle(request)

  const portal: Portal = {
    portalId: account.portalId,
    token,
    clock,
    ...present(() => state.methods),

    fault: (fault) => state.faults.add(fault),
    faults: (chance) => state.faults.byChance(chance, seed),
    clearFaults: () => state.faults.clear(),
    addToken: (added, { scopes, expiresAt } = {}) =>
      state.access.add(added, {
        scopes,
        expiresAt: expiresAt === undefined ? undefined : toMilliseconds(expiresAt),
      }),
    revoke: (revoked) => state.access.revoke(revoked),

    get calls() {
      return state.calls
    },
    clearCalls: () => state.clearCalls(),

    reset() {
      state = createState(options, { account, clock, token })
      options.fill?.(portal)
      for (const { hear, forget } of subscriptions) {
        forget()
        state.crm.listeners.add(hear)
      }
    },

    fetch: async (request) => {
      const outcome = await handle(await fromRequest(request))
      if (outcome.kind === 'reset') throw connectionReset()
      if (outcome.kind === 'hang') return untilAborted(request.signal)
      return toResponse(outcome)
    },
    handlers: (baseUrl = 'https://api.hubapi.com') => createHandlers(baseUrl, handle),
    listen: (where = {}) => listen(where, handle, createControl(parts)),
    webhooks: (target) =>
      createWebhooks(
        {
          account,
          clock,
          random: createRandom(`webhooks ${seed}`),
          subscribe(subscription) {
            subscriptions.add(subscription)
            state.crm.listeners.add(subscription.hear)
            return () => {
              subscriptions.delete(subscription)
              state.crm.listeners.delete(subscription.hear)
            }
          },
        },
        target,
      ),
  }
  const parts: ControlParts = { portal, faults: () => state.faults }
  options.fill?.(portal)
  return portal
}
