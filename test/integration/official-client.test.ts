import { Client } from '@hubspot/api-client'
import { AssociationSpecAssociationCategoryEnum as Category } from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { expectSameOwners, expectSamePipelines } from './support/reference-equality.js'
import { stores } from './support/stores.js'
import { createWorld } from './support/world.js'

const HOUR = 3_600_000

/** An association of a new record. */
const to = (id: string, associationTypeId: number) => ({
  to: { id },
  types: [{ associationCategory: Category.HubspotDefined, associationTypeId }],
})

/** Fills the portal: companies, contacts in them, and deals of both, as an application does. */
async function fill({ crm }: Client) {
  const named = (count: number, properties: (index: number) => Record<string, string>) =>
    Array.from({ length: count }, (_, index) => ({
      properties: properties(index),
      associations: [],
    }))
  const made = async (results: Promise<{ results: { id: string }[] }>) =>
    (await results).results.map(({ id }) => id)
  const companies = await made(
    crm.companies.batchApi.create({
      inputs: named(4, (index) => ({
        name: `Company ${index}`,
        domain: `company-${index}.example`,
      })),
    }),
  )
  const contacts = await made(
    crm.contacts.batchApi.create({
      inputs: named(30, (index) => ({ email: `Person.${index}@Example.com`, firstname: 'A' })).map(
        (input, index) => ({ ...input, associations: [to(companies[index % 4]!, 1)] }),
      ),
    }),
  )
  const deals: string[] = []
  for (const [index, contact] of contacts.slice(0, 6).entries()) {
    const { id } = await crm.deals.basicApi.create({
      properties: { dealname: `Deal ${index}`, amount: '10.50', dealstage: 'appointmentscheduled' },
      associations: [to(contact, 3), to(companies[index % 4]!, 5)],
    })
    deals.push(id)
  }
  return { companies, contacts, deals } as Record<'companies' | 'contacts' | 'deals', string[]>
}

/** Changes some of everything. */
async function change({ crm }: Client, ids: Awaited<ReturnType<typeof fill>>) {
  const [first, second, third, fourth, fifth, sixth] = ids.contacts as [
    ...[string, string, string, string, string, string],
  ]
  const [company, other] = ids.companies as [string, string]
  await crm.contacts.basicApi.update(first, { properties: { firstname: 'Ada', lastname: '' } })
  await crm.contacts.batchApi.update({
    inputs: ids.contacts.slice(10, 20).map((id) => ({ id, properties: { phone: '+49 30 1234' } })),
  })
  await crm.contacts.batchApi.upsert({
    inputs: ['person.3@example.com', 'somebody@example.com'].map((id) => ({
      ...{ id, idProperty: 'email', properties: { city: 'London' } },
    })),
  })
  await crm.contacts.basicApi.merge({ primaryObjectId: first, objectIdToMerge: second })
  await crm.companies.basicApi.merge({ primaryObjectId: company, objectIdToMerge: other })
  await crm.contacts.basicApi.archive(third)
  await crm.deals.batchApi.archive({ inputs: ids.deals.slice(0, 2).map((id) => ({ id })) })
  await crm.contacts.basicApi.purge({ objectId: fourth })
  const { v4 } = crm.associations
  await v4.basicApi.createDefault('contacts', fifth, 'companies', ids.companies[3]!)
  await v4.basicApi.archive('contacts', sixth, 'companies', ids.companies[1]!)
  const label = await v4.schema.definitionsApi.create('contacts', 'companies', {
    ...{ name: 'adviser', label: 'Adviser', inverseLabel: 'Advised by' },
  })
  await v4.batchApi.create('contacts', 'companies', {
    inputs: ids.contacts.slice(20, 25).map((id) => ({
      _from: { id },
      to: { id: ids.companies[2]! },
      types: [
        {
          associationCategory: Category.UserDefined,
          associationTypeId: label.results[0]!.typeId,
        },
      ],
    })),
  })
  await crm.pipelines.pipelinesApi.create('deals', {
    ...{ label: 'Renewals', displayOrder: 1 },
    stages: [{ label: 'Due', displayOrder: 0, metadata: { probability: '0.5' } }],
  })
  await crm.pipelines.pipelineStagesApi.update('deals', 'default', 'contractsent', {
    ...{ label: 'Contract is out', metadata: {} },
  } as never)
}

describe.each(stores.filter(({ name }) => name !== 'sql.js'))('on $name', ({ open }) => {
  test("what HubSpot's own client writes arrives in the mirror, and both end equal", async () => {
    const store = open()
    const { clock, portal, sync } = createWorld(store, {
      portal: { searchLag: { min: 1_000, max: 60_000 } },
      reference: true,
    })
    portal.createOwner({ email: 'ada@example.com' })
    const client = new Client({ accessToken: portal.token })
    const ids = await fill(client)
    await clock.advance(2 * HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)

    await change(client, ids)
    await clock.advance(2 * HOUR)
    expect((await sync.run()).status).toBe('complete')
    expect((await sync.verify()).status).toBe('equal')
    await expectEqual(portal, store)
    await expectSamePipelines(portal, store, 'deals')
    await expectSameOwners(portal, store)
  })
})
