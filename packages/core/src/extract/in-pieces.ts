import type { PieceSize } from '../client/piece-size.js'
import { HubspotError } from '../errors.js'

/** An id that hardly any record has: HubSpot answers that there is no such record, or that it has no associations. */
export const NOBODY = '1'

/** The result of asking about items in pieces. */
export interface PieceAnswers<Item, Answer> {
  answers: Answer[]
  /** The items that HubSpot could not answer for, even when asked for each alone. */
  failed: Item[]
}

/**
 * Asks about many items, in pieces of the size that HubSpot takes. A piece that it can't answer is asked for again in
 * halves, down to single items, so that one item doesn't stop the others.
 *
 * @param witness - an item that HubSpot doesn't know, so that it can't be the reason of a failure.
 * @throws if nothing is answered any more, not even the witness: then the items aren't the reason.
 */
export async function askInPieces<Item, Answer>(
  items: readonly Item[],
  size: PieceSize,
  witness: Item,
  ask: (piece: readonly Item[]) => Promise<Answer>,
): Promise<PieceAnswers<Item, Answer>> {
  const answers: Answer[] = []
  const failed: Item[] = []
  let largestPart = 0
  let pieces: (readonly Item[])[] = chunk(items, size.current)
  for (let level = 0; pieces.length > 0; level++) {
    const outcomes = await Promise.all(pieces.map((piece) => outcomeOf(piece, ask)))
    const broken: Broken<Item>[] = []
    for (const outcome of outcomes) {
      if ('failure' in outcome) {
        broken.push(outcome)
      } else {
        answers.push(outcome.answer)
        if (level > 0) largestPart = Math.max(largestPart, outcome.piece.length)
        else if (outcome.piece.length === size.current) size.answered()
      }
    }
    if (broken.length === pieces.length) await expectAnswer(broken, witness, ask)
    failed.push(...broken.flatMap(({ piece }) => (piece.length === 1 ? piece : [])))
    pieces = broken.flatMap(({ piece }) => halvesOf(piece))
  }
  // A single item that HubSpot can't answer for says nothing about the right size.
  if (largestPart > 0 && failed.length === 0) size.tooMuch(largestPart)
  return { answers, failed }
}

interface Broken<Item> {
  piece: readonly Item[]
  failure: HubspotError
}

async function outcomeOf<Item, Answer>(
  piece: readonly Item[],
  ask: (piece: readonly Item[]) => Promise<Answer>,
): Promise<Broken<Item> | { piece: readonly Item[]; answer: Answer }> {
  try {
    return { piece, answer: await ask(piece) }
  } catch (failure) {
    if (mayBeOfOne(failure)) return { piece, failure }
    throw failure
  }
}

/**
 * Makes sure that HubSpot answers at all. A record that HubSpot doesn't know can't be the reason of a failure; another
 * may be. So if calls fail, the witness shows whether HubSpot answers. If calls are refused, the witness may be refused
 * too, because it doesn't exist: then other items show it.
 */
export async function expectAnswer<Item>(
  [first, ...others]: readonly Broken<Item>[],
  witness: Item,
  ask: (piece: readonly Item[]) => Promise<unknown>,
): Promise<void> {
  if (!first) return
  const { piece, failure } = first
  const last = (others.at(-1) ?? first).piece.at(-1) as Item
  const witnesses = isRefusal(failure) ? [witness, piece[0] as Item, last] : [witness]
  for (const each of witnesses) {
    try {
      await ask([each])
      return
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (!isRefusal(failure)) return
    }
  }
  throw failure
}

/** Whether one of several records may be the reason that HubSpot can't answer a call. */
export function mayBeOfOne(error: unknown): error is HubspotError {
  if (!(error instanceof HubspotError)) return false
  const breaksDown = error.code === 'HUBSPOT_UNAVAILABLE' && error.status !== 423
  return breaksDown || error.code === 'HUBSPOT_REPLY' || isRefusal(error)
}

/** Whether HubSpot answers, but refuses this call. */
export function isRefusal(error: unknown): boolean {
  return error instanceof HubspotError && [400, 413].includes(error.status)
}

function halvesOf<Item>(piece: readonly Item[]): (readonly Item[])[] {
  return piece.length === 1 ? [] : chunk(piece, Math.ceil(piece.length / 2))
}

/** Cuts a list into pieces of at most `size`. */
function chunk<T>(items: readonly T[], size: number): T[][] {
  const pieces: T[][] = []
  for (let start = 0; start < items.length; start += size)
    pieces.push(items.slice(start, start + size))
  return pieces
}
