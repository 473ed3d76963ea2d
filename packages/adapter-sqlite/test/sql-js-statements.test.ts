import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { type Engine, SqlJsImage } from '../src/drivers/sql-js-image.js'
import { SqlitePlace } from './sqlite-harness.js'

const require = createRequire(import.meta.url)

test('sql.js keeps at most 500 statements, and prepares one again that it has let go', async () => {
  const place = new SqlitePlace('sql.js')
  const engine: Engine = await require('sql.js')()
  let kept = 0
  class Counting extends engine.Database {
    override prepare(sql: string) {
      const statement = super.prepare(sql)
      const free = statement.free.bind(statement)
      kept++
      return Object.assign(statement, {
        free() {
          kept--
          return free()
        },
      })
    }
  }
  const image = new SqlJsImage(place.file, { Database: Counting })
  const first = image.prepare('SELECT 0 AS value')
  let most = 0
  for (let value = 1; value <= 1_200; value++) {
    expect(image.prepare(`SELECT ${value} AS value`).get()).toEqual({ value })
    most = Math.max(most, kept)
  }
  expect(most).toBe(500)
  expect(first.get()).toEqual({ value: 0 })
  image.close()
  await place.dispose()
})
