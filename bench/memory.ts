import { type Benchmark, type Line, median, scaled, smallHeap } from './support/benchmark.ts'
import { type Emulator, startEmulator } from './support/emulator.ts'
import { file } from './support/places.ts'
import { type SyncTask, startSync } from './support/sync-child.ts'

const FULL = 1_000_000
const SMALL = 20_000
const LIMIT_MB = 200
/**
 * Each peak is the median of so many runs. Equal runs differ by up to a tenth: the compilers of Node.js use memory for
 * a moment, 23 MB for the parser of its `fetch` alone, and how much of that returns to the operating system is random.
 */
const RUNS = 3
/** With fewer contacts the peak is that of Node.js itself, and one run is enough to show that the benchmark works. */
const FEW = 10_000
/** With more contacts, work that writes takes long and is run once. */
const LONG = 300_000
/** The kinds of work that touch every record: the task, and the preparation before each run if it writes. */
const works: {
  name: string
  work: SyncTask['work']
  slowCommitMs?: number
  before?: 'a new store' | 'changes'
}[] = [
  { name: 'backfill', work: ['companies', 'contacts'], before: 'a new store' },
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
  defaultScale: 0.1,
  async *run({ scale, progress }) {
    const large = scaled(FULL, scale, 1_000)
    const small = Math.min(SMALL, Math.ceil(large / 2))
    const peaks: Map<string, number>[] = []
    for (const contacts of [small, large]) {
      progress(`${contacts} contacts`)
      peaks.push(await peaksOver(contacts, progress))
    }
    progress(`${small} contacts, again and again in one process`)
    const again = await peaksOver(small, progress, Math.round(large / small))
    const [ofSmall, ofLarge] = peaks
    const lines: Line[] = [...(ofLarge ?? [])].map(([name, peak]) => {
      const aged = again.get(name)
      return {
        ratio: peak / (ofSmall?.get(name) ?? Number.NaN),
        goal: '≤ 1.1',
        work: name,
        contacts: large,
        'peak, MB': peak,
        'goal, MB': `< ${LIMIT_MB}`,
        [`peak over ${small}, MB`]: ofSmall?.get(name) ?? Number.NaN,
        'as often, MB': aged ?? '',
        'ratio to that': aged === undefined ? '' : (peak / aged).toFixed(3),
      }
    })
    yield {
      title: `memory: peak of ${large} contacts, as a ratio to that of ${small}`,
      lines,
      notes: [
        'Resident memory of the process that mirrors, into SQLite; each piece of work in a process of its own, the portal in another. Contacts are of 2 kB, each in a company.',
        `Node.js runs with ${smallHeap.join(' ')}: whatever is kept in memory beyond that ends the process. Without them the peak is higher, and grows with the garbage that V8 leaves lying for a while.`,
        `Each peak is the median of ${RUNS} runs, as equal runs differ by up to a tenth; of what writes more than ${LONG} contacts, or is over less than ${FEW}, of one.`,
        `As often: a process goes over ${small} contacts until it has read ${large}, to tell what a large portal takes from what a process takes that runs as long.`,
        'With a slow store, each commit takes 200 ms longer: pages that were read and not committed would pile up, if reading did not wait.',
        large < FULL
          ? `At scale ${scale}. The full size is a million contacts: --scale 1.`
          : 'This is the full size.',
      ],
    }
  },
}

/**
 * The peak of each kind of work, in megabytes.
 *
 * @param times - how often a process does the work. More than once only for work without preparation and without a slow
 * store.
 */
async function peaksOver(contacts: number, progress: (text: string) => void, times = 1) {
  const companies = Math.ceil(contacts / 100)
  const emulator = await startEmulator({
    contacts,
    companies,
    wide: true,
    limits: false,
    journal: false,
  })
  let store = file()
  const peaks = new Map<string, number>()
  for (const { name, before, ...asked } of works) {
    if (times > 1 && (before === 'changes' || asked.slowCommitMs)) continue
    const ofRuns: number[] = []
    const isLong = contacts * times > LONG && (before || times > 1)
    while (ofRuns.length < (isLong || contacts < FEW ? 1 : RUNS)) {
      if (before === 'changes') await emulator.change(5)
      const stores = Array.from({ length: times }, () => {
        if (before === 'a new store') store = file()
        return store
      })
      const task = { ...taskOf(emulator), ...asked, store: stores }
      const { peakMegabytes } = await startSync(task, smallHeap).done
      progress(`${name}: ${Math.round(peakMegabytes)} MB`)
      ofRuns.push(peakMegabytes)
    }
    peaks.set(name, median(ofRuns))
  }
  emulator.close()
  return peaks
}

function taskOf({ url, token }: Emulator) {
  return { url, token, unthrottled: true, wide: true }
}
