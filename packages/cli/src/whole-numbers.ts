import { expectedGot, show } from '@hubsync/core/store'
import { InvalidArgumentError } from 'commander'

/** A parser for an option that is a whole number. */
export function wholeNumber(from: number, upTo = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= from && value <= upTo) return value
    const range = upTo === Number.MAX_SAFE_INTEGER ? `from ${from}` : `from ${from} to ${upTo}`
    throw new InvalidArgumentError(expectedGot(`a whole number ${range}`, show(text)))
  }
}

/** A parser for an option that is a share. */
export function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError(expectedGot('a number from 0 to 1', show(text)))
}

const grouped = new Intl.NumberFormat('en-US')

/** `1 call`, `12,345 calls`. */
export function countText(value: number, one: string, many = `${one}s`): string {
  return `${numberText(value)} ${value === 1 ? one : many}`
}

/** `12,345`. */
export function numberText(value: number): string {
  return grouped.format(value)
}
