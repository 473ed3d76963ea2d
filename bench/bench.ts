// The benchmarks: `pnpm bench [name…] [--scale 0.1]`. See README.md.

import { parseArgs } from 'node:util'
import { backfill } from './backfill.ts'
import { calls } from './calls.ts'
import { eventLoop } from './event-loop.ts'
import { http } from './http.ts'
import { incremental } from './incremental.ts'
import { memory } from './memory.ts'
import { record } from './record.ts'
import { startUp } from './start-up.ts'
import { store } from './store.ts'
import type { Benchmark } from './support/benchmark.ts'
import { closePlaces, postgresVersion } from './support/places.ts'
import { printMachine, printTable } from './support/report.ts'
import { unchanged } from './unchanged.ts'

const benchmarks: Benchmark[] = [
  store,
  record,
  backfill,
  incremental,
  calls,
  memory,
  eventLoop,
  unchanged,
  http,
  startUp,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string' } },
})
const names = benchmarks.map(({ name }) => name)
const unknown = positionals.find((name) => !names.includes(name))
const scale = values.scale === undefined ? undefined : Number(values.scale)
if (unknown !== undefined || (scale !== undefined && !(scale > 0))) {
  console.error(
    unknown === undefined
      ? `Expected --scale to be a number above 0, got ${values.scale}.`
      : `Expected the name of a benchmark (${names.join(', ')}), got ${unknown}.`,
  )
  process.exit(2)
}

try {
  for (const benchmark of benchmarks) {
    if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue
    const chosen = scale ?? benchmark.defaultScale
    console.log(`\n## ${benchmark.name}, at scale ${chosen}: ${benchmark.about}`)
    const progress = (text: string) => console.error(`  ${benchmark.name}: ${text}`)
    for await (const table of benchmark.run({ scale: chosen, progress })) printTable(table)
  }
  printMachine(await postgresVersion())
} finally {
  await closePlaces()
}
