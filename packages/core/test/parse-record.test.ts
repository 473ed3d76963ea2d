import { expect, test } from 'vitest'
import { parseRecord } from '../src/extract/parse-record.js'

const dates = { createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-02-01T00:00:00.123Z' }

test.each(['+012345-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', 'yesterday'])(
  'a date that no database takes, such as %s, is left for the next best',
  (date) => {
    expect(parseRecord({ id: '1', ...dates, updatedAt: date })?.updatedAt).toBe(
      '2026-01-01T00:00:00.000Z',
    )
    const archived = parseRecord({ id: '1', ...dates, archived: true, archivedAt: date })
    expect(archived).not.toHaveProperty('archivedAt')
  },
)

test('years of four digits are taken as they are', () => {
  for (const year of ['0000', '0001', '9999']) {
    const updatedAt = `${year}-12-31T23:59:59.999Z`
    expect(parseRecord({ id: '1', ...dates, updatedAt })?.updatedAt).toBe(updatedAt)
  }
})
