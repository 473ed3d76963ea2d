import * as core from '@hubsync/core'
import { contacts, type Store } from '@hubsync/core'
import type { Batch } from '@hubsync/core/store'
import type { Portal } from '@hubsync/emulator'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTrapWorld, HOUR } from '../traps/trap-world.js'
import { expectHistory } from './support/history.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { populate } from './support/world.js'

const COUNT = 230

/** The entries of histories of each record that a commit writes. */
function entriesIn({ rows = [] }: Batch): number[] {
  return rows.flatMap(({ rows }) =>
    rows.map(({ history = {} }) => Object.values(history).flat().length),
  )
}

/** A mirror of contacts with the history of all of their properties. */
function allHistories(store: Store, commits: number[][]) {
  onTestFinished(() => store.close())
  const noting: Store = {
    ...store,
    commit(batch) {
      commits.push(entriesIn(batch))
      return store.commit(batch)
    },
  }
  const objects = [contacts.extend({ history: 'all' })]
  const world = createTrapWorld(core, { objects, associations: [], store: noting })
  const { contacts: ids } = populate(world.portal, { contacts: COUNT, companies: 0, deals: 0 })
  return { ...world, ids }
}

const batchesOf = ({ calls }: Portal) =>
  calls.flatMap(({ operation, body }) => {
    const { inputs = [], propertiesWithHistory = [] } = (body ?? {}) as {
      inputs?: unknown[]
      propertiesWithHistory?: string[]
    }
    return operation === 'batch-read'
      ? [{ records: inputs.length, histories: propertiesWithHistory.length }]
      : []
  })

describe.each(storesWithoutSqlJs)('the history of all properties, on $name,', ({ open }) => {
  test('is read by batches, in calls that HubSpot takes and commits that hold nobody up', async () => {
    const commits: number[][] = []
    const { portal, store, sync, clock, ids } = allHistories(open(), commits)
    const [first = ''] = ids
    const texts = ['firstname', 'lastname', 'jobtitle', 'city', 'company', 'website', 'zip']
    for (let at = 0; at < 40; at++) {
      await clock.advance(1_000)
      portal.update('contacts', first, Object.fromEntries(texts.map((name) => [name, `${at}`])))
    }
    await clock.advance(2 * HOUR)
    const report = await sync.run()
    expect(report).toMatchObject({ status: 'complete' })
    expect(report.jobs.contacts?.history).toMatchObject({ gaps: 0, unsettled: 0 })
    const batches = batchesOf(portal)
    const asked = batches.map(({ histories }) => histories)
    expect(Math.min(...asked)).toBeGreaterThan(250)
    expect(Math.max(...batches.map(({ records }) => records))).toBe(50)
    // HubSpot's URLs have at most some 8,000 characters: the lists ask for ids alone.
    for (const { query } of portal.calls) expect(JSON.stringify(query).length).toBeLessThan(1_000)
    // Only the entries of one record are written in one piece, however many there are.
    for (const entries of commits)
      expect(entries.slice(0, -1).reduce((sum, each) => sum + each, 0)).toBeLessThan(200)
    expect(Math.max(...commits.flat())).toBeGreaterThan(200)
    await expectHistory(portal, store, 'contacts', [...texts, 'email', 'phone', 'createdate'])
  })
})
