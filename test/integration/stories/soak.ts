import { parseArgs } from 'node:util'
import fc from 'fast-check'
import setupPostgres from '../../postgres.js'
import { type DatabaseKind, memory, postgres, sqlite } from './databases.js'
import { stories } from './events.js'
import { tellOn } from './tell-story.js'

const PROGRESS_MS = 30_000

const { values: given } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    store: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    path: { type: 'string' },
  },
})

const runs = Number(given.runs)
const seed = Number(given.seed)
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  console.error('Expected --runs and --seed to be whole numbers, runs from 1.')
  process.exit(2)
}

let stopPostgres = async () => {}
const kinds: Record<string, () => DatabaseKind | Promise<DatabaseKind>> = {
  memory,
  sqlite,
  async postgres() {
    let url = ''
    const provide = (name: string, value: string) => {
      if (name === 'databaseUrl') url = value
    }
    stopPostgres = await setupPostgres({ provide } as Parameters<typeof setupPostgres>[0])
    return postgres(url)
  },
}
const open = kinds[given.store]
if (!open) {
  console.error(`Expected --store to be ${Object.keys(kinds).join(', ')}; got ${given.store}.`)
  process.exit(2)
}

const kind = await open()
const began = Date.now()
let [told, shownAt] = [0, began]
console.log(`${kind.name}: ${runs} stories from seed ${seed}`)
const result = await fc.check(
  fc.asyncProperty(stories, async (story) => {
    await tellOn(kind, story)
    told++
    if (Date.now() - shownAt < PROGRESS_MS) return
    shownAt = Date.now()
    console.log(`${kind.name}: ${told} of ${runs} stories, ${perSecond()} a second`)
  }),
  { numRuns: runs, seed, ...(given.path === undefined ? {} : { path: given.path }) },
)
await kind.close()
await stopPostgres()
if (result.failed) {
  const { errorInstance, counterexample, counterexamplePath, numRuns, numShrinks } = result
  console.log(`\nStory ${numRuns} differs; ${numShrinks} times made smaller. Its setting:`)
  console.log(JSON.stringify(counterexample?.[0].setting))
  console.log((errorInstance as Error).message)
  console.log(
    `\nAgain: pnpm soak --store ${given.store} --seed ${seed} --path ${counterexamplePath}`,
  )
} else {
  console.log(`${kind.name}: ${told} stories without a difference, ${perSecond()} a second`)
}
// Timers of calls that a killed process never finished would keep this process alive for a minute.
process.exit(result.failed ? 1 : 0)

function perSecond(): string {
  return ((told * 1_000) / (Date.now() - began)).toFixed(1)
}
