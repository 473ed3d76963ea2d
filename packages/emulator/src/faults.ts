import type { Call } from './journal.js'
import type { Operation } from './operations.js'
import { createRandom, type Random } from './random.js'
import type { Lane } from './rate-limits.js'

/** The kinds of faults. */
export type FaultKind =
  /** The connection breaks before any answer. */
  | 'reset'
  /** There is never an answer. */
  | 'hang'
  /** The answer breaks off in the middle of its body. */
  | 'truncated'
  /** 200 without a body. */
  | 'empty'
  /** An HTML page of the proxy in front of HubSpot. Status 502 by default. */
  | 'html'
  /** A body that isn't JSON although its content type says so. Status 502 by default. */
  | 'not-json'
  /** 500, as JSON. */
  | 'error'
  /** 423: the resource is locked by many writes. */
  | 'locked'
  /** 477 with `Retry-After`: the portal is being moved to another data centre. */
  | 'migrating'
  /** 429 of the daily limit. */
  | 'daily'
  /** 429 of the ten-second limit. */
  | 'burst'
  /** 429 of the limit of search. */
  | 'secondly'
  /** 401: the token has expired. */
  | 'expired-token'
  /** 401: the token is unknown. */
  | 'unknown-token'
  /** 403: a scope is missing. */
  | 'missing-scope'
  /** The answer comes, but `milliseconds` later on the portal's clock. */
  | 'slow'
  /** The ids in `ids` are silently missing in a batch reply. */
  | 'omit'
  /** The ids in `ids` are in the `errors` of a batch reply, with an error that doesn't mean that they don't exist. */
  | 'partial'
  /** The records with `ids` have `updatedAt` as their modification date. */
  | 'misdated'

/** The calls that a fault affects. A field that is left out matches all calls. */
export interface FaultMatch {
  /** Only calls of this method, such as `POST`. @defaultValue all */
  method?: string
  /** A part of the path, or a pattern for it. */
  path?: string | RegExp
  /** Only calls that count towards this limit. @defaultValue all */
  lane?: Lane
  /** Only calls of this kind. @defaultValue all */
  operation?: Operation
  /** Only calls about one of these records: a batch with its id, or a page with the record. */
  holding?: readonly (string | number)[]
  /** Only calls for more records than this: the inputs of a batch, the limit of a page. */
  above?: number
  /** Only calls for more properties per record than this. */
  aboveProperties?: number
  /** How many matching calls succeed before the fault. @defaultValue 0 */
  after?: number
  /** How many calls it then affects. `Infinity`: until it is removed. @defaultValue 1 */
  times?: number
}

/** A fault: the calls that it affects, and what happens to them: a kind of fault, or the reply given here. */
export interface Fault extends FaultMatch {
  /** The kind of fault. @defaultValue none: the reply is that of `status` and `body` */
  kind?: FaultKind
  /** The status of the reply, also of `html` and `not-json`. */
  status?: number
  /** The body of the reply. It is sent as JSON unless it is a text. */
  body?: unknown
  /** Additional headers of the reply. @defaultValue none */
  headers?: Record<string, string>
  /** The header `Retry-After`, in seconds. @defaultValue 60 for `migrating`, else none */
  retryAfter?: number
  /** The delay of `slow`, in milliseconds. @defaultValue 60,000 */
  milliseconds?: number
  /** The record ids of `omit`, `partial` and `misdated`. */
  ids?: readonly (string | number)[]
  /** The modification date of `misdated`. @defaultValue the time of the reply */
  updatedAt?: number | string | Date
  /** The missing scopes of `missing-scope`. @defaultValue those that the call needs */
  scopes?: readonly string[]
}

/** Random faults. */
export interface RandomFaults {
  /** The share of calls that are affected, from 0 to 1. */
  rate: number
  /** The possible kinds, all equally likely. @defaultValue all that a client should survive by retrying */
  kinds?: readonly FaultKind[]
  /** Only calls of this lane. @defaultValue all */
  lane?: Lane
  /** The seed of the random numbers. @defaultValue the portal's seed */
  seed?: number | string
}

/** An active fault. */
export interface FaultHandle {
  /** How many calls it has affected. */
  readonly met: number
  /** Removes the fault. */
  remove(): void
}

