import { createMirrorReader, type RunReport } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { buildProcess } from './support/build-process.js'
import { startProcess } from './support/company.js'
import { expectEqual } from './support/equality.js'
import { type ProcessPlace, processPlaces } from './support/process-places.js'
import { populate } from './support/world.js'

let script: string

beforeAll(async () => {
  script = await buildProcess('support/company-process.ts', 'company')
})

const start = (given: string[]) => startProcess(script, given)

async function begin(place: ProcessPlace) {
  const portal = createPortal({ seed: 7, limits: false })
  populate(portal, { contacts: 1_500, companies: 40, deals: 60 })
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const given = [...place.given, server.url, portal.token]
  const expectEqualMirror = async () => {
    const store = place.open()
    onTestFinished(() => store.close())
    await createMirrorReader({ store }).status()
    await expectEqual(portal, store)
  }
  return { portal, given, expectEqualMirror }
}

describe.each(processPlaces)('processes on one mirror on $name', ({ make }) => {
  test('share the work without an error, for the calls of one', async () => {
    const { portal, given, expectEqualMirror } = await begin(make())
    const processes = await Promise.all([start(given), start(given), start(given)])
    const reports = await Promise.all(processes.map((each) => each.run()))
    const statuses = reports.map(({ status }) => status)
    expect(statuses).toContain('complete')
    for (const status of statuses) expect(['complete', 'busy']).toContain(status)
    const calls = reports.map((report) => report.calls).sort((one, other) => other - one)
    expect(portal.calls).toHaveLength(calls.reduce((sum, each) => sum + each))
    // One that comes when the first has ended looks for what has changed since.
    for (const others of calls.slice(1)) expect(others).toBeLessThan((calls[0] ?? 0) / 2)
    await expectEqualMirror()
  })

  test('goes on with what a process that was killed was at, once that one has been silent', async () => {
    const place = make()
    const { portal, given, expectEqualMirror } = await begin(place)
    const [first, second] = [await start(given), await start(given)]
    portal.fault({ kind: 'hang', path: '/contacts', after: 3, times: Number.POSITIVE_INFINITY })
    void first.run()
    await vi.waitFor(() => expect(portal.calls.length).toBeGreaterThan(8), { timeout: 20_000 })
    await first.kill()
    expect((await second.run()).status).toBe('busy')
    portal.clearFaults()
    await place.waitForSilence()
    expect((await second.run()).status).toBe('complete')
    await expectEqualMirror()
  })

  test('that watch go on when one of them is killed', async () => {
    const place = make()
    const { portal, given, expectEqualMirror } = await begin(place)
    const [first, second] = [await start(given), await start(given)]
    const reports = [first.watch(), second.watch()] as const
    const complete = (of: readonly RunReport[]) => of.filter(({ status }) => status === 'complete')
    const until = (what: () => boolean) =>
      vi.waitFor(() => expect(what()).toBe(true), { timeout: 30_000, interval: 100 })
    await until(() => complete(reports.flat()).length >= 2)
    await first.kill()
    await place.waitForSilence()
    portal.create('contacts', { firstname: 'later' })
    const before = complete(reports[1]).length
    await until(() => complete(reports[1]).length >= before + 2)
    await second.kill()
    for (const { status } of reports.flat()) expect(['complete', 'partial']).toContain(status)
    await expectEqualMirror()
  })
})
