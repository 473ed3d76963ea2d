/** What a function that gives tokens gets. */
export interface TokenRequest {
  /**
   * The token that HubSpot has refused: if the function has stored it, it is no longer valid. Absent if none was
   * refused.
   */
  readonly refused?: string
}

/** A token, or a function that gives one. */
export type AccessToken = string | ((request: TokenRequest) => string | Promise<string>)

/** The characters of an HTTP header. The runtime would quote any other in its error, with the whole token. */
export const TOKEN_CHARACTERS = /^[\x21-\x7e]+$/
