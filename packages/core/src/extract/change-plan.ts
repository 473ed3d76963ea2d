import { SEARCH_PAGE } from '../client/endpoints.js'
import { type ChangePart, GOOD_PAGE, LIKELY_FITS, type PartReply } from './change-part.js'
import { cutUp } from './cut-up.js'

/**
 * Decides which parts of a window to search next. A part is done if the first page of its search was the last one: then
 * it showed every record of the part, whatever the order of the hits, their dates and their total. A part with further
 * pages is cut, and each side is searched. A cut is the end of one side and the beginning of the other, so every record
 * is on one of them, however HubSpot compares. Orders, dates and totals only suggest where to cut.
 */
export class ChangePlan {
  /** Parts that are still to be searched. The last one is next. */
  readonly #open: ChangePart[]
  readonly #underWay = new Set<ChangePart>()

  constructor(parts: readonly ChangePart[]) {
    this.#open = structuredClone([...parts])
  }

  /** The parts that are still to be read. Empty at the end. */
  get parts(): ChangePart[] {
    return structuredClone([...this.#open, ...[...this.#underWay].reverse()])
  }

  /** The next part to search. Undefined if all others are being searched. */
  take(): ChangePart | undefined {
    const part = this.#open.at(-1)
    if (!part) return undefined
    const end = endOfPiece(part)
    const piece = end === undefined ? part : cutOff(part, end)
    if (piece === part) this.#open.pop()
    this.#underWay.add(piece)
    return piece
  }

  /** Takes in the result of the search of a part. */
  learn(piece: ChangePart, reply: PartReply): void {
    this.#underWay.delete(piece)
    const held = reply.more ? Math.max(reply.total, SEARCH_PAGE + 1) : reply.hits.length
    const rest = this.#restOf(piece)
    if (rest) {
      rest.left = Math.max(0, (rest.left ?? 0) + (piece.expected ?? 0) - held)
      if (rest.step !== undefined) rest.step = nextStep(rest.step, piece, held, reply.more)
    }
    if (reply.more) this.#open.push(cutUp(piece, held, reply))
  }

  /** Cuts a part that can't be answered in half. False if it can't be cut: then another plan has to read it. */
  halve(piece: ChangePart): boolean {
    this.#underWay.delete(piece)
    const { from, before } = piece
    const middle = Math.floor((from + before) / 2)
    if (middle <= from) return false
    this.#open.push({ from: middle, before }, { from, before: middle })
    return true
  }

  /** The part that a piece was cut off: the next one after it, whichever run cut it. */
  #restOf(piece: ChangePart): ChangePart | undefined {
    if (piece.expected === undefined) return undefined
    return this.#open.findLast(
      ({ from, left, ids }) =>
        left !== undefined && (ids ? from === piece.from : from >= piece.before),
    )
  }
}

/** Where the next piece of a part ends, or undefined if the part is to be searched whole. */
function endOfPiece(part: ChangePart): number | string | undefined {
  const { from, before, left, cuts = [] } = part
  if (left === undefined || left <= LIKELY_FITS) return undefined
  const cut = cuts.shift()
  if (cut !== undefined || part.ids) return cut
  const length = before - from
  const usual = (length * GOOD_PAGE) / left
  part.step ??= usual
  // The last pieces get equal lengths.
  const pieces = Math.ceil(left / GOOD_PAGE)
  const isNearEnd = pieces <= 3 && part.step < 2 * usual
  const step = isNearEnd ? Math.min(part.step, length / pieces) : part.step
  const end = from + Math.max(1, Math.round(step))
  return end < before ? end : undefined
}

/** Cuts a piece off the beginning of a part. */
function cutOff(part: ChangePart, end: number | string): ChangePart {
  const { from, before, ids, left = 0 } = part
  const expected = Math.min(GOOD_PAGE, left)
  part.left = left - expected
  if (ids) {
    part.ids = { from: String(end), before: ids.before }
    return { from, before, ids: { from: ids.from, before: String(end) }, expected }
  }
  part.from = Number(end)
  return { from, before: Number(end), expected }
}

/** How long the next piece should be, by the number of records in this one. */
function nextStep(step: number, piece: ChangePart, held: number, more: boolean): number {
  const length = piece.before - piece.from
  const fitting = (length * GOOD_PAGE) / Math.max(1, held)
  if (more) return Math.min(step, (step + fitting) / 2)
  if (held < GOOD_PAGE / 2) return Math.max(step, Math.min(8 * length, fitting))
  return step + 0.4 * (fitting - step)
}
