import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { Problem } from './problem.js'
import { expectOwnPage } from './sign-in/own-pages.js'
import { type Holder, type Session, Sessions } from './sign-in/sessions.js'

/** What a client can be allowed to do. */
export type Right = 'read' | 'trigger' | 'docs'

/** Decides whether a request is allowed. If it throws, the request is refused. */
export type Check = (request: Request) => boolean | Promise<boolean>

/**
 * Who has a right: clients with the token or one of several, everybody (`'public'`), or those whom the function allows.
 */
export type Permission = string | readonly string[] | Check

/**
 * Who may do what. A single token, list or function applies to all rights. A right that isn't listed is refused to
 * everybody.
 */
export type Auth =
  | string
  | readonly string[]
  | Check
  | {
      /** Records, changes, runs and status. */
      read?: Permission | undefined
      /** Starting jobs. */
      trigger?: Permission | undefined
      /** The OpenAPI document and its page. */
      docs?: Permission | undefined
    }

interface Tokens {
  kind: 'tokens'
  digests: Buffer[]
}

type Rule = Tokens | { kind: 'public' } | { kind: 'check'; check: Check }

/** How people can get a right: with a token, by what the host's function says, or not at all. */
export type Way = 'token' | 'host' | 'nobody'

/** A request without the right that it needs. */
export class Refusal extends Problem {
  constructor(
    readonly right: Right,
    readonly way: Way,
    ...problem: ConstructorParameters<typeof Problem>
  ) {
    super(...problem)
  }
}

/** A request comes with a token, or with the session of one. */
interface Credential {
  digest: Buffer
  session?: Session
}

/** Checks requests against the permissions. */
export class Guard {
  readonly #rules: Partial<Record<Right, Rule>>
  /** All tokens that are known. */
  readonly #holders: readonly Holder[]
  readonly #sessions: Sessions

  constructor(auth: Auth | undefined) {
    const each =
      typeof auth === 'object' && !isList(auth) ? auth : { read: auth, trigger: auth, docs: auth }
    this.#rules = Object.fromEntries(
      allRights.flatMap((right) => {
        const permission = each[right]
        return permission === undefined ? [] : [[right, ruleOf(permission)]]
      }),
    )
    this.#holders = holdersOf(this.#rules)
    this.#sessions = new Sessions(this.#holders)
  }

  /** Middleware that lets only requests with this right pass. */
  requires(right: Right): MiddlewareHandler {
    return ({ req }, next) => {
      const asked = this.expect(right, req.raw)
      return asked ? asked.then(next) : next()
    }
  }

  /**
   * Expects that a request has a right. It returns synchronously unless it has to call a function.
   *
   * @throws a problem with status 401, or 403 if the token is known but lacks this right, or if a page of another site
   *   uses a session to change something.
   *
   */
  expect(right: Right, request: Request): void | Promise<void> {
    const rule = this.#rules[right]
    if (rule?.kind === 'public') return
    const credential = this.#credentialOf(request)
    if (rule?.kind === 'check') return this.#ask(rule.check, right, request, credential)
    if (!rule || !credential || !holds(rule, credential.digest))
      throw this.#refusal(right, credential)
    if (credential.session && !isSafe(request)) expectOwnPage(request)
  }

  /** Whether a request has a right. If a function throws, it hasn't. */
  async may(right: Right, request: Request): Promise<boolean> {
    try {
      await this.expect(right, request)
      return true
    } catch {
      return false
    }
  }

  /** How people can get a right. */
  wayTo(right: Right): Way {
    const kind = this.#rules[right]?.kind
    if (kind === undefined) return 'nobody'
    return kind === 'check' ? 'host' : 'token'
  }

  /** Whether there is a token with which somebody can sign in. */
  get hasTokens(): boolean {
    return this.#holders.length > 0
  }

  /** The session of a request, if it has one. */
  session(request: Request): Session | undefined {
    return this.#sessions.of(request)
  }

  /** The cookie of a new session, if the token is known. */
  signIn(token: string): string | undefined {
    const digest = hash(token)
    const holder = this.#holders.find((each) => timingSafeEqual(each.digest, digest))
    return holder && this.#sessions.open(holder)
  }

  #credentialOf(request: Request): Credential | undefined {
    const digest = digestOf(request.headers.get('authorization'))
    if (digest) return { digest }
    const session = this.session(request)
    return session && { digest: session.digest, session }
  }

  async #ask(check: Check, right: Right, request: Request, credential: Credential | undefined) {
    // Only `true` counts, so that a function that returns a user, for example, doesn't allow a request by accident.
    if ((await check(request)) !== true) throw this.#refusal(right, credential)
  }

  #refusal(right: Right, credential: Credential | undefined): Refusal {
    const way = this.wayTo(right)
    const others = Object.values(this.#rules).filter((other) => other.kind === 'tokens')
    if (credential && others.some((other) => holds(other, credential.digest)))
      return new Refusal(
        right,
        way,
        403,
        'FORBIDDEN',
        `Expected a token with the right "${right}", but this token doesn't have it.`,
        {},
        {
          'www-authenticate': 'Bearer error="insufficient_scope"',
        },
      )
    return new Refusal(
      right,
      way,
      401,
      'UNAUTHENTICATED',
      'Expected the header `Authorization: Bearer …` with a token that has the right for this route.',
      {},
      { 'www-authenticate': credential ? 'Bearer error="invalid_token"' : 'Bearer' },
    )
  }
}

const allRights = ['read', 'trigger', 'docs'] as const

const isList = (auth: Auth): auth is readonly string[] => Array.isArray(auth)

function ruleOf(permission: Permission): Rule {
  if (permission === 'public') return { kind: 'public' }
  if (typeof permission === 'function') return { kind: 'check', check: permission }
  const tokens = typeof permission === 'string' ? [permission] : permission
  return { kind: 'tokens', digests: tokens.map(hash) }
}

/** The tokens of these rules, each with its rights. */
function holdersOf(rules: Partial<Record<Right, Rule>>): Holder[] {
  const holders = new Map<string, { digest: Buffer; rights: Right[] }>()
  for (const right of allRights) {
    const rule = rules[right]
    for (const digest of rule?.kind === 'tokens' ? rule.digests : []) {
      const holder = holders.get(digest.toString('hex')) ?? { digest, rights: [] }
      holder.rights.push(right)
      holders.set(digest.toString('hex'), holder)
    }
  }
  return [...holders.values()]
}

/** Compares with every token in constant time, so that the time reveals nothing about the tokens. */
function holds({ digests }: Tokens, digest: Buffer): boolean {
  let found = false
  for (const each of digests) found = timingSafeEqual(each, digest) || found
  return found
}

function digestOf(authorization: string | null): Buffer | undefined {
  const [, token] = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '') ?? []
  return token === undefined ? undefined : hash(token)
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Whether the method changes nothing. */
export function isSafe({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}
