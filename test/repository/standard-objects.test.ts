import * as core from '@hubsync/core'
import { type ObjectDefinition, standardObjects } from '@hubsync/core'
import { expect, test } from 'vitest'
import { pairsAmong } from '../../packages/core/src/objects/pairs.js'
import { pipelinesOf, standardTypeOf } from '../../packages/core/src/objects/standard-types.js'
import { read } from './docs-pages.js'

const exported = new Map<unknown, string>(
  Object.entries(core).map(([name, value]) => [value, name] as const),
)
const objects: readonly ObjectDefinition[] = standardObjects
const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')
const row = (...cells: string[]) => `| ${cells.join(' | ')} |`.replaceAll(/ +/g, ' ')

/** The rows of the tables of a page, each cell without the spaces that align it. */
const rows = read('docs/guide/standard-objects.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.replaceAll(/ +/g, ' '))

test('the guide has each object that comes ready, with its type and its columns', () => {
  const expected = objects.map((object) => {
    const { type, typeId, columns } = object
    const types = code(typeId === undefined ? [type] : [type, typeId])
    return row(`\`${exported.get(object)}\``, types, code(Object.keys(columns)))
  })
  expect(rows).toEqual(expect.arrayContaining(expected))
})

test('the guide has the scopes of each object, and what else it needs', () => {
  const expected = objects.map((object) => {
    const { scopes = [], needs = '' } = standardTypeOf(object) ?? {}
    const isInPipelines = pipelinesOf(object)?.isDocumented ? 'yes' : ''
    return row(`\`${exported.get(object)}\``, code(scopes), isInPipelines, needs)
  })
  expect(rows).toEqual(expect.arrayContaining(expected))
})

test('the guide has every pair that is read by default', () => {
  const pairs = pairsAmong(objects, undefined)
  const expected = objects.flatMap((object) => {
    const to = pairs.filter(({ from }) => from === object).map(({ to }) => to.name)
    return to.length === 0 ? [] : [row(`\`${object.name}\``, code(to))]
  })
  expect(rows).toEqual(expect.arrayContaining(expected))
})

test('the guide has no other row', () => {
  const near = new Set(pairsAmong(objects, undefined).map(({ from }) => from.name))
  expect(rows).toHaveLength(2 * objects.length + near.size)
})
