import { populate } from '../../integration/support/world.js'
import { type Core, createTrapWorld } from '../trap-world.js'

export const changes = {
  async 'a contact that changed arrives with the next run'(core: Core) {
    const { portal, clock, run, runUntilEqual } = createTrapWorld(core)
    const { contacts } = populate(portal, { contacts: 5, companies: 2, deals: 2 })
    await clock.advance(2 * 3_600_000)
    await run()
    await clock.advance(60_000)
    portal.update('contacts', contacts[0] as string, { firstname: 'changed' })
    await runUntilEqual()
  },
}
