import type { AssociationSet } from '../model.js'
import type { Pair } from '../objects/pairs.js'
import type { CheckpointMove } from '../store/store.js'
import { isConflictOver, openCheckpoint, type Place, type StreamCheckpoint } from './checkpoint.js'

/** How often a page is overtaken by other processes before it gives up. */
const TRIES = 10
/** How many commits are remembered. What was read before those is read again. */
const REMEMBERED = 64

/**
 * A link that its far end tells of, and whose near end isn't here yet. The page that brings that one may have read its links before this one
 * was made.
 */
export interface ExpectedLink {
  pair: string
  fromId: string
  toId: string
}

/** Links, and when they were read, as {@link LinkOrder} counts moments. */
export interface Dated {
  sets: AssociationSet[]
  expected: readonly ExpectedLink[]
  began: number
  ended: number
}

/** A commit of the sets of some records. */
interface Commit extends Pick<Dated, 'expected'> {
  idsByPair: ReadonlyMap<string, ReadonlySet<string>>
  /** When the reading of what it wrote ended. */
  readBy: number
  /** When it was made. */
  at: number
}

type Fences = Map<string, StreamCheckpoint<never>>

/**
 * Keeps older links from being written over newer ones. HubSpot gives associations no date, so a reply doesn't tell how old it is. What
 * this run has committed since a reading began is known here. What another process has is seen by the fence of the pair: a checkpoint
 * that every commit moves which writes sets of it.
 */
export class LinkOrder {
  #moment = 0
  readonly #commits: Commit[] = []
  /** The latest moments of commits that aren't remembered any more: what began to be read before may be older than one of them. */
  #forgotten: Pick<Commit, 'readBy' | 'at'> = { readBy: 0, at: 0 }
  /** By pair, when it was noticed that another process had written to it. */
  readonly #others = new Map<string, number>()
  #fences: Promise<Fences> | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly place: Place,
    private readonly pairs: readonly Pair[],
  ) {}

  /** Reads links, and notes when. */
  async date<Links>(read: () => Promise<Links>): Promise<Links & Pick<Dated, 'began' | 'ended'>> {
    await this.#openFences()
    const began = ++this.#moment
    const links = await read()
    return { ...links, began, ended: ++this.#moment }
  }

  /**
   * Commits links. Where newer ones of the same records may have been committed since they were read, they are read again before that.
   *
   * @param write - commits them, and moves the fences by that.
   * @throws `CheckpointConflictError` where other processes have written to a pair ten times, each time before these links were committed.
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
        // While it has its turn, nothing of this run makes it old again.
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

  /** Finds out to which pairs others have written. */
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
    // The near end may have come since it was looked for, with links that were read before.
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

  /** One after the other: a commit moves a fence from where the one before it left it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  /** Before HubSpot is asked for links: what others write from then on is noticed. */
  #openFences(): Promise<Fences> {
    this.#fences ??= this.#open().catch((error: unknown) => {
      // A failure is not remembered: the next page asks again.
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

/** The pairs that links are of, or are expected of. */
function pairsOf({ sets, expected }: Dated): string[] {
  return [...new Set([...sets, ...expected].map(({ pair }) => pair))].sort()
}

/** Whether one of these sets doesn't have a link that is expected of it. */
function lacksOneOf(sets: readonly AssociationSet[], expected: readonly ExpectedLink[]): boolean {
  if (expected.length === 0) return false
  const keyOf = ({ pair, fromId }: Pick<ExpectedLink, 'pair' | 'fromId'>) => `${pair} ${fromId}`
  const byKey = new Map(sets.map((set) => [keyOf(set), set.edges]))
  return expected.some((link) => {
    const edges = byKey.get(keyOf(link))
    return edges && !edges.some(({ toId }) => toId === link.toId)
  })
}