const KINDS: Readonly<Record<FaultKind, true>> = {
  reset: true,
  hang: true,
  truncated: true,
  empty: true,
  html: true,
  'not-json': true,
  error: true,
  locked: true,
  migrating: true,
  daily: true,
  burst: true,
  secondly: true,
  'expired-token': true,
  'unknown-token': true,
  'missing-scope': true,
  slow: true,
  omit: true,
  misdated: true,
  partial: true,
}

/** Throws for an unknown kind: it would have no effect, and a test that expects one could pass by mistake. */
function checkKind(kind: string): void {
  if (Object.hasOwn(KINDS, kind)) return
  const kinds = Object.keys(KINDS).join(', ')
  throw new TypeError(`Expected the kind of a fault to be one of ${kinds}, got ${kind}.`)
}

/** The kinds that a client should survive by retrying. */
const TRANSIENT_KINDS: readonly FaultKind[] = [
  'reset',
  'truncated',
  'empty',
  'html',
  'not-json',
  'error',
  'locked',
]

/** A fault that was added, and how often it has met a call. */
export interface Armed {
  readonly id: number
  readonly fault: Fault
  seen: number
  met: number
}

/** The ids of the records in a call and in its real reply. */
type Records = () => ReadonlySet<string>

/** How many properties a call requests, in its query or its body. */
function propertiesOf({ query, body }: Call): number {
  const named = (body as { properties?: unknown } | undefined)?.properties
  if (Array.isArray(named)) return named.length
  return query.properties ? query.properties.split(',').length : 0
}

function matches(fault: FaultMatch, call: Call, records: Records): boolean {
  return (
    (fault.method === undefined || fault.method === call.method) &&
    (fault.lane === undefined || fault.lane === call.lane) &&
    (fault.operation === undefined || fault.operation === call.operation) &&
    (fault.path === undefined ||
      (typeof fault.path === 'string'
        ? call.path.includes(fault.path)
        : fault.path.test(call.path))) &&
    (fault.above === undefined || (call.ids ?? call.limit ?? 1) > fault.above) &&
    (fault.aboveProperties === undefined || propertiesOf(call) > fault.aboveProperties) &&
    (fault.holding === undefined || fault.holding.some((id) => records().has(String(id))))
  )
}

/** The active faults, in the order in which they were added. */
export class Faults {
  #armed: Armed[] = []
  #added = 0
  #chance: { faults: RandomFaults; random: Random } | undefined

  /** Those that were added, without random ones. */
  get list(): readonly Readonly<Armed>[] {
    return this.#armed
  }

  /** Removes one by its id. Returns whether there was one. */
  remove(id: number): boolean {
    const kept = this.#armed.filter((one) => one.id !== id)
    const found = kept.length < this.#armed.length
    this.#armed = kept
    return found
  }

  add(fault: Fault): FaultHandle {
    if (fault.kind === undefined && fault.status === undefined)
      throw new TypeError(
        'Expected a fault with a kind or a status, got neither. Set `kind`, or `status` and `body` for an answer of your own.',
      )
    if (fault.kind !== undefined) checkKind(fault.kind)
    const armed: Armed = { id: ++this.#added, fault, seen: 0, met: 0 }
    this.#armed.push(armed)
    return {
      get met() {
        return armed.met
      },
      remove: () => void this.remove(armed.id),
    }
  }

  /** Adds random faults, which replace earlier random ones. */
  byChance(faults: RandomFaults, seed: number | string): void {
    if (!(faults.rate >= 0 && faults.rate <= 1))
      throw new RangeError(`Expected rate to be from 0 to 1, got ${faults.rate}.`)
    for (const kind of faults.kinds ?? []) checkKind(kind)
    this.#chance = { faults, random: createRandom(`faults ${faults.seed ?? seed}`) }
  }

  clear(): void {
    this.#armed = []
    this.#chance = undefined
  }

  /** The fault that affects a call, if any: the first that matches and has calls left. */
  meet(call: Call, records: Records): Fault | undefined {
    for (const armed of this.#armed) {
      const { after = 0, times = 1 } = armed.fault
      if (armed.met >= times || !matches(armed.fault, call, records)) continue
      if (armed.seen++ < after) continue
      armed.met++
      return armed.fault
    }
    if (!this.#chance) return undefined
    const { faults, random } = this.#chance
    if (faults.lane !== undefined && faults.lane !== call.lane) return undefined
    if (random.next() >= faults.rate) return undefined
    return { kind: random.pick(faults.kinds ?? TRANSIENT_KINDS) }
  }
}
