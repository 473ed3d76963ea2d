import { type ColumnKind, memoryStore, type ObjectDefinition, standardObjects } from '@hubsync/core'
import { createPortal, type Portal, type PropertyDefinition } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { pairsAmong } from '../../packages/core/src/objects/pairs.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld } from './support/world.js'

/** By the kind of a column: a value as HubSpot sends it, the type of its property, and the value in the column. */
const samples: Record<ColumnKind, [sent: string, type: PropertyDefinition['type'], here: unknown]> =
  {
    text: [' some text ', 'string', 'some text'],
    email: ['Ada@Example.com', 'string', 'ada@example.com'],
    phone: ['+49 (30) 1234567', 'string', '+49301234567'],
    integer: ['90000', 'number', 90_000],
    number: ['1.5', 'number', 1.5],
    decimal: ['1250.50', 'number', '1250.50'],
    boolean: ['true', 'bool', true],
    date: ['2026-05-01', 'date', '2026-05-01'],
    datetime: ['2026-05-01T12:00:00.000Z', 'datetime', '2026-05-01T12:00:00.000Z'],
    list: ['1;2', 'string', ['1', '2']],
  }

const all: readonly ObjectDefinition[] = standardObjects
const world = createPortal()
/** The objects, and the pairs, that the emulator has. */
const known = all.filter(({ type }) => succeeds(() => world.create(type, {})))
const pairs = pairsAmong(known, undefined).filter(({ from, to }) =>
  succeeds(() => associate(world, from.type, to.type)),
)

function succeeds(does: () => unknown): boolean {
  try {
    does()
    return true
  } catch {
    return false
  }
}

function associate(portal: Portal, from: string, to: string): [from: string, to: string] {
  const [one, other] = [portal.create(from, {}), portal.create(to, {})]
  portal.associate(from, one, to, other)
  return [one, other]
}

test('the emulator has every type', () => {
  expect(known).toEqual(all)
})

describe.each(known.map((object) => [object.name, object] as const))('%s', (name, object) => {
  const { type, columns } = object
  const sent = Object.fromEntries(
    Object.values(columns).map(({ kind, property }) => [property, samples[kind][0]]),
  )
  const here = Object.fromEntries(
    Object.entries(columns).map(([column, { kind }]) => [column, samples[kind][2]]),
  )

  test('are mirrored with every column, and followed', async () => {
    const mirrored = { objects: [object], associations: [] }
    const { portal, sync, clock } = createWorld(memoryStore(), mirrored)
    const [{ unknownProperties } = { unknownProperties: [] as string[] }] = Object.values(
      (await sync.plan()).objects,
    )
    for (const { kind, property } of Object.values(columns))
      if (unknownProperties.includes(property))
        portal.defineProperty(type, { name: property, type: samples[kind][1] })
    const id = portal.create(type, sent)
    const other = portal.create(type, {})
    await clock.advance(7_200_000)
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get(name, id)).toMatchObject(here)
    await clock.advance(60_000)
    portal.update(type, other, sent)
    portal.archive(type, id)
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get(name, other)).toMatchObject(here)
    const gone = await sync.get(name, id)
    expect(gone?.status ?? 'ARCHIVED').toBe('ARCHIVED')
    expect((await sync.verify()).status).toBe('equal')
  })
})

describe.each(storesWithoutSqlJs)('all standard objects on $name', ({ open }) => {
  test('are mirrored together, with the pairs that the emulator has', async () => {
    const associations = pairs.map(({ from, to }) => [from.name, to.name] as const)
    const { portal, sync, clock } = createWorld(open(), { objects: known, associations })
    const ends = pairs.map(({ from, to }) => associate(portal, from.type, to.type))
    await clock.advance(7_200_000)
    const report = await sync.run()
    expect(report).toMatchObject({ status: 'complete' })
    for (const [index, { from, to }] of pairs.entries()) {
      const [one = '', other = ''] = ends[index] ?? []
      expect(
        await sync.related(from.name, one, to.name),
        `${from.name} → ${to.name}`,
      ).toMatchObject([{ record: { id: other } }])
    }
    expect((await sync.verify()).status).toBe('equal')
  })
})

test(`${pairs.length} pairs were tried: those that an emulator has at least`, () => {
  expect(pairs.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      ...['contacts_companies', 'contacts_deals', 'deals_companies', 'contacts_tickets'],
      ...['tickets_companies', 'deals_tickets', 'deals_line_items', 'leads_deals'],
    ]),
  )
})
