import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { Problem } from './problem.js'

/** What somebody may be allowed to do. */
export type Right = 'read' | 'trigger' | 'docs'

/** Decides about a request, by whatever it carries. What it throws refuses the request. */
export type Check = (request: Request) => boolean | Promise<boolean>

/** Who has a right: whoever has the token, or one of several; everybody (`'public'`); or whom the function says. */
export type Permission = string | readonly string[] | Check

/**
 * Who may do what. One token, or a list or function, is for everything. A right that isn't given is refused.
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
      /** The description of the API and its page. A browser sends no token when it opens a page. */
      docs?: Permission | undefined
    }

interface Tokens {
  kind: 'tokens'
  digests: Buffer[]
}

type Rule = Tokens | { kind: 'public' } | { kind: 'check'; check: Check }

/** Holds requests against the permissions. */
export class Guard {
  readonly #rules: Partial<Record<Right, Rule>>

  constructor(auth: Auth | undefined) {
    const each =
      typeof auth === 'object' && !isList(auth) ? auth : { read: auth, trigger: auth, docs: auth }
    this.#rules = Object.fromEntries(
      (['read', 'trigger', 'docs'] as const).flatMap((right) => {
        const permission = each[right]
        return permission === undefined ? [] : [[right, ruleOf(permission)]]
      }),
    )
  }

  /** Lets those pass that have the right. */
  requires(right: Right): MiddlewareHandler {
    return ({ req }, next) => {
      const asked = this.expect(right, req.raw)
      return asked ? asked.then(next) : next()
    }
  }

  /**
   * Returns at once, unless a function has to be asked.
   *
   * @throws a problem of status 401, or 403 where the token is known, but for something else.
   */
  expect(right: Right, request: Request): void | Promise<void> {
    const rule = this.#rules[right]
    if (rule?.kind === 'public') return
    const digest = digestOf(request.headers.get('authorization'))
    if (rule?.kind === 'check') return this.#ask(rule.check, right, request, digest)
    if (!rule || !digest || !holds(rule, digest)) throw this.#refusal(right, digest)
  }

  async #ask(check: Check, right: Right, request: Request, digest: Buffer | undefined) {
    // Nothing but `true`: a function that forgets to return, or returns a user, opens nothing by accident.
    if ((await check(request)) !== true) throw this.#refusal(right, digest)
  }

  #refusal(right: Right, digest: Buffer | undefined): Problem {
    const others = Object.values(this.#rules).filter((other) => other.kind === 'tokens')
    if (digest && others.some((other) => holds(other, digest)))
      return new Problem(
        403,
        'FORBIDDEN',
        `Expected a token with the right "${right}".`,
        {},
        {
          'www-authenticate': 'Bearer error="insufficient_scope"',
        },
      )
    return new Problem(
      401,
      'UNAUTHENTICATED',
      'Expected the header `Authorization: Bearer …` with a token that has the right to this.',
      {},
      { 'www-authenticate': digest ? 'Bearer error="invalid_token"' : 'Bearer' },
    )
  }
}

const isList = (auth: Auth): auth is readonly string[] => Array.isArray(auth)

function ruleOf(permission: Permission): Rule {
  if (permission === 'public') return { kind: 'public' }
  if (typeof permission === 'function') return { kind: 'check', check: permission }
  const tokens = typeof permission === 'string' ? [permission] : permission
  return { kind: 'tokens', digests: tokens.map(hash) }
}

/** Compares with every token, so that the time tells neither which one it was nor how much of one was right. */
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
