/** A token, or a function that gives one. */
export type AccessToken = string | (() => string | Promise<string>)

/** What an HTTP header can carry: anything else would be quoted in the error of the runtime, token and all. */
export const TOKEN_CHARACTERS = /^[\x21-\x7e]+$/
