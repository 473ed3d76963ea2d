import { readFileSync } from 'node:fs'
import { InvalidOptionError } from '@hubsync/core'
import { expect, test } from 'vitest'
import { defineStoreTests, storeCases } from '../src/index.js'
import { memoryHarness } from './memory-harness.js'

const contract = readFileSync(new URL('../../core/src/store/store.ts', import.meta.url), 'utf8')
const invariants = [...contract.matchAll(/^ \* (\d+)\. /gm)].map(([, number]) => Number(number))

test('every invariant of the contract has cases, and every case one of its invariants', () => {
  expect([...new Set(storeCases.map(({ invariant }) => invariant))]).toEqual(invariants)
})

test('every case has a unique name', () => {
  expect(new Set(storeCases.map(({ name }) => name)).size).toBe(storeCases.length)
})

/** A test runner that records the registered tests. */
function runner() {
  const run: string[] = []
  const skipped: string[] = []
  const test = Object.assign((name: string) => run.push(name), {
    skip: (name: string) => skipped.push(name),
  })
  return { describe: (_: string, define: () => void) => define(), test, run, skipped }
}

test('an exempt case is skipped by its name, and the title says why', () => {
  const { run, skipped, ...given } = runner()
  const name = 'A merged id never comes back'
  defineStoreTests(given, memoryHarness(), { skip: [{ name, reason: 'a trial' }] })
  expect(skipped).toEqual(['9. A merged id never comes back (not here: a trial)'])
  expect(run).toHaveLength(storeCases.length - 1)
})

test.each([
  [{ name: 'A merged id comes back', reason: 'a trial' }, 'A merged id comes back'],
  [{ name: 'A merged id never comes back', reason: ' ' }, 'Expected a reason'],
])('an exemption from no case, or without a reason, is refused', (exemption, message) => {
  const { run, skipped: _, ...given } = runner()
  const define = () => defineStoreTests(given, memoryHarness(), { skip: [exemption] })
  expect(define).toThrow(InvalidOptionError)
  expect(define).toThrow(message)
  expect(run).toEqual([])
})
