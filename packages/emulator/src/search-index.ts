import type { GeneratedRecords } from './generated-records.js'
import type { Bounds, Predicate } from './search-filters.js'
import { compareBy, type OrderedRecords, SortedView, type ViewKey } from './sorted-view.js'
import type { StoredRecord } from './stored-record.js'

/** A change that the index has not seen yet. */
interface Pending {
  readonly id: number
  readonly record: StoredRecord | undefined
  readonly visibleAt: number
  readonly sequence: number
}

/** A search, compiled. */
export interface CompiledQuery {
  /** The cache key: the same for all pages of a search; undefined if the result can't be cached. */
  readonly key: string | undefined
  readonly matches: Predicate
  readonly bounds: readonly Bounds[]
  /** A key by which the index is sorted, or a comparison. */
  readonly order: ViewKey | ((a: StoredRecord, b: StoredRecord) => number)
  readonly descending: boolean
}

/** How many results are cached for further pages. */
const KEPT_ANSWERS = 4

/**
 * The records of one type as search sees them: versions become visible late, and possibly in another order than they
 * were written.
 */
export class SearchIndex {
  readonly #records = new Map<number, StoredRecord>()
  readonly #views = new Map<ViewKey, SortedView>()
  readonly #answers = new Map<string, readonly number[]>()
  readonly #generated: GeneratedRecords[] = []
  /** The ids of generated records that have changed in the index. */
  readonly #changed = new Set<number>()
  readonly #latest = new Map<number, number>()
  readonly #listed = new Map<number, number>()
  #pending: Pending[] = []
  #sequence = 0

  /** Adds a new version, or the removal of a record. It is visible from `visibleAt` on. */
  note(id: number, record: StoredRecord | undefined, visibleAt: number, now: number): void {
    const sequence = ++this.#sequence
    if (visibleAt <= now && this.#pending.length === 0) this.#apply(id, record)
    else this.#pending.push({ id, record, visibleAt, sequence })
  }

  /** Sets the error of a record's position in the order of modification. */
  misplace(id: number, milliseconds: number): void {
    this.#answers.clear()
    if (milliseconds === 0) this.#listed.delete(id)
    else this.#listed.set(id, milliseconds)
  }

  /** Adds generated records. They are visible at once. */
  generate(records: GeneratedRecords): void {
    this.#answers.clear()
    this.#generated.push(records)
  }

  /** The ids of all matching versions, in order. The result is cached for further pages. */
  find(query: CompiledQuery, now: number): readonly number[] {
    this.#catchUp(now)
    const known = query.key === undefined ? undefined : this.#answers.get(query.key)
    if (known) return known
    const { order } = query
    const compare = typeof order === 'function' ? order : compareBy(order)
    let matches: Iterable<StoredRecord> & Iterator<StoredRecord> = matching(query, compare, (key) =>
      this.#view(key),
    )
    for (const records of this.#generated) {
      const unchanged = { ...query, matches: this.#ifUnchanged(query.matches) }
      const more = matching(unchanged, compare, (key) => records.view(key))
      matches = merged(matches, more, compare)
    }
    if (order === 'modified' && this.#listed.size > 0) matches = this.#asListed(matches)
    const found: number[] = []
    for (const { id } of matches) found.push(id)
    if (query.descending) found.reverse()
    if (query.key === undefined) return found
    this.#answers.set(query.key, found)
    if (this.#answers.size > KEPT_ANSWERS) this.#answers.delete(this.#answers.keys().next().value!)
    return found
  }

  #asListed(matches: Iterable<StoredRecord>): ArrayIterator<StoredRecord> {
    const place = ({ id, updatedAt }: StoredRecord) => updatedAt + (this.#listed.get(id) ?? 0)
    return [...matches].sort((a, b) => place(a) - place(b)).values()
  }

  /** Excludes generated records that have changed: the index has a later version of them. */
  #ifUnchanged(matches: Predicate): Predicate {
    return (record) => !this.#changed.has(record.id) && matches(record)
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
      // Drops an older change of a record that becomes visible after a newer one.
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
    else if (this.#generated.some((records) => records.get(id))) this.#changed.add(id)
    if (record) {
      this.#records.set(id, record)
      for (const view of this.#views.values()) view.add(record)
    } else this.#records.delete(id)
  }
}

/** The matches, in order. Reads the narrowest range of a view that contains all matches. */
function* matching(
  { bounds, matches, order }: CompiledQuery,
  compare: (a: StoredRecord, b: StoredRecord) => number,
  viewBy: (key: ViewKey) => OrderedRecords,
): Generator<StoredRecord> {
  const own = typeof order === 'string' ? viewBy(order) : undefined
  // A range in the right order needs no sort, so it may be wider.
  const cost = (view: OrderedRecords, size: number) => size * (view === own ? 0.25 : 1)
  const whole = own ?? viewBy('id')
  let best = { view: whole, start: 0, end: whole.size }
  for (const { key, low, high } of bounds) {
    const view = viewBy(key)
    const [start, end] = view.range(low, high)
    if (cost(view, end - start) < cost(best.view, best.end - best.start))
      best = { view, start, end }
  }
  const found: StoredRecord[] = []
  for (let position = best.start; position < best.end; position++) {
    const record = best.view.at(position)
    if (!matches(record)) continue
    if (best.view === own) yield record
    else found.push(record)
  }
  yield* found.sort(compare)
}

function* merged(
  one: Iterator<StoredRecord>,
  other: Iterator<StoredRecord>,
  compare: (a: StoredRecord, b: StoredRecord) => number,
): Generator<StoredRecord> {
  let [a, b] = [one.next(), other.next()]
  while (!a.done || !b.done)
    if (b.done || (!a.done && compare(a.value, b.value) < 0)) {
      yield a.value
      a = one.next()
    } else {
      yield b.value
      b = other.next()
    }
}
