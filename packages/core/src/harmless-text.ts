/**
 * Makes texts from elsewhere (HubSpot, a proxy, a database, a function of the host) fit for errors, logs and reports:
 * without credentials, on one line, and not too long.
 */

/** The replacement of a credential. */
const HIDDEN = '***'
/** Only this many times the length to be shown is searched. */
const LOOKED_AT = 8
/** This many letters of a token in a row are taken for the token: an echo may cut, mask or split it. */
const TELLING = 8
/** A process that serves many portals with short-lived tokens forgets those that it used longest ago. */
const MOST_TOKENS = 1_000

/** The letters of the tokens that this process has used, the latest last. */
const tokens = new Map<string, string>()
/** Each sequence of letters of a token, and how many tokens have it. */
const runs = new Map<string, number>()

/** Hides a token from now on, wherever a text from elsewhere repeats it. */
export function rememberToken(token: string): void {
  const known = tokens.get(token)
  const letters = known ?? lettersOf(token).letters
  tokens.delete(token)
  // Shorter ones are no secrets, and hiding them would damage ordinary words.
  if (letters.length < TELLING) return
  tokens.set(token, letters)
  if (known === undefined) count(letters, 1)
  const [oldest] = tokens
  if (tokens.size <= MOST_TOKENS || !oldest) return
  tokens.delete(oldest[0])
  count(oldest[1], -1)
}

function count(letters: string, change: 1 | -1): void {
  for (const run of runsOf(letters)) {
    const left = (runs.get(run) ?? 0) + change
    if (left > 0) runs.set(run, left)
    else runs.delete(run)
  }
}

function* runsOf(letters: string): Generator<string> {
  for (let at = 0; at + TELLING <= letters.length; at++) yield letters.slice(at, at + TELLING)
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
 * An error of other code, as the cause of one of ours: its message is made harmless, and its other members are dropped.
 * Errors of HTTP clients contain the request, with the token.
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

const SECRET = String.raw`[\w-]{0,40}(?:password|passwd|secret|api[-_]?key|hapikey)`
const SECRET_OR_TOKEN = String.raw`[\w-]{0,40}(?:password|passwd|secret|api[-_]?key|hapikey|token)`

/** The forms of credentials: in a header, in a query or a connection string, in JSON, on a line of their own. */
const credentials: readonly RegExp[] = [
  /\b(authorization\W{1,5}\w+\s+)[^\s,;"'}]+/gi,
  new RegExp(String.raw`\b(${SECRET_OR_TOKEN}=)[^\s&"',;]+`, 'gi'),
  new RegExp(String.raw`\b(${SECRET_OR_TOKEN}\\*["']\s*:\s*\\*["'])[^\s"'\\]+`, 'gi'),
  new RegExp(String.raw`\b(${SECRET}\s*:\s*)[^\s"',;]+`, 'gi'),
]

/** Hides credentials besides our own tokens. */
function hideCredentials(text: string): string {
  const shown = text
    .replaceAll(/\w:\/\/\S+/g, (url) => {
      const end = url.lastIndexOf('@')
      return end < 0 ? url : `${url.slice(0, 4)}${HIDDEN}${url.slice(end)}`
    })
    .replaceAll(/\bbearer(?:[\s:=+"'\\]|%2[027])+[^\s,;<>()[\]{}]+/gi, `Bearer ${HIDDEN}`)
  return credentials.reduce((hidden, one) => hidden.replaceAll(one, `$1${HIDDEN}`), shown)
}

/** A part of a text. */
interface Span {
  start: number
  end: number
}

function hideTokens(text: string): string {
  if (runs.size === 0) return text
  const found = [...spansOf(text), ...encodedSpansOf(text)]
  let shown = ''
  let seen = 0
  for (const { start, end } of found.sort((one, other) => one.start - other.start)) {
    if (start >= seen) shown += text.slice(seen, start) + HIDDEN
    seen = Math.max(seen, end)
  }
  return shown + text.slice(seen)
}

/** The places in a text with letters of a token. */
function spansOf(text: string): Span[] {
  const { letters, places } = lettersOf(text)
  const found: Span[] = []
  let at = 0
  for (const run of runsOf(letters)) {
    const [first, last] = [places[at], places[at + TELLING - 1]]
    if (runs.has(run) && first && last) found.push({ start: first.start, end: last.end })
    at++
  }
  return found
}

/**
 * The places in a text with letters of a token in base64 or hexadecimal digits, with whatever was encoded around them.
 */
function encodedSpansOf(text: string): Span[] {
  const found: Span[] = []
  const look = (form: RegExp, encoding: 'base64' | 'hex', widest: number) => {
    for (const { 0: written, index: start } of text.matchAll(form))
      for (let from = 0; from < widest; from++) {
        const decoded = Buffer.from(written.slice(from), encoding).toString('latin1')
        if (spansOf(decoded).length > 0) found.push({ start, end: start + written.length })
      }
  }
  look(/[\w+/-]{12,}={0,2}/g, 'base64', 4)
  look(/[\da-f]{16,}/gi, 'hex', 2)
  return found
}

/** A letter or digit as it is, or in the escapes of URLs, JSON, JavaScript, HTML and e-mails. `\n` is a line break. */
const WRITTEN =
  /%(?:25)*([\da-f]{2})|\\{1,8}u([\da-f]{4})|\\{1,8}x([\da-f]{2})|&#x([\da-f]{1,4});?|&#(\d{1,5});?|=(2d|2e|3d|5f)|\\{1,8}[nrt]|([\da-z])/gi

/** The letters and digits of a text, unescaped and without what is between them, and the place of each. */
function lettersOf(text: string): { letters: string; places: Span[] } {
  let letters = ''
  const places: Span[] = []
  for (const match of text.matchAll(WRITTEN)) {
    const [written, url, json, script, hexadecimal, decimal, mail, plain] = match
    const code = url ?? json ?? script ?? hexadecimal ?? mail
    const letter =
      plain ??
      String.fromCharCode(code === undefined ? Number(decimal ?? 0) : Number.parseInt(code, 16))
    if (!/[\da-z]/i.test(letter)) continue
    letters += letter.toLowerCase()
    places.push({ start: match.index, end: match.index + written.length })
  }
  return { letters, places }
}

/**
 * Why there was no reply. Prefers the message: only it names the address. If several addresses failed, the first
 * failure.
 */
export function causeOf(thrown: unknown): string {
  type Failure = { message?: string; code?: string; cause?: Failure; errors?: Failure[] }
  const { cause, message } = (thrown ?? {}) as Failure
  return harmless(
    String(
      cause?.message || cause?.errors?.[0]?.message || cause?.code || message || String(thrown),
    ),
  )
}
