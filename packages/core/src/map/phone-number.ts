/**
 * Marks and words before an extension, as in ITU E.123 and RFC 3966, and as people write them. Any other word makes a
 * misfit.
 */
const extension =
  /[\s,;(-]*(?:ext=|extension|extn|ext|x|#|durchwahl|dw|poste|доб)[.:\s-]*\d{1,7}\)?$/iu
/** The characters of one number: digits and separators. A slash is handled separately. */
const oneNumber = /^\+?[\d\s()[\].\p{Pd}/]+$/u
/** No written number is longer, and the time to find the end of one grows with the square of the length. */
const LONGEST_TEXT = 100
/** ITU E.164: no number has more digits, without the zeros that are dialled before it. */
const MOST_DIGITS = 15
/** The most digits before a slash that separates an area code: +49 (0)35201 / 12345. */
const AREA_DIGITS = 8

/**
 * The digits of a telephone number, with a leading + if there was one, and without an extension. Undefined if the text
 * is no number, or has more than one: the digits of two numbers together would be a wrong number.
 */
export function phoneNumber(text: string): string | undefined {
  if (text.length > LONGEST_TEXT) return undefined
  const number = plainCharacters(text).replace(extension, '').trim()
  // (+49) and [+49] mean +49.
  const dialled = number.replace(/^[([]\s*\+\s*(\d+)\s*[)\]]/, '+$1 ')
  if (!oneNumber.test(dialled) || /[\n\r]/.test(dialled)) return undefined
  const [area = '', rest, ...more] = dialled.split('/')
  if (rest !== undefined && (more.length > 0 || startsAnother(area, rest))) return undefined
  const digits = digitsOf(dialled)
  if (digits === '' || digits.replace(/^0+/, '').length > MOST_DIGITS) return undefined
  return dialled.startsWith('+') ? `+${digits}` : digits
}

/** Whether a second number follows a slash, and not the rest of one after its area code. */
function startsAnother(before: string, after: string): boolean {
  return digitsOf(before).length > AREA_DIGITS || digitsOf(after).startsWith('0')
}

/**
 * Replaces full-width characters by the ordinary ones, and removes invisible marks, which address books put around a
 * number.
 */
function plainCharacters(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\p{Cf}/gu, '')
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '')
}
