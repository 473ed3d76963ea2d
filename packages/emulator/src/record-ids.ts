/** A record id; in replies it is always text. */
export type Id = string | number

/** A record id in text, if it is one. */
export function parseId(text: unknown): number | undefined {
  const id = /^\d{1,16}$/.test(String(text)) ? Number(text) : Number.NaN
  return Number.isSafeInteger(id) ? id : undefined
}

/** A record id as it is kept. */
export function toNumber(id: Id): number {
  const number = parseId(id)
  if (number === undefined)
    throw new TypeError(`Expected a record id in digits, got ${String(id)}.`)
  return number
}
