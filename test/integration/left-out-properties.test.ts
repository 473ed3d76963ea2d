import * as core from '@hubsync/core'
import { column, companies, contacts, deals } from '@hubsync/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Call, createTrapWorld, HOUR, isList } from '../traps/trap-world.js'
import { expectEqual } from './support/equality.js'

/** A portal that leaves the last names out of its next replies of a kind. */
function forgetful(options: Parameters<typeof createTrapWorld>[1] = {}) {
  let isForgotten: (call: Call) => boolean = () => false
  let left = 0
  const world = createTrapWorld(core, {
    ...options,
    async between(call, answer) {
      const reply = await answer()
      if (left === 0 || !isForgotten(call)) return reply
      left--
      const body = (await reply.json()) as { results: { properties: Record<string, unknown> }[] }
      for (const { properties } of body.results) delete properties.lastname
      return Response.json(body)
    },
  })
  onTestFinished(() => world.store.close())
  const forget = (kind: (call: Call) => boolean, times = 1) => {
    isForgotten = kind
    left = times
  }
  return { ...world, forget }
}

const isRead = ({ path }: Call) => path.endsWith('contacts/batch/read')
const isContactList = (call: Call) => isList(call) && call.path.endsWith('contacts')
const isBin = ({ method, path, qs }: Call) =>
  method === 'GET' && path.endsWith('contacts') && qs?.archived === 'true'

describe('a property that is asked for, and left out of one reply', () => {
  test('about changed records is asked for again', async () => {
    const { portal, store, clock, run, forget } = forgetful()
    const ids = portal.createMany('contacts', 3, () => ({ lastname: 'Byron' }))
    await clock.advance(2 * HOUR)
    await run()
    for (const id of ids) portal.update('contacts', id, { lastname: 'Lovelace' })
    await clock.advance(HOUR)
    forget(isRead)
    await run()
    await expectEqual(portal, store)
  })

  test('of a list is read by id', async () => {
    const { portal, sync, run, forget } = forgetful()
    const ids = portal.createMany('contacts', 150, () => ({ lastname: 'Lovelace' }))
    forget(isContactList)
    await run()
    for (const id of ids)
      expect(await sync.get('contacts', id)).toMatchObject({ lastName: 'Lovelace' })
  })

  test('of the list of the bin is read by id', async () => {
    const { portal, sync, run, forget } = forgetful()
    const contact = portal.create('contacts', { lastname: 'Lovelace' })
    portal.archive('contacts', contact)
    forget(isBin)
    await run()
    expect(await sync.get('contacts', contact)).toMatchObject({
      status: 'ARCHIVED',
      lastName: 'Lovelace',
    })
  })

  test('leaves the run partial where the record is not given again', async () => {
    const { portal, sync, clock, run, forget } = forgetful()
    const [contact] = portal.createMany('contacts', 3, () => ({ lastname: 'Byron' }))
    await clock.advance(2 * HOUR)
    await run()
    portal.update('contacts', contact as string, { lastname: 'Lovelace' })
    await clock.advance(HOUR)
    forget(isRead)
    const ids = [contact as string]
    const silent = portal.fault({
      kind: 'omit',
      operation: 'batch-read',
      ids,
      after: 1,
      times: Infinity,
    })
    expect((await sync.run()).status).toBe('partial')
    silent.remove()
    await run()
    expect(await sync.get('contacts', contact as string)).toMatchObject({ lastName: 'Lovelace' })
  })
})

describe('a property that HubSpot does not give', () => {
  const teamed = contacts.extend({ columns: { team: column.text('team') } })

  test('keeps no run from being complete, and costs one call more', async () => {
    const { portal, clock, run } = forgetful({ objects: [teamed, companies, deals] })
    const ids = portal.createMany('contacts', 250, () => ({ lastname: 'Byron' }))
    await clock.advance(2 * HOUR)
    await run()
    const reads = () => portal.calls.filter(({ operation }) => operation === 'batch-read').length
    expect(reads()).toBe(1)
    portal.clearCalls()
    for (const id of ids) portal.update('contacts', id, { lastname: 'Lovelace' })
    await clock.advance(HOUR)
    await run()
    expect(reads()).toBe(3)
  })

  test('keeps others that a reply leaves out from nothing', async () => {
    const { portal, store, clock, run, forget } = forgetful({
      objects: [teamed, companies, deals],
    })
    const contact = portal.create('contacts', { lastname: 'Byron' })
    await clock.advance(2 * HOUR)
    await run()
    portal.update('contacts', contact, { lastname: 'Lovelace' })
    await clock.advance(HOUR)
    forget(isRead)
    await run()
    await expectEqual(portal, store)
  })
})

test('what lies in the bin is ARCHIVED also where no reply says so', async () => {
  const { portal, sync, run } = createTrapWorld(core, {
    async between(call, answer) {
      const reply = await answer()
      if (!isContactList(call) && !isBin(call) && !isRead(call)) return reply
      const body = (await reply.json()) as { results: { archived?: boolean }[] }
      for (const result of body.results) delete result.archived
      return Response.json(body)
    },
  })
  const [active, archived] = portal.createMany('contacts', 2, () => ({ lastname: 'Lovelace' }))
  portal.archive('contacts', archived as string)
  await run()
  expect(await sync.get('contacts', active as string)).toMatchObject({ status: 'ACTIVE' })
  expect(await sync.get('contacts', archived as string)).toMatchObject({ status: 'ARCHIVED' })
})
