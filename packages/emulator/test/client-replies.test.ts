import { expect, test } from 'vitest'
import { ROUTES } from '../src/routes/route-table.js'
import { lostFields, UNKNOWN_TO_THE_CLIENT } from './client-models.js'
import { callOf, clientOperations } from './replies/client-operations.js'
import { type Exchange, exchangesOf } from './replies/walk.js'

const operations = clientOperations()

/** The exchanges on paths that the official client calls. */
const exchangesOfTheClient = async () => {
  const all = (await Promise.all(ROUTES.map(exchangesOf))).flat()
  return all.flatMap((exchange: Exchange) => {
    const call = callOf(exchange.route.method, exchange.path)
    return operations
      .filter((one) => one.call === call)
      .map((operation) => ({ exchange, operation }))
  })
}

/** The places where a model has a date that isn't one. */
const invalidDates = (model: unknown, path = '$'): string[] => {
  if (model instanceof Date) return Number.isNaN(model.getTime()) ? [path] : []
  if (typeof model !== 'object' || model === null) return []
  return Object.entries(model).flatMap(([key, value]) => invalidDates(value, `${path}.${key}`))
}

test('the models of the official client lose nothing of any reply, errors included, and read its dates', async () => {
  const faults: string[] = []
  const met = new Set<string>()
  const pairs = await exchangesOfTheClient()
  for (const { exchange, operation } of pairs) {
    if (exchange.text === '') continue
    const model = await operation.read(exchange)
    const lost = lostFields(JSON.parse(exchange.text), model, met)
    for (const path of [...lost, ...invalidDates(model)])
      faults.push(`${operation.place} ${exchange.status}: ${path}`)
  }
  expect([...new Set(faults)]).toEqual([])
  expect([...met].sort()).toEqual(Object.keys(UNKNOWN_TO_THE_CLIENT).sort())
  expect(pairs.length).toBeGreaterThan(200)
})
