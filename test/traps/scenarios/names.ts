import assert from 'node:assert/strict'
import { type Core, createTrapWorld, type TrapWorld } from '../trap-world.js'

/** A mirror of companies with a name of the user's; undefined if it is refused. */
function worldWith(core: Core, name: string): TrapWorld | undefined {
  const mine = core.defineObject({ type: 'companies', name, columns: {} })
  try {
    const objects = [core.contacts, mine]
    return createTrapWorld(core, {
      ...{ objects, associations: [['contacts', name]] as never, associationSweep: 0 },
    })
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'INVALID_OPTION')
    return undefined
  }
}

export const names = {
  async 'an object that is called as a job takes over no report of that job'(core: Core) {
    const world = worldWith(core, 'associations')
    // Refused at the door.
    if (!world) return
    const { portal, sync } = world
    portal.create('companies', {})
    const { jobs } = await sync.run()
    assert.equal(jobs.associations?.created, 0, 'the report of the links tells of companies')
  },

  async 'an object that is called as a stream leaves that stream alone'(core: Core) {
    const world = worldWith(core, 'queue')
    if (!world) return
    const { portal, sync } = world
    const company = portal.create('companies', {})
    await sync.run()
    await assert.doesNotReject(async () => {
      await sync.enqueue([{ object: 'queue', id: company }])
      assert.equal((await sync.run()).status, 'complete')
    }, 'the stream is broken')
  },
}
