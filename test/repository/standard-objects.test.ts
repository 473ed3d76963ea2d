import * as core from '@hubsync/core'
import { type ObjectDefinition, standardObjects } from '@hubsync/core'
import { expect, test } from 'vitest'
import { pairsAmong } from '../../packages/core/src/objects/pairs.js'
import { pipelinesOf, standardTypeOf } from '../../packages/core/src/objects/standard-types.js'
import { itemsOf } from './docs-pages.js'

const exported = new Map<unknown, string>(
  Object.entries(core).map(([name, value]) => [value, name] as const),
)
const objects: readonly ObjectDefinition[] = standardObjects
const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')

/** The items of the guide that are about an object or a type. */
const items = itemsOf('docs/guide/standard-objects.md').filter((item) =>
  /^`\w+`( \(|: )`/.test(item),
)

test('the guide has each object that comes ready, with its type and its columns', () => {
  const expected = objects.map((object) => {
    const { type, typeId, columns } = object
    const types = code(typeId === undefined ? [type] : [type, typeId])
    return `\`${exported.get(object)}\` (${types}): ${code(Object.keys(columns))}`
  })
  expect(items).toEqual(expect.arrayContaining(expected))
})

test('the guide has the scopes of each object, and what else it needs', () => {
  const expected = objects.map((object) => {
    const { scopes = [], needs = '' } = standardTypeOf(object) ?? {}
    const isInPipelines = pipelinesOf(object)?.isDocumented ? '. In pipelines: yes' : ''
    const besides = needs ? `. Besides: ${needs}` : ''
    return `\`${exported.get(object)}\`: ${code(scopes)}${isInPipelines}${besides}`
  })
  expect(items).toEqual(expect.arrayContaining(expected))
})

test('the guide has every pair that is read by default', () => {
  const pairs = pairsAmong(objects, undefined)
  const expected = objects.flatMap((object) => {
    const to = pairs.filter(({ from }) => from === object).map(({ to }) => to.name)
    return to.length === 0 ? [] : [`\`${object.name}\`: ${code(to)}`]
  })
  expect(items).toEqual(expect.arrayContaining(expected))
})

test('the guide has no other item', () => {
  const near = new Set(pairsAmong(objects, undefined).map(({ from }) => from.name))
  expect(items).toHaveLength(2 * objects.length + near.size)
})
