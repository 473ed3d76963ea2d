import { type Benchmark, type Line, scaled } from './support/benchmark.ts'
import { type Emulator, startEmulator } from './support/emulator.ts'
import { file } from './support/places.ts'
import { type SyncTask, startSync } from './support/sync-child.ts'

const FULL = 1_000_000
const SMALL = 20_000
const LIMIT_MB = 200
/** Without these V8 lets garbage gather on a machine with much memory: the peak would tell of its patience, not of what is kept. */
const HEAP = ['--max-old-space-size=64', '--max-semi-space-size=4']

/** What a mirror does that touches every record, and how it is asked to. */
const works: { name: string; work: SyncTask['work']; before?: 'change' }[] = [
  { name: 'backfill', work: ['companies', 'contacts'] },
  { name: 'census', work: ['contacts:census'] },
  { name: 'association sweep', work: ['associations'] },
  { name: 'incremental, a fifth changed', work: ['contacts'], before: 'change' },
  { name: 'verify', work: 'verify' },
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
    const [ofSmall, ofLarge] = peaks
    const lines: Line[] = [...(ofLarge ?? [])].map(([name, peak]) => ({
      ratio: peak / (ofSmall?.get(name) ?? Number.NaN),
      goal: '≤ 1.1',
      work: name,
      contacts: large,
      'peak, MB': peak,
      'goal, MB': `< ${LIMIT_MB}`,
      [`peak over ${small}, MB`]: ofSmall?.get(name) ?? Number.NaN,
    }))
    yield {
      title: `memory: peak of ${large} contacts, as a ratio to that of ${small}`,
      lines,
      notes: [
        'Resident memory of the process that mirrors, into SQLite; each piece of work in a process of its own, the portal in another. Contacts are of 2 kB, each in a company.',
        `Node.js runs with ${HEAP.join(' ')}: whatever is kept in memory beyond that ends the process. Without them the peak is higher, and grows with the garbage that V8 leaves lying for a while.`,
        'With a slow store, each commit takes 200 ms longer: pages that were read and not committed would pile up, if reading did not wait.',
        large < FULL
          ? `At scale ${scale}. The full size is a million contacts: --scale 1.`
          : 'This is the full size.',
      ],
    }
  },
}

/** The peak of each piece of work, in megabytes. */
async function peaksOver(contacts: number, progress: (text: string) => void) {
  const companies = Math.ceil(contacts / 100)
  const emulator = await startEmulator({
    ...{ contacts, companies, wide: true, limits: false, journal: false },
  })
  const store = file()
  const peaks = new Map<string, number>()
  const measure = async (name: string, task: Partial<SyncTask> & Pick<SyncTask, 'work'>) => {
    progress(name)
    const { peakMegabytes } = await startSync({ ...taskOf(emulator), store, ...task }, HEAP).done
    peaks.set(name, peakMegabytes)
  }
  for (const { name, work, before } of works) {
    if (before === 'change') await emulator.change(5)
    await measure(name, { work })
  }
  // A portal of its own size for both: a slow store makes every page wait.
  const work = ['companies', 'contacts']
  await measure('backfill into a slow store', { work, store: file(), slowCommitMs: 200 })
  emulator.close()
  return peaks
}

function taskOf({ url, token }: Emulator) {
  return { url, token, unthrottled: true, wide: true }
}
