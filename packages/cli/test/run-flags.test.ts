import { type ChangeOptions, optionNames, type RunOptions, type VerifyOptions } from '@hubsync/core'
import { Command } from 'commander'
import { expect, expectTypeOf, test } from 'vitest'
import { broughtAlong } from '../src/define-config.js'
import { ofRuns, runOptionsOf, withRunFlags } from '../src/run-flags.js'

test('each flag of a run reaches the option of core that it stands for', () => {
  const command = withRunFlags(new Command())
  command.parse(['--max-calls', '7', '--budget', '90s', '--wait', '5m'], { from: 'user' })
  expect(runOptionsOf(command.opts())).toEqual({ maxCalls: 7, budgetMs: 90_000, wait: 300_000 })
})

test('every option of a run is a flag, or has something in its place', () => {
  for (const { flag, instead } of Object.values(ofRuns))
    expect([flag, instead].filter((each) => each !== undefined)).toHaveLength(1)
})

test('every option of a mirror that the program does not bring itself may be configured', () => {
  for (const name of broughtAlong) expect(optionNames).toContain(name)
})

test('what verify and changes take of core has a flag each, but for the signal: an option more is a type error here', () => {
  type OfRuns = Exclude<keyof RunOptions, 'jobs'>
  expectTypeOf<Exclude<keyof VerifyOptions, OfRuns>>().toEqualTypeOf<'repair'>()
  expectTypeOf<Exclude<keyof ChangeOptions, 'signal'>>().toEqualTypeOf<'after' | 'limit'>()
})
