import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createWorld, fill, hubsync, use } from './support/world.js'

/** A mirror whose jobs another process holds. */
async function busyWorld(...jobs: string[]) {
  const world = await createWorld()
  fill(world.portal)
  expect((await hubsync(world, 'sync')).code).toBe(0)
  const store = sqliteStore({ file: join(world.folder, 'hubspot.db') })
  onTestFinished(() => store.close())
  const portalId = String(world.portal.portalId)
  const ask = (want: 'take' | 'renew' | 'release', now = Date.now()) =>
    store.lease({ portalId, jobs, holder: 'other', want, at: new Date(now).toISOString() })
  await ask('take')
  world.portal.clearCalls()
  const silence = () => ask('renew', Date.now() - 180_000)
  return { ...world, release: () => ask('release'), silence }
}

test('sync has the exit code 4 where another process is at its jobs, and says who', async () => {
  const world = await busyWorld('contacts', 'companies')
  const { code, out } = await hubsync(world, 'sync contacts companies')
  expect(code).toBe(4)
  expect(out).toMatch(/^portal 147000001: busy, 1 call in /)
  expect(out).toMatch(/^contacts +skipped$/m)
  expect(out).toContain('Run other has been at this job since ')
  const { out: json } = await hubsync(world, 'sync contacts --json')
  expect(JSON.parse(json)).toMatchObject({
    status: 'busy',
    jobs: { contacts: { status: 'skipped', heldBy: { run: 'other' } } },
  })
})

test('status tells which run is at work, and which has fallen silent', async () => {
  const world = await busyWorld('contacts', 'companies')
  expect((await hubsync(world, 'status')).out).toMatch(
    /^at work: run other, since \S+ \S+ UTC: companies, contacts$/m,
  )
  await world.silence()
  expect((await hubsync(world, 'status')).out).toMatch(
    /^silent: run other, since \S+ \S+ UTC, so the next run takes over: companies, contacts$/m,
  )
})

test('sync --wait begins once the other process has ended', async () => {
  const world = await busyWorld('contacts')
  const waiting = hubsync(world, 'sync contacts --wait 5m')
  await vi.waitFor(() => expect(world.portal.calls).toHaveLength(1))
  await world.release()
  expect(await waiting).toMatchObject({ code: 0, out: expect.stringContaining('complete') })
})

test.each([
  ['lines', {}],
  ['a terminal', { terminal: true }],
])('sync --wait says for whom it waits, in one line, on %s', async (_, options) => {
  const world = await busyWorld('contacts')
  const { outcome, shows } = use(world, ['sync', 'contacts', '--wait', '5m'], options)
  const line = /Waiting for run other, which has been at the job contacts since \S+ \S+ UTC\./
  await shows('Waiting for run other')
  await world.release()
  const { code, out, err } = await outcome
  expect(code).toBe(0)
  const shown = stripVTControlCharacters(out + err).replaceAll(/\s+/g, ' ')
  expect(shown.match(new RegExp(line, 'g'))).toHaveLength(1)
})

test('sync --wait has the exit code 4 once its time is over', async () => {
  const world = await busyWorld('contacts')
  expect((await hubsync(world, 'sync contacts --wait 1s')).code).toBe(4)
})

test('verify has the exit code 4 where another process verifies', async () => {
  const world = await busyWorld('verify')
  const { code, out } = await hubsync(world, 'verify')
  expect(code).toBe(4)
  expect(out).toMatch(/^portal 147000001: busy, 1 call in /)
  expect(out).toContain('Run other has been at this job since ')
})
