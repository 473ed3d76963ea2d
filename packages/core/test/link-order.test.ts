import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AssociationSet } from '../src/model.js'
import { companies } from '../src/objects/companies.js'
import { contacts } from '../src/objects/contacts.js'
import { memoryStore } from '../src/store/memory-store.js'
import type { CheckpointMove } from '../src/store/store.js'
import { type Dated, LinkOrder } from '../src/sync/link-order.js'

const portalId = '1'
const pairsNamed = (names: readonly string[]) =>
  names.map((name) => ({ name, from: contacts, to: companies }))

/**
 * Two processes on one store. In this HubSpot, an association of a record tells how often its associations have
 * changed.
 */
function twoProcesses(names: readonly string[] = ['one', 'two']) {
  const pairs = pairsNamed(names)
  const store = memoryStore()
  const place = { store, clock: { now: Date.now, sleep: async () => {} }, origin: { portalId } }
  const changes = new Map<string, number>()
  const key = (pair: string, id: string) => `${pair}/${id}`
  const written: { key: string; changes: number }[] = []
  return {
    processes: [new LinkOrder(place, pairs), new LinkOrder(place, pairs)] as const,
    place,
    written,
    change(pair: string, id: string) {
      changes.set(key(pair, id), (changes.get(key(pair, id)) ?? 0) + 1)
    },
    setsOf: (pair: string, ids: readonly string[]): AssociationSet[] =>
      ids.map((fromId) => ({
        ...{ pair, fromId },
        edges: [{ ...edge, typeId: changes.get(key(pair, fromId)) ?? 0 }],
      })),
    async write({ sets }: Dated, fences: CheckpointMove[]): Promise<void> {
      await store.commit({ portalId, at: '2026-06-01T08:00:00.000Z', fences })
      for (const { pair, fromId, edges } of sets)
        written.push({ key: key(pair, fromId), changes: edges[0]?.typeId ?? 0 })
    },
  }
}

const edge = { toId: '9', category: 'HUBSPOT_DEFINED', label: null }

test('older links are never written over newer ones, however readings and commits of two processes overlap', async () => {
  const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 })
  const pages = fc.array(
    fc.record({ process: fc.constantFrom(0, 1), pair: fc.constantFrom('one', 'two'), ids }),
    { minLength: 2, maxLength: 8 },
  )
  const changes = fc.array(
    fc.record({ pair: fc.constantFrom('one', 'two'), id: fc.constantFrom('a', 'b', 'c', 'd') }),
    { maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(pages, changes, fc.scheduler(), async (pages, changes, scheduler) => {
      const world = twoProcesses()
      const wait = (what: string) => scheduler.schedule(Promise.resolve(), what)
      const work = pages.map(async ({ process, pair, ids }) => {
        const order = world.processes[process as 0 | 1]
        const read = () =>
          order.date(async () => {
            await wait('asked')
            const sets = world.setsOf(pair, ids)
            await wait('answered')
            return { sets, expected: [] }
          })
        const links = await read()
        await wait('kept')
        await order.commit(links, read, async (links, fences) => {
          await wait('written')
          await world.write(links, fences)
        })
      })
      const changing = changes.map(async ({ pair, id }) => {
        await wait('changed')
        world.change(pair, id)
      })
      await scheduler.waitFor(Promise.all([...work, ...changing]))
      const latest = new Map<string, number>()
      for (const { key, changes } of world.written) {
        expect(changes).toBeGreaterThanOrEqual(latest.get(key) ?? 0)
        latest.set(key, changes)
      }
      expect(world.written.length).toBe(pages.reduce((sum, { ids }) => sum + ids.length, 0))
    }),
    { numRuns: 500 },
  )
})

