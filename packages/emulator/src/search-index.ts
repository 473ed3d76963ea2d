import type { StoredRecord } from './records.js'
import type { Bounds, Predicate } from './search-filters.js'
import { compareBy, SortedView, type ViewKey } from './sorted-view.js'

/** A change that the index has not seen yet. */
interface Pending {
  readonly id: number
  readonly record: StoredRecord | undefined
  readonly visibleAt: number
  readonly sequence: number
}

/** A search, compiled. */
export interface CompiledQuery {
  /** The same for the same conditions and order, whatever the page; undefined where an answer can't be kept. */
  readonly key: string | undefined
  readonly matches: Predicate
  readonly bounds: readonly Bounds[]
  /** A key that the index is kept sorted by, or an order of its own. */
  readonly order: ViewKey | ((a: StoredRecord, b: StoredRecord) => number)
  readonly descending: boolean
}

/** How many answers are kept for their further pages. */
const KEPT_ANSWERS = 4

/**
 * What search sees of the records of one type: the versions it has heard of, which may be late and may come in
 * another order than the changes happened.
 */
export class SearchIndex {
  readonly #records = new Map<number, StoredRecord>()
  readonly #views = new Map<ViewKey, SortedView>()
  readonly #answers = new Map<string, readonly StoredRecord[]>()
  readonly #latest = new Map<number, number>()
  #pending: Pending[] = []
  #sequence = 0

  /** Tells the index of a new version, or that a record is gone; it shows from `visibleAt` on. */
  note(id: number, record: StoredRecord | undefined, visibleAt: number, now: number): void {
    const sequence = ++this.#sequence
    if (visibleAt <= now && this.#pending.length === 0) this.#apply(id, record)
    else this.#pending.push({ id, record, visibleAt, sequence })
  }

  /** All matching versions, in order. Neither copied nor sorted again for the pages of one search. */
  find(query: CompiledQuery, now: number): readonly StoredRecord[] {
    this.#catchUp(now)
    const known = query.key === undefined ? undefined : this.#answers.get(query.key)
    if (known) return known
    const { records, sorted } = this.#candidates(query)
    let found = records.filter(query.matches)
    if (!sorted)
      found = found.sort(typeof query.order === 'function' ? query.order : compareBy(query.order))
    if (query.descending) found = found.reverse()
    if (query.key === undefined) return found
    this.#answers.set(query.key, found)
    if (this.#answers.size > KEPT_ANSWERS) this.#answers.delete(this.#answers.keys().next().value!)
    return found
  }

  /** The narrowest stretch of a sorted view that holds all matches. */
  #candidates({ bounds, order }: CompiledQuery): {
    records: readonly StoredRecord[]
    sorted: boolean
  } {
    const own = typeof order === 'string' ? this.#view(order) : undefined
    let best: { view: SortedView; start: number; end: number } | undefined
    for (const { key, low, high } of bounds) {
      const view = this.#view(key)
      const [start, end] = view.range(low, high)
      const size = end - start
      // A stretch in the wanted order saves sorting, which is worth a wider one.
      const bestSize = best
        ? (best.end - best.start) * (best.view === own ? 0.25 : 1)
        : Number.POSITIVE_INFINITY
      if (size * (view === own ? 0.25 : 1) < bestSize) best = { view, start, end }
    }
    if (best)
      return {
        records: best.view.records().slice(best.start, Math.max(best.start, best.end)),
        sorted: best.view === own,
      }
    if (own) return { records: own.records(), sorted: true }
    return { records: [...this.#records.values()], sorted: false }
  }

  #view(key: ViewKey): SortedView {
    let view = this.#views.get(key)
    if (!view) {
      view = new SortedView(key, this.#records.values())
      this.#views.set(key, view)
    }
    return view
  }

  #catchUp(now: number): void {
    if (this.#pending.length === 0) return
    const due = this.#pending.filter((change) => change.visibleAt <= now)
    if (due.length === 0) return
    this.#pending = this.#pending.filter((change) => change.visibleAt > now)
    for (const { id, record, sequence } of due) {
      // An older change that arrives after a newer one of the same record is dropped.
      if ((this.#latest.get(id) ?? 0) > sequence) continue
      this.#latest.set(id, sequence)
      this.#apply(id, record)
    }
    if (this.#pending.length === 0) this.#latest.clear()
  }

  #apply(id: number, record: StoredRecord | undefined): void {
    this.#answers.clear()
    const before = this.#records.get(id)
    if (before) for (const view of this.#views.values()) view.remove(before)
    if (record) {
      this.#records.set(id, record)
      for (const view of this.#views.values()) view.add(record)
    } else this.#records.delete(id)
  }
}
