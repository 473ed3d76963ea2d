import assert from 'node:assert/strict'
import { describe, expect, test } from 'vitest'
import { changes } from './scenarios/changes.js'
import type { Core } from './trap-world.js'
import { traps } from './traps.js'

const scenarios: Record<string, (core: Core) => Promise<void>> = { ...changes }

const mutants = traps.flatMap(({ number, mutants }) =>
  mutants.map((mutant, index) => ({ ...mutant, trap: number, name: `${number}.${index + 1}` })),
)

/** Core as it is, or as a mutant has it: see mutate-core.ts. */
function load(mutant?: string): Promise<Core> {
  const source = new URL('../../packages/core/src/index.ts', import.meta.url).pathname
  return import(/* @vite-ignore */ mutant === undefined ? source : `${source}?mutant=${mutant}`)
}

describe('core as it is', () => {
  test.each(Object.keys(scenarios))('%s', async (name) => {
    await scenarios[name]?.(await load())
  })
})

describe('a reader that', () => {
  test.each(mutants)('$does is caught (trap $name)', async ({ name, caughtBy, says }) => {
    const scenario = scenarios[caughtBy]
    assert.ok(scenario, `Expected a scenario named "${caughtBy}"`)
    const mutant = await load(name)
    const failure: unknown = await scenario(mutant).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure, `"${caughtBy}" doesn't notice`).toBeInstanceOf(assert.AssertionError)
    expect((failure as Error).message).toMatch(says)
  })
})
