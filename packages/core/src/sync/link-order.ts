import type { AssociationSet } from '../model.js'
import type { Pair } from '../objects/pairs.js'
import type { CheckpointMove } from '../store/store.js'
import { isConflictOver, openCheckpoint, type Place, type StreamCheckpoint } from './checkpoint.js'

/** How often other processes may overtake a page before it gives up. */
const TRIES = 10
/** How many commits are remembered. Links that were read before those are read again. */
const REMEMBERED = 64

/**
 * A link that was found from its far end, and whose near end isn't here yet. The page that brings the near end may have
 * read its links before this link was made.
 */
export interface ExpectedLink {
  pair: string
  fromId: string
  toId: string
}

/** Links, with the moments at which their reading began and ended. {@link LinkOrder} counts these moments. */
export interface Dated {
  sets: AssociationSet[]
  expected: readonly ExpectedLink[]
  began: number
  ended: number
}

/** A commit of the sets of some records. */
interface Commit extends Pick<Dated, 'expected'> {
  idsByPair: ReadonlyMap<string, ReadonlySet<string>>
  /** When the reading of these sets ended. */
  readBy: number
  /** When the commit was made. */
  at: number
}

type Fences = Map<string, StreamCheckpoint<never>>

/**
 * Prevents that older links are written over newer ones. HubSpot gives associations no date, so a reply doesn't show
 * how old it is. The commits of this run since a reading began are known here. Those of other processes are noticed by
 * the fence of the pair: a checkpoint that every commit moves which writes sets of the pair.
 */
export class LinkOrder {
  #moment = 0
  readonly #commits: Commit[] = []
  /**
   * The latest moments of commits that are no longer remembered. A reading that began before them may be older than one
   * of these commits.
   */
  #forgotten: Pick<Commit, 'readBy' | 'at'> = { readBy: 0, at: 0 }
  /** By pair: when this run noticed that another process had written to it. */
  readonly #others = new Map<string, number>()
  #fences: Promise<Fences> | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly place: Place,
    private readonly pairs: readonly Pair[],
  ) {}

  /** Reads links, and notes the moments. */
  async date<Links>(read: () => Promise<Links>): Promise<Links & Pick<Dated, 'began' | 'ended'>> {
    await this.#openFences()
    const began = ++this.#moment
    const links = await read()
    return { ...links, began, ended: ++this.#moment }
  }

  /**
   * Commits links. If newer ones of the same records may have been committed since they were read, they are read again
   * first.
   *
   * @param write - commits them together with the moves of the fences.
   * @throws `CheckpointConflictError` if other processes have written to a pair before each of ten attempts.
   */
  async commit<Links extends Dated, Result>(
    links: Links,
    readAgain: () => Promise<Links>,
    write: (links: Links, fences: CheckpointMove[]) => Promise<Result>,
  ): Promise<Result> {
    if (pairsOf(links).length === 0) return await write(links, [])
    let latest = this.#mayBeOld(links) ? await readAgain() : links
    return await this.#inTurn(async () => {
      for (let conflicts = 0; ; ) {
        // During this turn no other commit of this run can make them old again.
        if (this.#mayBeOld(latest)) latest = await readAgain()
        const pairs = pairsOf(latest)
        try {
          return await this.#write(latest, pairs, write)
        } catch (error) {
          const isOvertaken = pairs.some((pair) => isConflictOver(fenceOf(pair), error))
          if (!isOvertaken || ++conflicts === TRIES) throw error
          await this.#lookAgain(pairs)
        }
      }
    })
  }

  async #write<Links extends Dated, Result>(
    links: Links,
    pairs: readonly string[],
    write: (links: Links, fences: CheckpointMove[]) => Promise<Result>,
  ): Promise<Result> {
    const fences = await this.#openFences()
    const moving = pairs.flatMap((pair) => fences.get(pair) ?? [])
    const moves = moving.map((fence) => fence.moveTo(null))
    const result = await write(links, moves)
    for (const [index, fence] of moving.entries()) fence.hasMoved(moves[index] as CheckpointMove)
    this.#remember(links)
    return result
  }

  /** Finds out which pairs other processes have written to. */
  async #lookAgain(pairs: readonly string[]): Promise<void> {
    const fences = await this.#openFences()
    for (const pair of pairs) {
      const fence = await openCheckpoint<never>(this.place, fenceOf(pair))
      if (fence.revision === fences.get(pair)?.revision) continue
      fences.set(pair, fence)
      this.#others.set(pair, ++this.#moment)
    }
  }

  #mayBeOld(links: Dated): boolean {
    const { sets, expected, began } = links
    const { readBy, at } = this.#forgotten
    if ((sets.length > 0 && began < readBy) || (expected.length > 0 && began < at)) return true
    if (pairsOf(links).some((pair) => (this.#others.get(pair) ?? 0) > began)) return true
    const since = this.#commits.filter((commit) => commit.readBy > began)
    const isIn = ({ idsByPair }: Commit, { pair, fromId }: Pick<ExpectedLink, 'pair' | 'fromId'>) =>
      idsByPair.get(pair)?.has(fromId)
    if (sets.some((set) => since.some((commit) => isIn(commit, set)))) return true
    if (
      lacksOneOf(
        sets,
        since.flatMap((commit) => commit.expected),
      )
    )
      return true
    // The near end may have been committed since it was looked up, with links that were read before.
    const made = this.#commits.filter((commit) => commit.at > began)
    return expected.some((link) => made.some((commit) => isIn(commit, link)))
  }

  #remember({ sets, expected, ended }: Dated): void {
    const idsByPair = new Map<string, Set<string>>()
    for (const { pair, fromId } of sets) {
      const ids = idsByPair.get(pair) ?? new Set()
      idsByPair.set(pair, ids.add(fromId))
    }
    this.#commits.push({ idsByPair, expected, readBy: ended, at: ++this.#moment })
    const forgotten = this.#commits.splice(0, this.#commits.length - REMEMBERED)
    for (const { readBy, at } of forgotten)
      this.#forgotten = { readBy: Math.max(this.#forgotten.readBy, readBy), at }
  }

  /** Commits one at a time: each moves a fence from where the previous one left it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  /** Open them before HubSpot is asked for links: what others write from then on is noticed. */
  #openFences(): Promise<Fences> {
    this.#fences ??= this.#open().catch((error: unknown) => {
      // The next page tries again.
      this.#fences = undefined
      throw error
    })
    return this.#fences
  }

  async #open(): Promise<Fences> {
    const fences: Fences = new Map()
    for (const { name } of this.pairs)
      fences.set(name, await openCheckpoint(this.place, fenceOf(name)))
    return fences
  }
}

function fenceOf(pair: string): string {
  return `associations:${pair}:fence`
}

/** The pairs of these links and expected links. */
function pairsOf({ sets, expected }: Dated): string[] {
  return [...new Set([...sets, ...expected].map(({ pair }) => pair))].sort()
}

/** Whether one of these sets lacks a link that is expected in it. */
function lacksOneOf(sets: readonly AssociationSet[], expected: readonly ExpectedLink[]): boolean {
  if (expected.length === 0) return false
  const keyOf = ({ pair, fromId }: Pick<ExpectedLink, 'pair' | 'fromId'>) => `${pair} ${fromId}`
  const byKey = new Map(sets.map((set) => [keyOf(set), set.edges]))
  return expected.some((link) => {
    const edges = byKey.get(keyOf(link))
    return edges && !edges.some(({ toId }) => toId === link.toId)
  })
}
