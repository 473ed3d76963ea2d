import { execFileSync } from 'node:child_process'
import { type Benchmark, median, scaled, timed } from './support/benchmark.ts'

const ROUNDS = 15
const GOAL_MS = 60

export const startUp: Benchmark = {
  name: 'start-up',
  about: 'what importing @hubsync/core adds to Node.js’ own start',
  defaultScale: 1,
  async *run({ scale }) {
    const rounds = scaled(ROUNDS, scale, 1)
    const scripts = {
      nothing: '',
      core: "await import('@hubsync/core')",
      client: "await import('@hubspot/api-client')",
    }
    const figures = { nothing: [] as number[], core: [] as number[], client: [] as number[] }
    for (let round = 0; round < rounds; round++)
      for (const [name, script] of Object.entries(scripts))
        figures[name as keyof typeof figures].push(await timed(() => start(script)))
    const own = median(figures.nothing)
    const added = median(figures.core) - own
    const loaded = start(
      "await import('@hubsync/core'); console.log(process.getBuiltinModule('module')._cache)",
    )
    yield {
      title: 'start-up: milliseconds added, as a ratio to 60',
      lines: [
        {
          ratio: added / GOAL_MS,
          goal: '< 1',
          imported: '@hubsync/core',
          'added, ms': added,
          'Node alone, ms': own,
          '@hubspot/api-client': loaded.includes('api-client') ? 'loaded' : 'not loaded',
        },
        {
          ratio: (median(figures.client) - own) / GOAL_MS,
          goal: '',
          imported: '@hubspot/api-client',
          'added, ms': median(figures.client) - own,
          'Node alone, ms': own,
          '@hubspot/api-client': 'loaded',
        },
      ],
      notes: [
        `Medians of ${rounds} processes each, in turn. @hubspot/api-client is loaded at the first call, not with the import.`,
      ],
    }
  },
}

/** Runs a script in a process. Returns its output. */
function start(script: string): string {
  const cwd = new URL('../packages/core/', import.meta.url)
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    encoding: 'utf8',
  })
}
