import type { Json } from '@hubsync/core'

/**
 * PostgreSQL's text and jsonb hold every character but U+0000, and no half of a surrogate pair. Such a character is stored as
 * `�` (U+FFFD) and its four hexadecimal digits: U+0000 as `�0000`, a lone U+D83D as `�d83d`. A `�` that was in the text stays as
 * it is, unless four such digits follow: then it is stored as `�fffd`, so that reading gives back what was written.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: U+0000 is what PostgreSQL refuses.
const refused = /[\u0000\ud800-\udfff]|\ufffd(?=[0-9a-f]{4})/gu
const escaped = /\ufffd([0-9a-f]{4})/g

/** The same in the text of JSON, where such characters are written as escapes; what it finds in vain does no harm. */
const refusedInJson = /\\u(?:0000|d[89a-f])|\ufffd[0-9a-f]{4}/

/** A text as PostgreSQL can hold it. */
export function encodeText(text: string): string {
  return text.replace(refused, (character) => {
    return `\ufffd${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** Texts as PostgreSQL writes an array of them, none of them null. */
export function arrayText(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join()}}`
}

/** The number of the type `text` on every server. */
const TEXT = 25

/** Four bytes, highest first, each as the character of its number. */
const word = (number: number) =>
  String.fromCharCode(...[24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff))
const shortLengths = Array.from({ length: 256 }, (_, length) => word(length))
const noText = word(-1)

/** What is more than a byte, or has to be encoded. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: U+0000 is what PostgreSQL refuses.
const beyondAscii = /[^\x01-\x7f]/

/**
 * Texts, encoded, as a `text[]` parameter in PostgreSQL's binary format, which pg takes a buffer for: neither side has to escape them or
 * to look for their ends. The format is that of `array_recv`: the dimensions, whether there are nulls, the type; of the one dimension
 * its length and its first index; then each text after its length in bytes, which is -1 for a null.
 */
export function textArray(texts: readonly (string | null)[]): Buffer {
  let hasNull = false
  // A character for each byte, written at once: a call into Node.js for each text costs more than the copying of short ones.
  let items = ''
  for (const text of texts) {
    if (text === null) {
      hasNull = true
      items += noText
      continue
    }
    const bytes = beyondAscii.test(text) ? Buffer.from(encodeText(text)).toString('latin1') : text
    items += (shortLengths[bytes.length] ?? word(bytes.length)) + bytes
  }
  const head = [1, hasNull ? 1 : 0, TEXT, texts.length, 1].map(word).join('')
  return Buffer.from(head + items, 'latin1')
}

/**
 * Long texts as three parameters: their bytes in one `bytea`, and where each begins, from 1, and how long it is, both `int[]`. For an array the
 * server allocates three times as much memory: from a megabyte on it gets that anew from the system in each commit, which then takes half as long again.
 */
export function slices(texts: readonly string[]): [bytes: Buffer, starts: string, lengths: string] {
  const lengths = texts.map((text) => Buffer.byteLength(text))
  const starts: number[] = []
  let end = 0
  for (const length of lengths) {
    starts.push(end + 1)
    end += length
  }
  const bytes = Buffer.allocUnsafe(end)
  for (const [index, text] of texts.entries()) bytes.write(text, (starts[index] as number) - 1)
  return [bytes, `{${starts}}`, `{${lengths}}`]
}

/** The text that {@link encodeText} was given. */
export function decodeText(text: string): string {
  if (!text.includes('\ufffd')) return text
  return text.replace(escaped, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** A value as the text of a `jsonb` parameter, every text in it encoded. */
export function encodeJson(value: unknown): string {
  return encodeJsonText(JSON.stringify(value))
}

/**
 * The same of a value that is text already. Few have a character that the pattern could begin with, which is found out in a tenth of
 * its time.
 */
export function encodeJsonText(text: string): string {
  const isRefused = (text.includes('\\u') || text.includes('\ufffd')) && refusedInJson.test(text)
  return isRefused ? JSON.stringify(mapTexts(JSON.parse(text), encodeText)) : text
}

/** The value of a `jsonb` column, from its text. */
export function decodeJson<T = Json>(text: string): T {
  const value = JSON.parse(text)
  return (text.includes('\ufffd') ? mapTexts(value, decodeText) : value) as T
}

/** The text of a `jsonb` column, decoded but not parsed where that isn't needed. */
export function decodeJsonText(text: string): string {
  return text.includes('\ufffd') ? JSON.stringify(decodeJson(text)) : text
}

/** The value with every text in it changed, keys included. */
function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [change(key), mapTexts(item, change)]),
  )
}