/** Two processes on one store, and a HubSpot in which new records at both ends of a pair are associated. */
function newEnds(wait: (what: string) => Promise<void>) {
  const { processes, place } = twoProcesses(['one'])
  const made: { fromId: string; toId: string }[] = []
  const told = new Set<string>()
  const here = { near: new Set<string>(), far: new Set<string>() }
  const mirrored = new Map<string, string[]>()
  const setOf = (fromId: string): AssociationSet => ({
    ...{ pair: 'one', fromId },
    edges: made
      .filter((link) => link.fromId === fromId)
      .map(({ toId }) => ({ ...edge, typeId: 1, toId })),
  })
  type Read = Pick<Dated, 'sets' | 'expected'>
  const page = async (
    order: LinkOrder,
    brings: Partial<typeof here>,
    read: () => Promise<Read>,
  ) => {
    const dated = () => order.date(read)
    await order.commit(await dated(), dated, async ({ sets }, fences) => {
      await wait('written')
      await place.store.commit({ portalId, at: '2026-06-01T08:00:00.000Z', fences })
      for (const id of brings.near ?? []) here.near.add(id)
      for (const id of brings.far ?? []) here.far.add(id)
      // Far ends that aren't here are fetched along.
      for (const { fromId, edges } of sets) {
        for (const { toId } of edges) here.far.add(toId)
        mirrored.set(fromId, here.near.has(fromId) ? edges.map(({ toId }) => toId) : [])
      }
    })
  }
  return {
    link: (fromId: string, toId: string) => made.push({ fromId, toId }),
    nearPage: (process: 0 | 1, ids: readonly string[]) =>
      page(processes[process], { near: new Set(ids) }, async () => {
        await wait('asked')
        const sets = ids.map(setOf)
        await wait('answered')
        return { sets, expected: [] }
      }),
    farPage: (process: 0 | 1, toId: string) =>
      page(processes[process], { far: new Set([toId]) }, async () => {
        await wait('asked')
        const hints = made.filter((link) => link.toId === toId)
        for (const { fromId } of hints) told.add(`${fromId} ${toId}`)
        await wait('answered')
        const known = hints.filter(({ fromId }) => here.near.has(fromId))
        const expected = hints.filter((hint) => !known.includes(hint))
        await wait('asked for those that are here')
        const sets = known.map(({ fromId }) => setOf(fromId))
        await wait('answered')
        return { sets, expected: expected.map((link) => ({ pair: 'one', ...link })) }
      }),
    /** The associations that a far end reported and that aren't stored although both ends are. */
    missing: () =>
      [...told].filter((link) => {
        const [fromId = '', toId = ''] = link.split(' ')
        return here.near.has(fromId) && !mirrored.get(fromId)?.includes(toId)
      }),
  }
}

