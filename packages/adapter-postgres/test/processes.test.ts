import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Checkpoint } from '@hubsync/core/store'
import { build } from 'tsup'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { openTestPlace, type TestPlace } from './place.js'
import { databaseUrl } from './postgres-harness.js'
import type { Order } from './process-entry.js'
import { portalId } from './samples.js'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const bundle = path('../.cache/process-entry.js')

beforeAll(async () => {
  await build({
    entry: [path('process-entry.ts')],
    outDir: dirname(bundle),
    format: 'esm',
    config: false,
    target: 'node22',
    splitting: false,
    noExternal: ['@hubsync/core'],
    silent: true,
    dts: false,
    tsconfig: path('../tsconfig.json'),
    esbuildOptions(options) {
      const core = (entry: string) => path(`../../core/src/${entry}.ts`)
      options.alias = { '@hubsync/core': core('index'), '@hubsync/core/store': core('store') }
    },
  })
})

/** Processes that are ready for orders. */
async function processes(
  place: TestPlace,
  count: number,
  script = bundle,
): Promise<ChildProcess[]> {
  const started = Array.from({ length: count }, () => fork(script, [databaseUrl, place.schema]))
  onTestFinished(() => {
    for (const each of started) each.kill()
  })
  await Promise.all(started.map(answer))
  return started
}

/** The next message of a process; a process that ends without one fails the test. */
async function answer(child: ChildProcess): Promise<unknown> {
  const over = new AbortController()
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('The process ended.')
  })
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: over.signal }), ended])
    return message
  } finally {
    over.abort()
  }
}

async function tell(child: ChildProcess, order: Order): Promise<unknown> {
  const told = answer(child)
  child.send(order)
  return told
}

test('twenty processes can migrate at the same time', async () => {
  const place = await openTestPlace()
  const started = await processes(place, 20)
  const answers = await Promise.all(started.map((each) => tell(each, { do: 'migrate' })))
  expect(answers).toEqual(started.map(() => 'done'))
  const { rows } = await place.pool.query(`SELECT version FROM ${place.at('sync_schema')}`)
  expect(rows).toEqual([1, 2, 3, 4, 5].map((version) => ({ version })))
})

test('if two processes expect the same checkpoint, one wins and the other writes nothing', async () => {
  const place = await openTestPlace()
  const started = await processes(place, 2)
  for (const each of started) await tell(each, { do: 'migrate' })
  const store = await place.store()
  let expected: Checkpoint | null = null
  for (let round = 1; round <= 25; round++) {
    const orders = started.map((_, index): Order => {
      return { do: 'commit', expected, next: { round, by: index }, id: `${round}0${index}` }
    })
    const answers = await Promise.all(started.map((each, index) => tell(each, orders[index]!)))
    expect(answers.toSorted()).toEqual(['CHECKPOINT_CONFLICT', 'done'])
    expected = await store.readCheckpoint(portalId, 'contacts')
    expect(expected).toEqual({ round, by: answers.indexOf('done') })
    const ids = await store.ids(portalId, 'contacts', { limit: 100 })
    expect(ids).toHaveLength(round)
    expect(ids).toContain(`${round}0${answers.indexOf('done')}`)
  }
})

test('a closed store leaves nothing that keeps the process alive', async () => {
  const place = await openTestPlace()
  const [child] = await processes(place, 1)
  expect(await tell(child!, { do: 'migrate' })).toBe('done')
  const ended = once(child!, 'exit')
  child!.disconnect()
  expect(await ended).toEqual([0, null])
})

test('a missing driver is reported at the first call', async () => {
  const place = await openTestPlace()
  // The same script in a folder from which no package can be found.
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const alone = join(folder, 'process-entry.mjs')
  cpSync(bundle, alone)
  const [child] = await processes(place, 1, alone)
  expect(await tell(child!, { do: 'migrate' })).toBe('DRIVER_MISSING')
})
