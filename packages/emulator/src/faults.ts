import type { Call } from './journal.js'
import type { Operation } from './operations.js'
import { createRandom, type Random } from './random.js'
import type { Lane } from './rate-limits.js'

/** What can go wrong, by name. */
export type FaultKind =
  /** The connection breaks before any answer. */
  | 'reset'
  /** No answer ever. */
  | 'hang'
  /** The answer breaks off in the middle of its body. */
  | 'truncated'
  /** 200 without a body. */
  | 'empty'
  /** An HTML page of the proxy in front of HubSpot; 502 unless `status` says otherwise. */
  | 'html'
  /** A body that is no JSON though its content type says so; 502 unless `status` says otherwise. */
  | 'not-json'
  /** 500, as JSON. */
  | 'error'
  /** 423: locked by many writes. */
  | 'locked'
  /** 477 with `Retry-After`: the portal is moving to another data centre. */
  | 'migrating'
  /** 429 of the day. */
  | 'daily'
  /** 429 of the ten seconds. */
  | 'burst'
  /** 429 of search. */
  | 'secondly'
  /** 401: the token has expired. */
  | 'expired-token'
  /** 401: the token is unknown. */
  | 'unknown-token'
  /** 403: a scope is missing. */
  | 'missing-scope'
  /** The answer comes, but `milliseconds` later on the portal's clock. */
  | 'slow'
  /** The ids in `ids` are left out of a batch reply, without a word. */
  | 'omit'
  /** The ids in `ids` are named in a batch reply's `errors`, by an error that isn't about their absence. */
  | 'partial'
  /** The records of `ids` show `updatedAt` as the date of their last modification. */
  | 'misdated'

/** Which calls a fault meets. Everything that is left out matches all. */
export interface FaultMatch {
  /** Only calls of this method, such as `POST`. @defaultValue all */
  method?: string
  /** A part of the path, or a pattern for it. */
  path?: string | RegExp
  /** Only calls that count towards this limit. @defaultValue all */
  lane?: Lane
  /** Only calls of this kind. @defaultValue all */
  operation?: Operation
  /** Only calls about one of these records: a batch that names it, a page that shows it. */
  holding?: readonly (string | number)[]
  /** Only calls that ask for more records at once: the inputs of a batch, the limit of a page. */
  above?: number
  /** Only calls that ask for more properties of each record. */
  aboveProperties?: number
  /** How many matching calls pass before. @defaultValue 0 */
  after?: number
  /** How many calls it meets then; `Infinity` until it is removed. @defaultValue 1 */
  times?: number
}

/** A fault, as data: which calls it meets, and what happens to them: a kind, or the answer given here. */
export interface Fault extends FaultMatch {
  /** What happens to the call. @defaultValue the answer that `status` and `body` give */
  kind?: FaultKind
  /** The status of the answer given here, or of `html` and `not-json`. */
  status?: number
  /** The body of the answer given here: JSON unless it is text. */
  body?: unknown
  /** Headers of the answer, besides those that it has. @defaultValue none */
  headers?: Record<string, string>
  /** Seconds, of `migrating` and of any other that should send it. @defaultValue 60 for `migrating`, else none */
  retryAfter?: number
  /** Milliseconds, of `slow`. @defaultValue 60,000 */
  milliseconds?: number
  /** Record ids, of `omit`, `partial` and `misdated`. */
  ids?: readonly (string | number)[]
  /** The date that `misdated` shows. @defaultValue the moment of the answer */
  updatedAt?: number | string | Date
  /** The scopes of `missing-scope`. @defaultValue those that the call needs */
  scopes?: readonly string[]
}

/** Faults by chance. */
export interface RandomFaults {
  /** The share of calls that meet one, from 0 to 1. */
  rate: number
  /** Any of these, equally likely. @defaultValue all that a client should get over by retrying */
  kinds?: readonly FaultKind[]
  /** Only calls of this lane. @defaultValue all */
  lane?: Lane
  /** What chance is drawn from. @defaultValue the portal's seed */
  seed?: number | string
}

/** A fault that is in force. */
export interface FaultHandle {
  /** How many calls it has met. */
  readonly met: number
  /** Takes it out of force. */
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

/** A mistyped kind would change no answer, and a test of what it does would pass. */
function checkKind(kind: string): void {
  if (Object.hasOwn(KINDS, kind)) return
  const kinds = Object.keys(KINDS).join(', ')
  throw new TypeError(`Expected the kind of a fault to be one of ${kinds}, got ${kind}.`)
}

/** What a client should get over by trying again. */
const TRANSIENT_KINDS: readonly FaultKind[] = [
  'reset',
  'truncated',
  'empty',
  'html',
  'not-json',
  'error',
  'locked',
]

interface Armed {
  readonly fault: Fault
  seen: number
  met: number
}

/** What a call is about: the ids of the records that it names, and of those that its true answer shows. */
type Records = () => ReadonlySet<string>

/** How many properties a call asks for: in its query, or in its body. */
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

/** The faults in force, in the order in which they were added. */
export class Faults {
  #armed: Armed[] = []
  #chance: { faults: RandomFaults; random: Random } | undefined

  add(fault: Fault): FaultHandle {
    if (fault.kind === undefined && fault.status === undefined)
      throw new TypeError(
        'Expected a fault with a kind or a status, got neither. Set `kind`, or `status` and `body` for an answer of your own.',
      )
    if (fault.kind !== undefined) checkKind(fault.kind)
    const armed: Armed = { fault, seen: 0, met: 0 }
    this.#armed.push(armed)
    return {
      get met() {
        return armed.met
      },
      remove: () => {
        this.#armed = this.#armed.filter((other) => other !== armed)
      },
    }
  }

  /** Faults by chance from now on; in place of those before. */
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

  /** The fault that a call meets, if any. The first that matches and isn't spent wins. */
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
