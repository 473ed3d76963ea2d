import { companies, contacts, createMirrorReader } from '@hubsync/core'
import { createPortal, type Portal } from '@hubsync/emulator'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { buildProcess } from './support/build-process.js'
import { startProcess } from './support/company.js'
import { expectEqual } from './support/equality.js'
import { expectHistory, historied, properties } from './support/history.js'
import { type ProcessPlace, processPlaces } from './support/process-places.js'
import { populate } from './support/world.js'

let script: string

beforeAll(async () => {
  script = await buildProcess('support/company-process.ts', 'history-company')
})

const start = (given: string[]) => startProcess(script, given)

/** How many batches of deals were asked for. */
function readsOf({ calls }: Portal): number {
  return calls.filter(({ path }) => path.endsWith('/deals/batch/read')).length
}

async function begin(place: ProcessPlace, count = 320) {
  const portal = createPortal({ seed: 7, limits: false })
  const { deals } = populate(portal, { contacts: 0, companies: 0, deals: count })
  let moved = 0
  /** Gives deals another stage and amount, each at a moment of its own. */
  const change = (count: number) => {
    for (const id of deals.slice(0, count)) {
      moved++
      portal.update('deals', id, {
        ...{ amount: `${moved}`, dealstage: moved % 2 ? 'closedlost' : 'qualifiedtobuy' },
      })
    }
  }
  change(100)
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const without = [...place.given, server.url, portal.token]
  /** Every value is here, once, and no gap is named: nothing was dropped. */
  const expectWhole = async () => {
    const store = place.open()
    onTestFinished(() => store.close())
    await createMirrorReader({ store, objects: [contacts, companies, ...historied] }).status()
    await expectEqual(portal, store)
    await expectHistory(portal, store, 'deals', properties)
    expect((await store.gapsOf(String(portal.portalId), 'deals', 9)).counts).toEqual({})
    for (const id of deals) {
      const told = await store.history(String(portal.portalId), 'deals', id, { limit: 1_000 })
      const truth = portal.history('deals', id) ?? {}
      const known = properties.flatMap((name) => truth[name] ?? [])
      expect(told.length, id).toBe(known.length)
    }
  }
  return { portal, without, keeping: [...without, 'history'], change, expectWhole }
}

describe.each(processPlaces)(
  'processes on one mirror on $name, one without histories,',
  ({ make }) => {
    test('lose no value, store none twice, and invent no gap', async () => {
      const { without, keeping: given, change, expectWhole } = await begin(make())
      const [plain, keeping] = await Promise.all([start(without), start(given)])
      for (let round = 0; round < 4; round++) {
        const reports = await Promise.all([plain.run(), keeping.run()])
        for (const { status } of reports) expect(['complete', 'busy', 'partial']).toContain(status)
        change(60)
        expect((await plain.run()).status).toBe('complete')
        change(30)
      }
      expect((await keeping.run()).status).toBe('complete')
      await expectWhole()
    })

    test('take over a walk over all histories from one that was killed in the middle of it', async () => {
      const place = make()
      const { portal, without, keeping, expectWhole } = await begin(place, 700)
      const plain = await start(without)
      expect((await plain.run()).status).toBe('complete')
      const [first, second] = await Promise.all([start(keeping), start(keeping)])
      portal.clearCalls()
      portal.fault({
        kind: 'hang',
        path: '/deals/batch/read',
        after: 12,
        times: Number.POSITIVE_INFINITY,
      })
      void first.run()
      // The first 500 of them are committed, and the other process goes on after these.
      const store = place.open()
      const walk = () => store.readCheckpoint(String(portal.portalId), 'deals:history')
      await vi.waitFor(async () => expect(JSON.stringify(await walk())).toMatch(/"after":"/), {
        timeout: 20_000,
      })
      await store.close()
      await first.kill()
      expect((await second.run()).jobs['deals:history']).toMatchObject({ status: 'skipped' })
      portal.clearFaults()
      await place.waitForSilence()
      portal.clearCalls()
      const report = await second.run()
      expect(report.jobs['deals:history']).toMatchObject({ status: 'complete', started: true })
      expect(readsOf(portal)).toBe(200 / 50)
      await expectWhole()
    })

    test('read again what the one without them writes while the other walks', async () => {
      const place = make()
      const { portal, without, keeping, change, expectWhole } = await begin(place)
      const plain = await start(without)
      expect((await plain.run()).status).toBe('complete')
      const [first, second] = await Promise.all([start(keeping), start(keeping)])
      portal.clearCalls()
      portal.fault({
        kind: 'hang',
        path: '/deals/batch/read',
        after: 3,
        times: Number.POSITIVE_INFINITY,
      })
      void first.run()
      await vi.waitFor(() => expect(readsOf(portal)).toBeGreaterThan(3), { timeout: 20_000 })
      await first.kill()
      portal.clearFaults()
      await place.waitForSilence()
      change(40)
      expect((await plain.run()).status).toBe('complete')
      for (let runs = 0; (await second.run()).status !== 'complete'; runs++)
        expect(runs, 'runs that are not complete').toBeLessThan(3)
      await expectWhole()
    })
  },
)
