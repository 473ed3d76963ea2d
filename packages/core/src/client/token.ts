import { type AccessToken, TOKEN_CHARACTERS } from '../access-token.js'
import type { Clock } from '../clock.js'
import { HubsyncError } from '../errors.js'
import { harmlessCause, rememberToken } from '../harmless-text.js'

/** HubSpot's OAuth tokens live 30 minutes (HubSpot docs, "Manage OAuth tokens"); ask again before. */
const ASK_AGAIN_MS = 25 * 60_000

/** Hands out the access token, with one call of the user's function in flight at a time. */
export class TokenSource {
  #current: { token: string; since: number } | undefined
  #asking: Promise<string> | undefined

  constructor(
    private readonly source: AccessToken,
    private readonly clock: Clock,
  ) {
    if (typeof source === 'string') rememberToken(source)
  }

  get(): Promise<string> {
    if (this.#current && this.#age() < ASK_AGAIN_MS) return Promise.resolve(this.#current.token)
    return this.#ask()
  }

  /** HubSpot refused `token`: asks for another, unless that has happened meanwhile. False where there is none. */
  async renew(token: string): Promise<boolean> {
    if (typeof this.source === 'string') return false
    if (this.#current?.token === token) this.#current = undefined
    return (await this.get()) !== token
  }

  #age(): number {
    return Math.abs(this.clock.now() - (this.#current?.since ?? 0))
  }

  #ask(): Promise<string> {
    if (typeof this.source === 'string') return Promise.resolve(this.source)
    this.#asking ??= this.#call(this.source).finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #call(source: () => string | Promise<string>): Promise<string> {
    let token: unknown
    try {
      token = await source()
    } catch (cause) {
      throw new HubsyncError('UNAUTHORIZED', 'The `accessToken` function failed.', {
        cause: harmlessCause(cause),
      })
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
