/**
 * Texts that come from elsewhere (HubSpot, a proxy, a database, a function of the host) and go into errors, logs and reports: without
 * credentials, on one line, and no longer than a reader wants.
 */

/** What stands in the place of a credential. */
const HIDDEN = '***'
/** Of a text no more than this many times the length to be shown is looked at. */
const LOOKED_AT = 8
/** So many letters in a row that a token has are taken for the token: who echoes it may have cut, masked or split it. */
const TELLING = 8
/** A process that serves many portals with tokens of half an hour forgets those that it used longest ago. */
const MOST_TOKENS = 1_000

/** The letters of the tokens that this process has used, those used last at the end. */
const tokens = new Map<string, string>()
/** Each run of letters that a token has, and how many tokens have it. */
const runs = new Map<string, number>()

/** Has a token hidden from now on, wherever a text from elsewhere repeats it. */
export function rememberToken(token: string): void {
  const known = tokens.get(token)
  const letters = known ?? lettersOf(token).letters
  tokens.delete(token)
  // Shorter ones are no secrets, and hiding them would make holes into words.
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

const SECRET = String.raw`[\w-]{0,40}(?:password|passwd|secret|api[-_]?key|hapikey)`
const SECRET_OR_TOKEN = String.raw`[\w-]{0,40}(?:password|passwd|secret|api[-_]?key|hapikey|token)`

/** How credentials are written: in a header, in a query or a connection string, in JSON, on a line of their own. */
const credentials: readonly RegExp[] = [
  /\b(authorization\W{1,5}\w+\s+)[^\s,;"'}]+/gi,
  new RegExp(String.raw`\b(${SECRET_OR_TOKEN}=)[^\s&"',;]+`, 'gi'),
  new RegExp(String.raw`\b(${SECRET_OR_TOKEN}\\*["']\s*:\s*\\*["'])[^\s"'\\]+`, 'gi'),
  new RegExp(String.raw`\b(${SECRET}\s*:\s*)[^\s"',;]+`, 'gi'),
]

/** What others may quote, besides our own tokens. */
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

/** Where letters of a token stand in a text. */
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

/** Where a text has letters of a token in base64 or hexadecimal digits, with whatever was encoded around them. */
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

/** A letter or digit as it is, or as URLs, JSON, JavaScript, HTML and e-mails write any character. `\n` is a line break. */
const WRITTEN =
  /%(?:25)*([\da-f]{2})|\\{1,8}u([\da-f]{4})|\\{1,8}x([\da-f]{2})|&#x([\da-f]{1,4});?|&#(\d{1,5});?|=(2d|2e|3d|5f)|\\{1,8}[nrt]|([\da-z])/gi

/** The letters and digits of a text, however they are written and whatever splits them, and where each of them stands. */
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