test('a link that its far end tells of is written with a near end that was read before, however pages of two processes overlap', async () => {
  const process = fc.constantFrom<0 | 1>(0, 1)
  const near = fc.constantFrom('a', 'b', 'c')
  const far = fc.constantFrom('x', 'y')
  const nearPages = fc.array(
    fc.record({ process, ids: fc.uniqueArray(near, { minLength: 1, maxLength: 2 }) }),
    { minLength: 1, maxLength: 4 },
  )
  const farPages = fc.array(fc.record({ process, id: far }), { minLength: 1, maxLength: 3 })
  const links = fc.array(fc.record({ from: near, to: far }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(
      nearPages,
      farPages,
      links,
      fc.scheduler(),
      async (nearPages, farPages, links, scheduler) => {
        const wait = (what: string) => scheduler.schedule(Promise.resolve(), what)
        const world = newEnds(wait)
        const linking = links.map(async ({ from, to }) => {
          await wait('linked')
          world.link(from, to)
        })
        const pages = [
          ...nearPages.map(({ process, ids }) => world.nearPage(process, ids)),
          ...farPages.map(({ process, id }) => world.farPage(process, id)),
        ]
        await scheduler.waitFor(Promise.all([...pages, ...linking]))
        expect(world.missing()).toEqual([])
      },
    ),
    { numRuns: 1_000 },
  )
})

test('a page is read once where it has the links that far ends tell of', async () => {
  const { processes, setsOf, write } = twoProcesses()
  const [order] = processes
  const never = () => Promise.reject(new Error('Expected links to be read once.'))
  const near = await order.date(async () => ({ sets: setsOf('one', ['a']), expected: [] }))
  const expected = [{ pair: 'one', fromId: 'a', toId: edge.toId }]
  const far = await order.date(async () => ({ sets: [], expected }))
  await order.commit(far, never, write)
  await order.commit(near, never, write)
})

test('links are read once where other records are written meanwhile', async () => {
  const { processes, setsOf, write } = twoProcesses()
  const [order] = processes
  const readings = await Promise.all(
    ['a', 'b', 'c'].map((id) =>
      order.date(async () => ({ sets: setsOf('one', [id]), expected: [] })),
    ),
  )
  const never = () => Promise.reject(new Error('Expected links to be read once.'))
  for (const reading of readings) await order.commit(reading, never, write)
})

test('links that were read before more commits than are remembered are read again', async () => {
  const { processes, setsOf, write, change, written } = twoProcesses()
  const [order] = processes
  const read = (id: string) => order.date(async () => ({ sets: setsOf('one', [id]), expected: [] }))
  const early = await read('a')
  change('one', 'a')
  const others = ['a', ...Array.from({ length: 100 }, (_, number) => `other ${number}`)]
  for (const id of others) await order.commit(await read(id), () => read(id), write)
  await order.commit(early, () => read('a'), write)
  expect(written.at(-1)).toEqual({ key: 'one/a', changes: 1 })
})

test('a process that is overtaken without end gives up with a conflict, and has written nothing', async () => {
  const { processes, setsOf, write, written } = twoProcesses()
  const [mine, other] = processes
  const read = (order: LinkOrder, id: string) =>
    order.date(async () => ({ sets: setsOf('one', [id]), expected: [] }))
  const overtaken = async (links: Dated, fences: CheckpointMove[]) => {
    await other.commit(await read(other, 'b'), () => read(other, 'b'), write)
    await write(links, fences)
  }
  const commit = mine.commit(await read(mine, 'a'), () => read(mine, 'a'), overtaken)
  await expect(commit).rejects.toMatchObject({ code: 'CHECKPOINT_CONFLICT' })
  expect(written.filter(({ key }) => key === 'one/a')).toEqual([])
})

test('links of many pairs are read once more where another process has written to all of them', async () => {
  const names = Array.from({ length: 12 }, (_, number) => `pair ${number}`)
  const { processes, setsOf, write } = twoProcesses(names)
  const [mine, other] = processes
  const read = (order: LinkOrder, id: string) =>
    order.date(async () => ({ sets: names.flatMap((pair) => setsOf(pair, [id])), expected: [] }))
  const links = await read(mine, 'a')
  await other.commit(await read(other, 'b'), () => read(other, 'b'), write)
  let readings = 1
  const readAgain = () => {
    readings++
    return read(mine, 'a')
  }
  await mine.commit(links, readAgain, write)
  expect(readings).toBe(2)
})

/** Lets everything continue that waits only for its place in the queue. */
async function restOfQueue(): Promise<void> {
  for (let place = 0; place < 20_000; place++) await undefined
}

test('a page that takes long to read is not read without end while others are committed', async () => {
  const { processes, setsOf, write } = twoProcesses()
  const [order] = processes
  const read = (id: string) => order.date(async () => ({ sets: setsOf('one', [id]), expected: [] }))
  const commitOthers = async () => {
    for (let number = 0; number < 100; number++)
      await order.commit(await read(`${number}`), () => read(`${number}`), write)
  }
  let readings = 0
  const readSlowly = () =>
    order.date(async () => {
      readings++
      // Those that wait for the slow one come after it.
      await Promise.race([commitOthers(), restOfQueue()])
      return { sets: setsOf('two', ['slow']), expected: [] }
    })
  await order.commit(await readSlowly(), readSlowly, write)
  expect(readings).toBeLessThanOrEqual(3)
})

test('fences that could not be opened are opened for the next page', async () => {
  const { place, setsOf, write } = twoProcesses()
  let failures = 1
  const readCheckpoint: typeof place.store.readCheckpoint = (...given) =>
    failures-- > 0 ? Promise.reject(new Error('gone')) : place.store.readCheckpoint(...given)
  const store = { ...place.store, readCheckpoint }
  const order = new LinkOrder({ ...place, store }, pairsNamed(['one']))
  const read = () => order.date(async () => ({ sets: setsOf('one', ['a']), expected: [] }))
  await expect(read()).rejects.toThrow('gone')
  await order.commit(await read(), read, write)
})
