/** Marks and words that lead to an extension, as ITU E.123, RFC 3966 and people write them. Any other word makes a misfit. */
const extension =
  /[\s,;(-]*(?:ext=|extension|extn|ext|x|#|durchwahl|dw|poste|доб)[.:\s-]*\d{1,7}\)?$/iu
/** What may stand in one number: digits, and what parts them to the eye. A slash is looked at by itself. */
const oneNumber = /^\+?[\d\s()[\].\p{Pd}/]+$/u
/** No number is longer, written however, and looking for the ends of one takes time by the square of the length. */
const LONGEST_TEXT = 100
/** ITU E.164: no number has more digits, the zeros that are dialled before it aside. */
const MOST_DIGITS = 15
/** The most digits before a slash that sets an area code apart: +49 (0)35201 / 12345. */
const AREA_DIGITS = 8

/**
 * The digits of a telephone number, with a leading + where there was one, and without an extension. Undefined where the text is no
 * number or more than one: one long number of the digits of two would be nobody's.
 */
export function phoneNumber(text: string): string | undefined {
  if (text.length > LONGEST_TEXT) return undefined
  const number = plainCharacters(text).replace(extension, '').trim()
  // (+49) and [+49] are +49.
  const dialled = number.replace(/^[([]\s*\+\s*(\d+)\s*[)\]]/, '+$1 ')
  if (!oneNumber.test(dialled) || /[\n\r]/.test(dialled)) return undefined
  const [area = '', rest, ...more] = dialled.split('/')
  if (rest !== undefined && (more.length > 0 || startsAnother(area, rest))) return undefined
  const digits = digitsOf(dialled)
  if (digits === '' || digits.replace(/^0+/, '').length > MOST_DIGITS) return undefined
  return dialled.startsWith('+') ? `+${digits}` : digits
}

/** Whether what follows a slash is a second number, and not the rest of one after its area code. */
function startsAnother(before: string, after: string): boolean {
  return digitsOf(before).length > AREA_DIGITS || digitsOf(after).startsWith('0')
}

/** Full-width characters as those they stand for, and without marks that nobody sees, which address books put around a number. */
function plainCharacters(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\p{Cf}/gu, '')
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '')
}
