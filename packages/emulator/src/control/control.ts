import type { MovableClock } from '../clock.js'
import type { Faults } from '../faults.js'
import type { Authorization, NewApp } from '../oauth/apps.js'
import type { Portal } from '../portal-types.js'
import { checkSeed } from '../seed/check-seed.js'
import type { PortalWebhooks, WebhookTarget } from '../webhooks.js'
import { CONTROL, type Control, type ControlReply } from './call.js'
import { faultOf, randomFaultsOf, shownFault } from './fault-input.js'
import { refusalOf } from './guard.js'
import { fields, InputError, listOf, moment, oneOf, text, whole, yesOrNo } from './input.js'

/** What drives a portal over HTTP. */
export interface ControlParts {
  readonly portal: Portal
  /** The present ones: a reset makes others. */
  readonly faults: () => Faults
}

interface Given {
  readonly portal: Portal
  readonly faults: Faults
  readonly webhooks: Map<number, Subscribed>
  readonly body: unknown
  readonly url: URL
  /** The part of the path that the route names `:id`. */
  readonly id: string
}

interface Subscribed {
  readonly target: WebhookTarget
  readonly webhooks: PortalWebhooks
}

type Handle = (given: Given) => ControlReply | Promise<ControlReply>

const done: ControlReply = { status: 204 }
const ok = (body: unknown): ControlReply => ({ status: 200, body })
const made = (body: unknown): ControlReply => ({ status: 201, body })

const time = ({ portal }: Given): ControlReply => {
  const now = portal.clock.now()
  return ok({ now, iso: new Date(now).toISOString() })
}

const target = fields(
  {
    url: text,
    clientSecret: text,
    generic: yesOrNo,
    automatic: yesOrNo,
    signature: oneOf(['v1', 'v2']),
  },
  'url',
  'clientSecret',
)

const token = fields({ token: text, scopes: listOf(text), expiresAt: moment }, 'token')

const app = fields({
  clientId: text,
  clientSecret: text,
  scopes: listOf(text),
  redirectUris: listOf(text),
})

const authorization = fields({ redirectUri: text, scopes: listOf(text) })

