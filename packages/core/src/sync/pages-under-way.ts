import type { Job } from './job.js'
import type { Page } from './page.js'

/** A page on its way into the store. */
export interface PageUnderWay<State> {
  page: Page<State>
  /** How much the job had read once this page was: by the time that it is committed, the pages after it have been read too. */
  done: number
  /** What the rest of the page is read with. */
  job: Job
}

/**
 * The pages of a stream that are read and not committed. What is asked of the mirror for one of them has to wait for those before it:
 * what they bring would be taken for missing, read again and counted twice.
 */
export class PagesUnderWay {
  readonly #commits: (() => void)[] = []
  #latest: Promise<void> = Promise.resolve()

  async *of<State>(
    job: Job,
    read: (job: Job) => AsyncGenerator<Page<State>>,
  ): AsyncGenerator<PageUnderWay<State>> {
    for await (const page of read(behind(job, () => this.#latest))) {
      const before = this.#latest
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#latest = promise
      this.#commits.push(resolve)
      yield { page, done: job.tally.counts.read, job: behind(job, () => before) }
    }
  }

  /** The first of the pages is committed. */
  committed(): void {
    this.#commits.shift()?.()
  }

  /** None will be committed any more. Whoever waits for one has to come to an end. */
  end(): void {
    for (const commit of this.#commits.splice(0)) commit()
  }
}

function behind(job: Job, commits: () => Promise<void>): Job {
  return {
    ...job,
    differing: (object, claims) => commits().then(() => job.differing(object, claims)),
    sets: (pair, fromIds) => commits().then(() => job.sets(pair, fromIds)),
  }
}
