import { caller, createWorld } from './world.js'

/** A mirror of a portal that has a team, and three owners of whom one has left. */
export async function createOwnersWorld(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld({ ...options, run: false })
  const { portal, clock, sync } = world
  const sales = portal.createTeam('Sales')
  const ada = portal.createOwner({
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: 'Okafor',
  })
  const ben = portal.createOwner({ email: 'ben@example.com' })
  portal.joinTeam(ada, sales, { primary: true })
  portal.joinTeam(ben, sales)
  const cy = portal.createOwner({ email: 'cy@example.com', firstName: 'Cy' })
  await sync.run()
  portal.archiveOwner(cy)
  await clock.advance(2 * 3_600_000)
  await sync.run()
  return { ...world, ada, ben, cy, sales, get: caller(world.handler) }
}

/** The ids of a page. */
export const idsIn = ({ body }: { body: { results: { id: string }[] } }) =>
  body.results.map(({ id }) => id)
