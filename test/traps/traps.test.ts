import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { associations } from './scenarios/associations.js'
import { backfills } from './scenarios/backfills.js'
import { changes } from './scenarios/changes.js'
import { deletions } from './scenarios/deletions.js'
import { names } from './scenarios/names.js'
import { replies } from './scenarios/replies.js'
import { values } from './scenarios/values.js'
import type { Core } from './trap-world.js'
import { mutants, traps } from './traps.js'

const scenarios: Record<string, (core: Core) => Promise<void>> = {
  ...backfills,
  ...changes,
  ...deletions,
  ...associations,
  ...names,
  ...replies,
  ...values,
}

/** Core, real or as a mutant: see serve-mutants.ts. */
function load(mutant?: string): Promise<Core> {
  const source = new URL('../../packages/core/src/index.ts', import.meta.url).pathname
  return import(/* @vite-ignore */ mutant === undefined ? source : `${source}?mutant=${mutant}`)
}

describe('in a mirror,', () => {
  test.each(Object.keys(scenarios))('%s', async (name) => {
    await scenarios[name]?.(await load())
  })
})

describe('a reader that', () => {
  test.each([...mutants].map(([name, mutant]) => ({ name, ...mutant })))(
    '$does is caught (trap $name)',
    async ({ name, caughtBy, says }) => {
      const scenario = scenarios[caughtBy]
      assert.ok(scenario, `Expected a scenario named "${caughtBy}"`)
      const failure: unknown = await scenario(await load(name)).catch((error: unknown) => error)
      // Any other error would be a fault of the mutant itself.
      expect(failure, `"${caughtBy}" notices nothing`).toBeInstanceOf(assert.AssertionError)
      expect((failure as Error).message).toMatch(says)
    },
  )
})

test('each trap has a reader that falls into it, and each scenario a reader that it catches', () => {
  const numbers = traps.map(({ number }) => number)
  expect(numbers).toEqual(Array.from({ length: 34 }, (_, index) => index + 1))
  for (const { mutants } of traps) expect(mutants.length).toBeGreaterThan(0)
  const catching = new Set([...mutants.values()].map(({ caughtBy }) => caughtBy))
  expect(Object.keys(scenarios).filter((name) => !catching.has(name))).toEqual([])
})

test('the page of traps tells of each, and of the scenario that catches it', () => {
  const page = readFileSync(new URL('../../docs/explain/traps.md', import.meta.url), 'utf8')
  const sections = page.split('\n## ').slice(1)
  for (const { number, mistake, mutants } of traps) {
    const heading = `${number}. ${mistake}`
    const section = sections.find((each) => each.split('\n')[0] === heading)
    assert.ok(section, `Expected a section named "${heading}"`)
    for (const { caughtBy } of mutants) expect(section).toContain(`› “${caughtBy}”`)
  }
})
