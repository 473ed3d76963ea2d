import { contacts, goals, leads } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld } from './support/world.js'

const objects = [contacts, leads, goals] as const
const always = Number.POSITIVE_INFINITY

describe.each(storesWithoutSqlJs)('a type that HubSpot refuses, on $name', ({ open }) => {
  test('without a word about a scope fails alone, and the error names scope and subscription', async () => {
    const { portal, sync } = createWorld(open(), { objects })
    portal.create('contacts', {})
    const body = { status: 'error', message: 'You do not have permission to read leads.' }
    portal.fault({ path: /\/leads/, status: 403, body, times: always })
    const { jobs, status } = await sync.run()
    expect(status).toBe('failed')
    expect(jobs.leads).toMatchObject({
      status: 'failed',
      error: {
        code: 'MISSING_SCOPE',
        message: expect.stringMatching(
          /permission to read leads.* To read leads, the token needs crm\.objects\.leads\.read, and the portal needs Sales Hub Professional\.$/,
        ),
      },
    })
    expect(jobs['leads:archived']).toMatchObject({ error: { code: 'MISSING_SCOPE' } })
    for (const job of ['contacts', 'contacts:archived', 'goals'] as const)
      expect(jobs[job]).toMatchObject({ status: 'complete' })
    expect((await sync.status()).lastError).toMatchObject({
      code: 'MISSING_SCOPE',
      advice: expect.stringMatching(/scope that the message names, .* or leave the object out/),
    })
  })

  test('with a scope is told what else the portal needs, if it needs anything', async () => {
    const { portal, again } = createWorld(open(), { objects })
    portal.addToken('pat-narrow', { scopes: ['oauth'] })
    const { jobs } = await again({ accessToken: 'pat-narrow' }).run()
    expect(jobs.goals.error?.message).toMatch(
      /lacks a scope: .* Sales Hub Professional or Enterprise/,
    )
    expect(jobs.contacts.error?.message).toMatch(/lacks a scope: crm\.objects\.contacts\.read/)
    expect(jobs.contacts.error?.message).not.toMatch(/the token needs/)
  })

  test('is named in the plan, which prices the others', async () => {
    const { portal, sync } = createWorld(open(), { objects })
    portal.create('contacts', {})
    portal.create('goal_targets', {})
    portal.fault({ path: /\/leads/, status: 403, body: {}, times: always })
    const plan = await sync.plan()
    expect(plan.objects.leads).toMatchObject({
      rows: 0,
      listCalls: 0,
      otherCalls: 0,
      error: {
        code: 'MISSING_SCOPE',
        message: expect.stringMatching(/To read leads, the token needs crm\.objects\.leads\.read/),
      },
    })
    expect(plan.objects.contacts).toMatchObject({ rows: 1, listCalls: 1 })
    expect(plan.objects.contacts).not.toHaveProperty('error')
    expect(plan.rows).toBe(2)
  })

  test('is named in the plan of a mirror that has read it before', async () => {
    const { portal, sync } = createWorld(open(), { objects })
    portal.create('leads', {})
    await sync.run()
    portal.fault({ path: /\/leads/, status: 404, body: {}, times: always })
    const plan = await sync.plan()
    expect(plan.objects.leads).toMatchObject({ error: { code: 'HUBSPOT_REJECTED' } })
    expect(plan.objects.goals.otherCalls).toBeGreaterThan(0)
  })

  test('is not what a plan takes a refused token for', async () => {
    const { portal, sync } = createWorld(open(), { objects })
    portal.fault({ path: /properties\/[^/]*\/?leads/, status: 401, body: {}, times: always })
    await expect(sync.plan()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('is not meant by a refusal of its associations', async () => {
    const { portal, sync } = createWorld(open(), { objects: [contacts, leads] })
    const lead = portal.create('leads', {})
    portal.create('contacts', {})
    portal.fault({ path: /associations/, status: 403, body: {}, times: always })
    const { jobs } = await sync.run()
    expect(jobs.leads.error?.message).toMatch(/associations leads_contacts could not be read/)
    expect(jobs.leads.error?.message).not.toMatch(/To read leads/)
    expect(await sync.get('leads', lead)).not.toBeNull()
  })
})
