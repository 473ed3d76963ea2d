import { type Benchmark, type Line, median, scaled } from './support/benchmark.ts'
import { startEmulator } from './support/emulator.ts'
import { file, postgres } from './support/places.ts'
import { hubspotLimits, latency } from './support/portal.ts'
import { type SyncTask, startSync } from './support/sync-child.ts'

const LARGE = 200_000
const SMALL = 20_000
const GOAL = '≤ 1.25'
/** Equal runs over few contacts differ by up to a tenth, by when V8 collects its garbage: each peak is the median of these. */
const RUNS = 3
/** Work that touches every record, how it is asked for, and what has to be true before each run, if it writes. */
const works: {
  name: string
  work: SyncTask['work']
  into?: 'Postgres'
  slowCommitMs?: number
  before?: 'a new store' | 'changes'
}[] = [
  { name: 'backfill', work: ['companies', 'contacts'], before: 'a new store' },
  {
    name: 'backfill, into Postgres',
    work: ['companies', 'contacts'],
    into: 'Postgres',
    before: 'a new store',
  },
  { name: 'census', work: ['contacts:census'] },
  { name: 'association sweep', work: ['associations'] },
  { name: 'incremental, a fifth changed', work: ['contacts'], before: 'changes' },
  { name: 'verify', work: 'verify' },
  {
    name: 'backfill into a slow store',
    work: ['companies', 'contacts'],
    slowCommitMs: 200,
    before: 'a new store',
  },
]

export const memory: Benchmark = {
  name: 'memory',
  about: 'the peak of the memory over a large portal, beside that over a small one',
  defaultScale: 1,
  async *run({ scale, progress }) {
    const large = scaled(LARGE, scale, 1_000)
    const small = Math.min(SMALL, Math.ceil(large / 2))
    progress(`${small} contacts`)
    const runs = scaled(RUNS, Math.min(1, scale * 10))
    const ofSmall = await peaksOver(small, runs, progress, Math.round(large / small))
    progress(`${large} contacts`)
    const ofLarge = await peaksOver(large, 1, progress)
    yield {
      title: `memory: peak of ${large} contacts, as a ratio to that of ${small}`,
      lines: works.map(({ name }): Line => {
        const [peak = Number.NaN] = ofLarge.get(name) ?? []
        const [least = Number.NaN, asOften] = ofSmall.get(name) ?? []
        return {
          ratio: peak / least,
          goal: GOAL,
          work: name,
          'peak, MB': peak,
          [`peak over ${small}, MB`]: least,
          'as often, MB': asOften ?? '',
          'ratio to that': asOften === undefined ? '' : peak / asOften,
        }
      }),
      notes: [
        'Resident memory of the process that mirrors, into SQLite unless told otherwise, with V8’s own settings. Each piece of work is in a process of its own, the portal in another. Contacts are of 2 kB, each in a company.',
        'All of it keeps HubSpot’s limits. Work that is as fast as this machine lets V8 gather more garbage: no portal can be read that fast.',
        `Each peak over ${small} contacts is the median of ${runs} runs.`,
        `As often: the same process reads ${small} contacts until it has read ${large}, to tell what a large portal takes from what a process takes that runs as long.`,
        'With a slow store, each commit takes 200 ms longer: pages that were read and not committed would pile up, if reading did not wait.',
      ],
    }
  },
}

/**
 * The peak of each piece of work, in megabytes, and that of a process that does it `asOften`, where it can be repeated.
 */
async function peaksOver(
  contacts: number,
  runs: number,
  progress: (text: string) => void,
  asOften?: number,
): Promise<Map<string, [once: number, asOften?: number]>> {
  const plan = { contacts, companies: Math.ceil(contacts / 100), wide: true, journal: false }
  const emulator = await startEmulator({ ...plan, limits: hubspotLimits, latency })
  let store: Pick<SyncTask, 'store' | 'schema'> = { store: file() }
  const peaks = new Map<string, [once: number, asOften?: number]>()
  for (const { name, before, into, ...asked } of works) {
    const peakOf = async (times = 1) => {
      if (before === 'changes') await emulator.change(5)
      if (before === 'a new store') store = await newStore(into)
      const { url, token } = emulator
      const task = { url, token, wide: true, ...asked, ...store, times }
      const { peakMegabytes } = await startSync(task).done
      progress(`${name}: ${Math.round(peakMegabytes)} MB`)
      return peakMegabytes
    }
    const ofRuns: number[] = []
    for (let run = 0; run < runs; run++) ofRuns.push(await peakOf())
    const once = median(ofRuns)
    const isRepeated = asOften !== undefined && before === undefined
    peaks.set(name, isRepeated ? [once, await peakOf(asOften)] : [once])
  }
  emulator.close()
  return peaks
}

async function newStore(into?: 'Postgres'): Promise<Pick<SyncTask, 'store' | 'schema'>> {
  if (!into) return { store: file() }
  const { connectionString, schema } = await postgres()
  return { store: connectionString, schema }
}
