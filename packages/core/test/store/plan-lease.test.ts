import { describe, expect, test } from 'vitest'
import { planLease, type StoredLease } from '../../src/store/plan-lease.js'
import type { LeaseRequest } from '../../src/store/store.js'

const NOW = Date.parse('2026-06-01T08:00:00.000Z')
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString()
const now = ago(0)

const lease = (job: string, holder: string, silence = 0, since = 500): StoredLease => ({
  job,
  holder,
  startedAt: ago(since),
  renewedAt: ago(silence),
})

interface Case {
  name: string
  want: LeaseRequest['want']
  jobs?: string[]
  over?: string[]
  stored: StoredLease[]
  /** What is written and released, and who holds each job afterwards. */
  expected: { written: StoredLease[]; released?: string[]; held: Record<string, string> }
}

const taken = (job: string) => ({ job, holder: 'me', startedAt: now, renewedAt: now })

const cases: Case[] = [
  {
    name: 'a job that nobody holds is taken',
    ...{ want: 'take', stored: [] },
    expected: { written: [taken('contacts')], held: { contacts: 'me' } },
  },
  {
    name: 'a job of a live holder is left to it',
    ...{ want: 'take', stored: [lease('contacts', 'other')] },
    expected: { written: [], held: { contacts: 'other' } },
  },
  {
    name: 'a holder that has been silent for exactly two minutes lives',
    ...{ want: 'take', stored: [lease('contacts', 'other', 120)] },
    expected: { written: [], held: { contacts: 'other' } },
  },
  {
    name: 'a holder that has been silent for longer loses its job',
    ...{ want: 'take', stored: [lease('contacts', 'other', 120.001)] },
    expected: { written: [taken('contacts')], held: { contacts: 'me' } },
  },
  {
    name: 'a clock that was set back a little leaves a job to its holder',
    ...{ want: 'take', stored: [lease('contacts', 'other', -60)] },
    expected: { written: [], held: { contacts: 'other' } },
  },
  {
    name: 'a clock that was set back by much makes no lease last for as long',
    ...{ want: 'take', stored: [lease('contacts', 'other', -86_400)] },
    expected: { written: [taken('contacts')], held: { contacts: 'me' } },
  },
  {
    name: 'a holder that is known to be over loses its job',
    ...{ want: 'take', over: ['other'], stored: [lease('contacts', 'other')] },
    expected: { written: [taken('contacts')], held: { contacts: 'me' } },
  },
  {
    name: 'who holds a job already takes it again, since the same moment',
    ...{ want: 'take', stored: [lease('contacts', 'me', 30)] },
    expected: {
      written: [{ ...lease('contacts', 'me'), renewedAt: now }],
      held: { contacts: 'me' },
    },
  },
  {
    name: 'of several jobs those that are free are taken',
    ...{ want: 'take', jobs: ['contacts', 'deals'], stored: [lease('contacts', 'other')] },
    expected: { written: [taken('deals')], held: { contacts: 'other', deals: 'me' } },
  },
  {
    name: 'of all or none none is taken where one is held',
    ...{ want: 'take all', jobs: ['contacts', 'deals'], stored: [lease('contacts', 'other')] },
    expected: { written: [], held: { contacts: 'other' } },
  },
  {
    name: 'of all or none all are taken where the others are silent',
    ...{ want: 'take all', jobs: ['contacts', 'deals'], stored: [lease('deals', 'other', 600)] },
    expected: {
      written: [taken('contacts'), taken('deals')],
      held: { contacts: 'me', deals: 'me' },
    },
  },
  {
    name: 'a lease is renewed, be it that its holder was silent for hours',
    ...{ want: 'renew', stored: [lease('contacts', 'me', 7_200, 9_000)] },
    expected: {
      written: [{ ...lease('contacts', 'me', 0, 9_000) }],
      held: { contacts: 'me' },
    },
  },
  {
    name: 'a lease that was lost is not renewed',
    ...{ want: 'renew', stored: [lease('contacts', 'other', 600)] },
    expected: { written: [], held: { contacts: 'other' } },
  },
  {
    name: 'a lease that is gone is not made again by renewing it',
    ...{ want: 'renew', stored: [] },
    expected: { written: [], held: {} },
  },
  {
    name: 'a lease is released by its holder',
    ...{ want: 'release', stored: [lease('contacts', 'me')] },
    expected: { written: [], released: ['contacts'], held: {} },
  },
  {
    name: 'a lease of another is not released',
    ...{ want: 'release', stored: [lease('contacts', 'other', 600)] },
    expected: { written: [], held: { contacts: 'other' } },
  },
  {
    name: 'jobs that were not asked about are left alone',
    ...{ want: 'take', stored: [lease('deals', 'other', 600)] },
    expected: { written: [taken('contacts')], held: { contacts: 'me' } },
  },
]

describe('planLease()', () => {
  test.each(cases)('$name', ({ want, jobs = ['contacts'], over, stored, expected }) => {
    const request = { portalId: '1', holder: 'me', at: ago(99), want, jobs, ...(over && { over }) }
    const { written, released, leases } = planLease(request, stored, now)
    const held = Object.fromEntries(leases.map(({ job, holder }) => [job, holder]))
    expect({ written, released, held }).toEqual({ released: [], ...expected })
  })

  test('tells how long a holder has been silent', () => {
    const request = { portalId: '1', holder: 'me', at: now, want: 'take', jobs: ['a'] } as const
    const { leases } = planLease(request, [lease('a', 'other', 42, 300)], now)
    expect(leases).toEqual([{ ...lease('a', 'other', 42, 300), silentMs: 42_000 }])
  })
})
