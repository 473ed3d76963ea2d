import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createWorld, fill, hubsync, type World } from './support/world.js'

const schemaOf = ({ folder }: World) => readFileSync(join(folder, 'hubsync.schema.ts'), 'utf8')

test('pull writes', async () => {
  const world = await createWorld()
  fill(world.portal, 20)
  world.portal.defineObject({
    typeId: '2-1234567',
    name: 'pets',
    properties: [{ name: 'pet_name', type: 'string', label: 'Pet' }],
    associatedObjects: ['contacts'],
  })
  const { code, out, err } = await hubsync(world, 'pull contacts deals pets')
  console.log(out, err)
  expect(code).toBe(0)
  console.log(schemaOf(world))
  writeFileSync('/dev/shm/i/out.ts', schemaOf(world))
})
