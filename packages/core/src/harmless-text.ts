/**
 * Texts that come from elsewhere (HubSpot, a proxy, a database, a function of the host) and go into errors, logs and reports: without
 * credentials, on one line, and no longer than a reader wants.
 */

/** What stands in the place of a credential. */
const HIDDEN = '***'
/** Of a text no more than this many times the length to be shown is looked at. */
const LOOKED_AT = 8
/** So much of a token's beginning is taken for the token: who echoes it may have cut it off. */
const TELLING = 12
/** Shorter ones are no secrets, and hiding them would make holes into words. */
const SHORTEST = 8
/** A process that serves many portals with tokens of half an hour forgets the oldest. */
const MOST_TOKENS = 10_000

/** The tokens that this process has used, and what of them is compared. */
const tokens = new Map<string, string>()

/** Has a token hidden from now on, wherever a text from elsewhere repeats it. */
export function rememberToken(token: string): void {
  if (tokens.has(token)) return
  const compared = lettersOf(token).letters
  if (compared.length < SHORTEST) return
  tokens.set(token, compared)
  const [oldest] = tokens.keys()
  if (tokens.size > MOST_TOKENS && oldest !== undefined) tokens.delete(oldest)
}

/** The text without credentials, line breaks and control characters, cut at `longest` characters. */
export function harmless(text: string, longest = 1_000): string {
  const seen = text.slice(0, longest * LOOKED_AT)
  const shown = hideCredentials(hideTokens(seen))
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .trim()
  if (shown.length <= longest && seen.length === text.length) return shown
  return `${shown.slice(0, longest).replace(/\p{Cs}$/u, '')}…`
}

/**
 * An error of somebody else's code, to be the cause of one of ours: what it says is harmless, and what else it carries is left behind.
 * Errors of HTTP clients carry the request, token and all.
 */
export function harmlessCause(thrown: unknown): Error {
  const {
    name = 'Error',
    message = String(thrown),
    stack = '',
    code,
  } = (thrown ?? {}) as Partial<NodeJS.ErrnoException>
  const error = new Error(harmless(String(message)))
  const frames = String(stack)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
  Object.defineProperty(error, 'name', { value: harmless(String(name), 100), configurable: true })
  error.stack = [
    `${error.name}: ${error.message}`,
    ...frames.slice(0, 20).map((line) => `    ${harmless(line)}`),
  ].join('\n')
  return code === undefined ? error : Object.assign(error, { code: harmless(String(code), 100) })
}

/** What others may quote: the credentials of a URL, of a header, of a query or of a connection string. */
function hideCredentials(text: string): string {
  return text
    .replaceAll(/(\w:\/\/)\S*@/g, `$1${HIDDEN}@`)
    .replaceAll(/\bbearer(?:[\s:=+"'\\]|%2[027])+[^\s,;<>()[\]{}]+/gi, `Bearer ${HIDDEN}`)
    .replaceAll(/\b(\w*(?:password|secret|token|hapikey))=[^\s&"',;]+/gi, `$1=${HIDDEN}`)
}

function hideTokens(text: string): string {
  const { letters, places } = lettersOf(text)
  const found: { start: number; end: number }[] = []
  for (const token of tokens.values()) {
    const beginning = token.slice(0, TELLING)
    let at = letters.indexOf(beginning)
    while (at >= 0) {
      const start = places[at]?.start ?? 0
      let length = beginning.length
      while (length < token.length && letters[at + length] === token[length]) length++
      found.push({ start, end: places[at + length - 1]?.end ?? 0 })
      at = letters.indexOf(beginning, at + length)
    }
  }
  let shown = ''
  let seen = 0
  for (const { start, end } of found.sort((one, other) => one.start - other.start)) {
    if (start >= seen) shown += text.slice(seen, start) + HIDDEN
    seen = Math.max(seen, end)
  }
  return shown + text.slice(seen)
}

/**
 * The letters of a text however they are written (URL-encoded, escaped as in JSON) and without what may split them, and where each
 * of them stands.
 */
function lettersOf(text: string): { letters: string; places: { start: number; end: number }[] } {
  let letters = ''
  const places: { start: number; end: number }[] = []
  for (const match of text.matchAll(/%(?:25)*([\da-f]{2})|\\u([\da-f]{4})|[\s\S]/gi)) {
    const [written, encoded, escaped] = match
    const code = encoded ?? escaped
    const letter = code === undefined ? written : String.fromCharCode(Number.parseInt(code, 16))
    if (/["'`\\\s\p{C}]/u.test(letter)) continue
    letters += letter.toLowerCase()
    for (let index = 0; index < letter.toLowerCase().length; index++)
      places.push({ start: match.index, end: match.index + written.length })
  }
  return { letters, places }
}

/** Why there was no reply. Prefers the message: only it names the address. Of several addresses, the first failure is told. */
export function causeOf(thrown: unknown): string {
  type Failure = { message?: string; code?: string; cause?: Failure; errors?: Failure[] }
  const { cause, message } = (thrown ?? {}) as Failure
  return harmless(
    String(
      cause?.message || cause?.errors?.[0]?.message || cause?.code || message || String(thrown),
    ),
  )
}
