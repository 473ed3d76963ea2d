/** What a function that gives tokens is told. */
export interface TokenRequest {
  /** The token that HubSpot has refused: one that the function keeps is of no more use. Absent where none was. */
  readonly refused?: string
}

/** A token, or a function that gives one. */
export type AccessToken = string | ((request: TokenRequest) => string | Promise<string>)

/** What an HTTP header can carry: anything else would be quoted in the error of the runtime, token and all. */
export const TOKEN_CHARACTERS = /^[\x21-\x7e]+$/
