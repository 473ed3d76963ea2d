import { afterEach, expect, test, vi } from 'vitest'
import { sqliteStore } from '../src/index.js'
import { expectRunnable } from '../src/sqlite-database.js'
import { schema } from './schema.js'

afterEach(() => {
  vi.doUnmock('better-sqlite3')
})

test('without better-sqlite3 the error says how to get it', async () => {
  vi.doMock('better-sqlite3', () => {
    throw new Error("Cannot find package 'better-sqlite3'")
  })
  const store = sqliteStore({ file: '/nowhere/hubspot.db' })
  await expect(store.migrate(schema)).rejects.toMatchObject({
    code: 'DRIVER_MISSING',
    message: expect.stringContaining('npm install better-sqlite3'),
  })
})

test('a Node.js that better-sqlite3 would bring down is refused before it is loaded', () => {
  expect(() => expectRunnable(9)).toThrow(
    expect.objectContaining({
      code: 'DRIVER_MISSING',
      message: expect.stringMatching(/Node\.js 22\.14 or later for better-sqlite3 \d+\./),
    }),
  )
  expect(() => expectRunnable(10)).not.toThrow()
})
