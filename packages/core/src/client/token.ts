import { type AccessToken, TOKEN_CHARACTERS, type TokenRequest } from '../access-token.js'
import type { Clock } from '../clock.js'
import { AbortedError, HubsyncError } from '../errors.js'
import { harmlessCause, rememberToken } from '../harmless-text.js'
import { TooLate, within } from './within.js'

/** HubSpot's OAuth tokens are valid for 30 minutes (HubSpot docs, "Manage OAuth tokens"). Ask again before that. */
const ASK_AGAIN_MS = 25 * 60_000

/** How long the user's function may take. */
const TIMEOUT_MS = 60_000

/** Gives the access token. Calls the user's function only once at a time. */
export class TokenSource {
  #current: { token: string; since: number } | undefined
  #asking: { request: TokenRequest; token: Promise<string> } | undefined

  constructor(
    private readonly source: AccessToken,
    private readonly clock: Clock,
    /** Ends the wait for the function. */
    private readonly signal?: AbortSignal,
  ) {
    if (typeof source === 'string') rememberToken(source)
  }

  get(): Promise<string> {
    if (this.#current && this.#age() < ASK_AGAIN_MS) return Promise.resolve(this.#current.token)
    return this.#ask({})
  }

  /** HubSpot refused `token`: asks for another, unless there is a newer one already. False if there is none. */
  async renew(token: string): Promise<boolean> {
    if (typeof this.source === 'string') return false
    const others = this.#asking
    if (others) {
      const given = await others.token
      // If it was called for another reason, the function doesn't know about the refusal.
      if (given !== token || others.request.refused === token) return given !== token
    }
    if (this.#current?.token === token) this.#current = undefined
    return (await (this.#current?.token ?? this.#ask({ refused: token }))) !== token
  }

  #age(): number {
    return Math.abs(this.clock.now() - (this.#current?.since ?? 0))
  }

  #ask(request: TokenRequest): Promise<string> {
    if (typeof this.source === 'string') return Promise.resolve(this.source)
    if (!this.#asking) {
      const token = this.#call(this.source, request).finally(() => {
        this.#asking = undefined
      })
      this.#asking = { request, token }
    }
    return this.#asking.token
  }

  async #call(source: Exclude<AccessToken, string>, request: TokenRequest): Promise<string> {
    let token: unknown
    try {
      token = await within({ ms: TIMEOUT_MS, signal: this.signal }, async () => source(request))
    } catch (cause) {
      if (this.signal?.aborted) throw new AbortedError()
      if (cause instanceof TooLate)
        throw new HubsyncError(
          'UNAUTHORIZED',
          `Expected the \`accessToken\` function to give a token within ${TIMEOUT_MS / 1_000} s, got none.`,
        )
      const threw = harmlessCause(cause)
      throw new HubsyncError(
        'UNAUTHORIZED',
        `The \`accessToken\` function threw: ${threw.message.replace(/\.$/, '')}. Correct it, then run again.`,
        { cause: threw },
      )
    }
    if (typeof token !== 'string' || token.trim() === '')
      throw new HubsyncError(
        'UNAUTHORIZED',
        `Expected the \`accessToken\` function to give a token, got ${token === '' ? 'an empty string' : typeof token}.`,
      )
    if (!TOKEN_CHARACTERS.test(token.trim()))
      throw new HubsyncError(
        'UNAUTHORIZED',
        'Expected the `accessToken` function to give a token of printable characters without spaces or line breaks, got others.',
      )
    rememberToken(token.trim())
    this.#current = { token: token.trim(), since: this.clock.now() }
    return this.#current.token
  }
}