const ROUTES: Readonly<Record<string, Handle>> = {
  'GET /health': ({ portal }) => ok({ status: 'ok', portalId: portal.portalId }),
  'POST /reset': ({ portal }) => {
    portal.reset()
    return done
  },
  'GET /clock': time,
  'POST /clock/advance': async (given) => {
    const { body, portal } = given
    fields({ milliseconds: whole(0) }, 'milliseconds')(body, '')
    if (!('advance' in portal.clock))
      throw new InputError(
        "Expected a portal whose clock can be advanced, got one with a clock of the test's own. Leave the option `clock` out, or use createClock().",
      )
    await (portal.clock as MovableClock).advance((body as { milliseconds: number }).milliseconds)
    return time(given)
  },
  'GET /faults': ({ faults }) =>
    ok({ results: faults.list.map(({ id, met, fault }) => ({ id, met, ...shownFault(fault) })) }),
  'POST /faults': ({ body, faults, portal }) => {
    const random = randomFaultsOf(body)
    if (random) {
      portal.faults(random)
      return done
    }
    faults.add(faultOf(body))
    return made({ id: faults.list.at(-1)?.id })
  },
  'DELETE /faults': ({ faults }) => {
    faults.clear()
    return done
  },
  'DELETE /faults/:id': ({ faults, id }) =>
    faults.remove(Number(id)) ? done : unknown('fault', id),
  'GET /calls': ({ portal, url }) => {
    const after = wholeParameter(url, 'after', 0)
    const limit = wholeParameter(url, 'limit', 1_000)
    return ok({ results: portal.calls.filter(({ number }) => number > after).slice(0, limit) })
  },
  'DELETE /calls': ({ portal }) => {
    portal.clearCalls()
    return done
  },
  'POST /seed': ({ body, portal }) => {
    checkSeed(body)
    portal.load(body)
    const counts = Object.entries(body.records ?? {}).map(([type, list]) => [type, list.length])
    return made({ records: Object.fromEntries(counts) })
  },
  'POST /tokens': ({ body, portal }) => {
    token(body, '')
    const { token: added, ...options } = body as { token: string }
    portal.addToken(added, options)
    return made({ token: added })
  },
  'DELETE /tokens/:id': ({ id, portal }) => {
    portal.revoke(id)
    return done
  },
  'POST /apps': ({ body = {}, portal }) => {
    app(body, '')
    return made(portal.addApp(body as NewApp))
  },
  'POST /apps/:id/codes': ({ body = {}, id, portal }) => {
    authorization(body, '')
    return made({ code: portal.authorize(id, body as Authorization) })
  },
  'GET /webhooks': ({ webhooks }) =>
    ok({
      results: [...webhooks].map(([id, { target, webhooks }]) => ({
        id,
        url: target.url,
        pending: webhooks.pending,
      })),
    }),
  'POST /webhooks': ({ body, portal, webhooks }) => {
    target(body, '')
    const id = Math.max(0, ...webhooks.keys()) + 1
    const wanted = body as WebhookTarget
    webhooks.set(id, { target: wanted, webhooks: portal.webhooks(wanted) })
    return made({ id })
  },
  'POST /webhooks/deliver': async ({ webhooks }) => {
    const statuses: number[] = []
    for (const one of webhooks.values()) statuses.push(...(await one.webhooks.deliver()))
    return ok({ statuses })
  },
  'DELETE /webhooks/:id': ({ id, webhooks }) => {
    const found = webhooks.get(Number(id))
    if (!found) return unknown('subscription', id)
    found.webhooks.close()
    webhooks.delete(Number(id))
    return done
  },
}

const known = Object.entries(ROUTES).map(([name, handle]) => {
  const [method = '', path = ''] = name.split(' ')
  return { method, pattern: new RegExp(`^${path.replace(':id', '([^/]+)')}$`), handle }
})

function unknown(what: string, id: string): ControlReply {
  return { status: 404, body: { error: `Expected the id of a ${what}, got ${id}.` } }
}

function wholeParameter(url: URL, name: string, fallback: number): number {
  const given = url.searchParams.get(name)
  if (given === null) return fallback
  if (!/^\d+$/.test(given))
    throw new InputError(`Expected ${name} to be a whole number from 0 on, got ${given}.`)
  return Number(given)
}

/** Drives a portal over HTTP, for tests in any language. */
export function createControl({ portal, faults }: ControlParts): Control {
  const webhooks = new Map<number, Subscribed>()
  return async ({ method, url, body, origin }, callers) => {
    const path = url.pathname.slice(CONTROL.length).replace(/\/$/, '')
    // Health says nothing that is worth keeping, and those who ask for it are often on another machine.
    const refused = path === '/health' ? undefined : refusalOf(origin, callers)
    if (refused) return { status: 403, body: { error: refused } }
    const fitting = known.filter(({ pattern }) => pattern.test(path))
    const route = fitting.find((one) => one.method === method)
    if (!route)
      return {
        status: fitting.length > 0 ? 405 : 404,
        body: {
          error: `Expected a call that drives the emulator, got ${method} ${url.pathname}. There are ${Object.keys(ROUTES).join(', ')}, each after ${CONTROL}.`,
        },
      }
    try {
      const id = decodeURIComponent(route.pattern.exec(path)?.[1] ?? '')
      const given = { portal, faults: faults(), webhooks, url, id }
      return await route.handle({ ...given, body: body === '' ? undefined : parse(body) })
    } catch (error) {
      return { status: 400, body: { error: (error as Error).message } }
    }
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw new InputError(`Expected a body of JSON, got other text: ${(error as Error).message}.`)
  }
}
