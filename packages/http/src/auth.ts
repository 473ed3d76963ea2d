import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { Problem } from './problem.js'

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
      /** The OpenAPI document and its page. A browser sends no token when it opens a page. */
      docs?: Permission | undefined
    }

interface Tokens {
  kind: 'tokens'
  digests: Buffer[]
}

type Rule = Tokens | { kind: 'public' } | { kind: 'check'; check: Check }

/** Checks requests against the permissions. */
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
   * @throws a problem with status 401, or 403 if the token is known but lacks this right.
   *
   */
  expect(right: Right, request: Request): void | Promise<void> {
    const rule = this.#rules[right]
    if (rule?.kind === 'public') return
    const digest = digestOf(request.headers.get('authorization'))
    if (rule?.kind === 'check') return this.#ask(rule.check, right, request, digest)
    if (!rule || !digest || !holds(rule, digest)) throw this.#refusal(right, digest)
  }

  async #ask(check: Check, right: Right, request: Request, digest: Buffer | undefined) {
    // Only `true` counts, so that a function that returns a user, for example, doesn't allow a request by accident.
    if ((await check(request)) !== true) throw this.#refusal(right, digest)
  }

  #refusal(right: Right, digest: Buffer | undefined): Problem {
    const others = Object.values(this.#rules).filter((other) => other.kind === 'tokens')
    if (digest && others.some((other) => holds(other, digest)))
      return new Problem(
        403,
        'FORBIDDEN',
        `Expected a token with the right "${right}", but this token doesn't have it.`,
        {},
        {
          'www-authenticate': 'Bearer error="insufficient_scope"',
        },
      )
    return new Problem(
      401,
      'UNAUTHENTICATED',
      'Expected the header `Authorization: Bearer …` with a token that has the right for this route.',
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
