import { counted } from '../counted.js'
import { STOPPED } from '../errors.js'
import type { ResolvedOptions, RunOptions } from '../options.js'

/** The calls and the time that a run may use, and why it has to end. */
export class RunBudget {
  readonly startedAt: number
  readonly #options: Pick<ResolvedOptions, 'clock'>
  readonly #given: Pick<RunOptions, 'signal' | 'maxCalls' | 'budgetMs'>
  readonly #calls: () => number
  readonly #dayReason: () => string | undefined
  #halt: string | undefined

  /**
   * @param calls - how many calls the run has made.
   * @param dayReason - why the day's calls don't allow more, if they don't.
   */
  constructor(
    options: Pick<ResolvedOptions, 'clock'>,
    given: Pick<RunOptions, 'signal' | 'maxCalls' | 'budgetMs'>,
    calls: () => number,
    dayReason: () => string | undefined,
  ) {
    this.#options = options
    this.#given = given
    this.#calls = calls
    this.#dayReason = dayReason
    this.startedAt = options.clock.now()
  }

  /** Ends the run at the next page boundary. The first reason stays. */
  halt(reason: string): void {
    this.#halt ??= reason
  }

  /** Whether the number of calls is limited. */
  get countsCalls(): boolean {
    return this.#given.maxCalls !== undefined
  }

  /** Whether the run ends after a number of calls or milliseconds. */
  get sliced(): boolean {
    return this.countsCalls || this.#given.budgetMs !== undefined
  }

  /** The milliseconds that are left: fewer than 0 after the end, undefined if there is no limit. */
  msLeft(): number | undefined {
    const { budgetMs } = this.#given
    if (budgetMs === undefined) return undefined
    return budgetMs - (this.#options.clock.now() - this.startedAt)
  }

  /** Whether the run's time is over. */
  get isOver(): boolean {
    return (this.msLeft() ?? 1) <= 0
  }

  /** The reason of a run whose time is over. */
  get overReason(): string {
    return `The run's ${this.#given.budgetMs} ms are over.`
  }

  /** Why to stop at the next page boundary, or undefined to continue. */
  stopReason(): string | undefined {
    const { signal, maxCalls } = this.#given
    if (this.#halt !== undefined) return this.#halt
    if (signal?.aborted) return STOPPED
    const calls = this.#calls()
    if (maxCalls !== undefined && calls >= maxCalls)
      return `The run's ${counted(maxCalls, 'call')} ${maxCalls === 1 ? 'is' : 'are'} spent.`
    if (this.isOver) return this.overReason
    return this.#dayReason()
  }
}
