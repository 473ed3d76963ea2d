import { SEARCH_PAGE } from '../client/endpoints.js'
import { ALL_IDS, cutsByIds, type IdRange } from './id-cuts.js'
import { isInOrder } from './order.js'

/**
 * Modification dates that are still to be searched, in epoch milliseconds: from one on, up to another without that one itself. All
 * else in a part only suggests where to cut it: nothing is lost where it is wrong, or forgotten.
 */
export type ChangePart = {
  from: number
  before: number
  /** Set for a part of a single millisecond. */
  ids?: IdRange
  /** Set where HubSpot could not answer it: it is left to the next window. */
  failed?: true
  /** About how many records the part has left. Left out where nothing is known. */
  left?: number
  /** For a piece that was cut off another part: how many records were expected in it. */
  expected?: number
  /** How many milliseconds are likely to fill a page well. */
  step?: number
  /** Where to cut next: milliseconds, or ids. */
  cuts?: (number | string)[]
}

/** What the search of a part brought. */
export interface PartReply {
  /** The hits in the order in which they came, with the dates that they show, in epoch milliseconds. */
  hits: { id: string; date: number }[]
  /** Whether the search has further pages. Where it has none, it named every record of the part. */
  more: boolean
  /** How many records the search index says there are: a hint. */
  total: number
}

/** How many records a piece should have: fewer than a page, since their number is only guessed. */
const GOOD_PAGE = Math.floor(0.825 * SEARCH_PAGE)
/** A part with about so many left is searched whole. */
const LIKELY_FITS = Math.floor(0.96 * SEARCH_PAGE)
/** Twice that many fit into two pages, so the first page is cut in the middle of them. */
const TWO_PAGES = 2 * LIKELY_FITS
/** Where to cut behind a page whose hits come in order: at the hit of this rank, so that few are named twice. */
const CUT_AT = Math.floor(0.925 * SEARCH_PAGE)
/** A date that this share of a page has is read by itself. */
const CROWDED = { ordered: 0.4, unordered: 0.3 }

/**
 * Says which parts of a window to search next. A part is done when the first page of its search was the last one: then every record in
 * it was named, whatever the order of the hits, the dates that they show, and their total. A part with further pages is cut, and each
 * side is searched. A cut is the end of one side and the beginning of the other, so that every record is on one of them, however
 * HubSpot compares. Orders, dates and totals only suggest where to cut.
 */
export class ChangePlan {
  /** Parts still to be searched. The last one is next. */
  readonly #open: ChangePart[]
  readonly #underWay = new Set<ChangePart>()

  constructor(parts: readonly ChangePart[]) {
    this.#open = structuredClone([...parts])
  }

  /** What is still to be read. None at the end. */
  get parts(): ChangePart[] {
    return structuredClone([...this.#open, ...[...this.#underWay].reverse()])
  }

  /** The next part to search. Undefined where all that is left is being searched. */
  take(): ChangePart | undefined {
    const part = this.#open.at(-1)
    if (!part) return undefined
    const end = endOfPiece(part)
    const piece = end === undefined ? part : cutOff(part, end)
    if (piece === part) this.#open.pop()
    this.#underWay.add(piece)
    return piece
  }

  /** Learns what the search of a part that was taken has brought. */
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

  /** Cuts a part in halves that can't be answered whole. False where there is nothing to cut: it is left to another plan. */
  halve(piece: ChangePart): boolean {
    this.#underWay.delete(piece)
    const { from, before } = piece
    const middle = Math.floor((from + before) / 2)
    if (middle <= from) return false
    this.#open.push({ from: middle, before }, { from, before: middle })
    return true
  }

  /** The part that a piece was cut off. It is the next one behind it, whichever run cut it. */
  #restOf(piece: ChangePart): ChangePart | undefined {
    if (piece.expected === undefined) return undefined
    return this.#open.findLast(
      ({ from, left, ids }) =>
        left !== undefined && (ids ? from === piece.from : from >= piece.before),
    )
  }
}

/** Where the next piece of a part ends, or undefined where the part is to be searched whole. */
function endOfPiece(part: ChangePart): number | string | undefined {
  const { from, before, left, cuts = [] } = part
  if (left === undefined || left <= LIKELY_FITS) return undefined
  const cut = cuts.shift()
  if (cut !== undefined || part.ids) return cut
  const length = before - from
  const usual = (length * GOOD_PAGE) / left
  part.step ??= usual
  // The last pieces are made equally long.
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

/** How long the next piece should be, after one that held so many. */
function nextStep(step: number, piece: ChangePart, held: number, more: boolean): number {
  const length = piece.before - piece.from
  const fitting = (length * GOOD_PAGE) / Math.max(1, held)
  if (more) return Math.min(step, (step + fitting) / 2)
  if (held < GOOD_PAGE / 2) return Math.max(step, Math.min(8 * length, fitting))
  return step + 0.4 * (fitting - step)
}

/** A part with more than a page, and what its first page suggests for cutting it. */
function cutUp({ from, before, ids }: ChangePart, held: number, { hits }: PartReply): ChangePart {
  const part = { from, before, left: held }
  if (before - from > 1) return { ...part, ...cutsByDates(part, hits) }
  const seen = hits.map(({ id }) => id)
  const range = ids ?? ALL_IDS
  return { ...part, ids: range, cuts: cutsByIds(seen, held, range) }
}

const ascending = (one: number, other: number) => one - other

function cutsByDates(
  { from, before, left }: { from: number; before: number; left: number },
  hits: PartReply['hits'],
): Pick<ChangePart, 'cuts' | 'step'> {
  const inside = hits.map(({ date }) => date).filter((date) => date >= from && date < before)
  const ordered = isInOrder(inside, ascending)
  // A page from the end says nothing about where the part begins.
  if (!ordered && isInOrder(inside.toReversed(), ascending)) return {}
  inside.sort(ascending)
  const rank = left <= TWO_PAGES ? left / 2 : CUT_AT
  const share = ordered ? rank / SEARCH_PAGE : 1 / Math.ceil(left / GOOD_PAGE)
  const date = inside[Math.floor(share * inside.length)]
  if (date === undefined) return {}
  const crowded = ordered
    ? crowdedDate([date], inside, CROWDED.ordered)
    : crowdedDate(inside, inside, CROWDED.unordered)
  const wanted = crowded === undefined ? [date] : [crowded, crowded + 1]
  const cuts = wanted.filter((cut) => cut > from && cut < before)
  const step = ordered ? ((date - from) * GOOD_PAGE) / rank : date - from
  return { ...(cuts.length > 0 ? { cuts } : {}), ...(step >= 1 ? { step } : {}) }
}

/** One of the dates that this share of all have, or undefined. */
function crowdedDate(
  dates: readonly number[],
  all: readonly number[],
  share: number,
): number | undefined {
  const counts = new Map<number, number>()
  for (const date of all) counts.set(date, (counts.get(date) ?? 0) + 1)
  return dates.find((date) => (counts.get(date) ?? 0) >= share * all.length)
}
