import type { Job } from './job.js'
import type { Page } from './page.js'

/** A page that is read, and not committed yet. */
export interface PageUnderWay<State> {
  page: Page<State>
  /** How many records the job had read after this page. When the page is committed, the job has already read more. */
  done: number
  /** The job to read the rest of the page with. */
  job: Job
}

/**
 * The pages of a stream that are read and not committed yet. A page looks up rows in the mirror only after the pages
 * before it are committed: otherwise their records would seem missing, and would be read again and counted twice.
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

  /** Says that the first of these pages is committed. */
  committed(): void {
    this.#commits.shift()?.()
  }

  /** Says that none of them will be committed. Whoever waits for one continues, and comes to its end. */
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
