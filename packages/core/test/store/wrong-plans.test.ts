import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type CommitPlan,
  planCommit,
  type RecordsPlan,
  type StoredState,
} from '../../src/store/plan-commit.js'
import type { KnownRow } from '../../src/store/plan-row.js'
import type { Batch } from '../../src/store/store.js'
import { leavesAsMeant } from '../support/any-batches.js'

/** A plan made from a changed stored state, or from a changed batch. */
const given =
  (change: (found: StoredState, batch: Batch) => { found?: Partial<StoredState>; batch?: Batch }) =>
  (...[schema, batch, found]: Parameters<typeof planCommit>): CommitPlan => {
    const changed = change(found, batch)
    return planCommit(schema, changed.batch ?? batch, { ...found, ...changed.found })
  }

/** A plan in which the records are changed. */
const planning =
  (change: (plan: RecordsPlan, batch: Batch) => void) =>
  (...[schema, batch, found]: Parameters<typeof planCommit>): CommitPlan => {
    const plan = planCommit(schema, batch, found)
    for (const each of plan.records.values()) change(each, batch)
    return plan
  }

const changedRows = (change: (row: KnownRow) => Partial<KnownRow>) =>
  given(({ rows }) => ({ found: { rows: mapped(rows, (row) => ({ ...row, ...change(row) })) } }))

function mapped<Value, Changed>(
  all: ReadonlyMap<string, ReadonlyMap<string, Value>>,
  change: (value: Value) => Changed,
) {
  return new Map(
    [...all].map(([name, values]) => [
      name,
      new Map([...values].map(([id, value]) => [id, change(value)])),
    ]),
  )
}

/** Plans with one mistake each, which no store that uses `planCommit` can make any more. */
const wrongPlans: Record<string, typeof planCommit> = {
  'lets an older version win': changedRows(() => ({ updatedAt: '' })),
  'lets an active row win over the archived one of the same moment': changedRows(() => ({
    status: 'ACTIVE',
    archivedAt: null,
  })),
  'loses the values that a row does not carry': changedRows(() => ({ values: {} })),
  'writes again what has not changed': changedRows(() => ({ url: 'https://example.com' })),
  'lets a record come back whose tombstone it does not know': given(() => ({
    found: { tombstones: new Map() },
  })),
  'lets a merged id come back': given(({ tombstones }) => ({
    found: { tombstones: mapped(tombstones, (each) => ({ ...each, reason: 'purged' })) },
  })),
  'keeps a purged id away for good': given(({ tombstones }) => ({
    found: { tombstones: mapped(tombstones, (each) => ({ ...each, reason: 'merged' })) },
  })),
  'links ends that are not active': given(({ active }) => ({
    found: { active: mapped(active, () => true) },
  })),
  'links nothing to what the batch does not write': given(() => ({
    found: { active: new Map() },
  })),
  'only adds associations': given(({ sets }, batch) => ({
    batch: {
      ...batch,
      associations: (batch.associations ?? []).map((set) => ({
        ...set,
        edges: [...(sets.get(set.pair)?.get(set.fromId) ?? []), ...set.edges],
      })),
    },
  })),
  'keeps the first label of an association': given(({ sets }, batch) => ({
    batch: {
      ...batch,
      associations: (batch.associations ?? []).map((set) => ({
        ...set,
        edges: [...set.edges, ...(sets.get(set.pair)?.get(set.fromId) ?? [])].filter(({ toId }) =>
          set.edges.some((edge) => edge.toId === toId),
        ),
      })),
    },
  })),
  'leaves the associations of what is archived or removed': planning(({ leaving }) =>
    leaving.clear(),
  ),
  'leaves a removed row': planning(({ removed }) => removed.clear()),
  'leaves the tombstone of what came back': planning(({ unburied }) => unburied.clear()),
  'writes no tombstone': planning(({ buried }) => buried.clear()),
  'writes a tombstone again that says the same': planning(({ table, buried }, batch) => {
    for (const tombstone of batch.tombstones ?? [])
      if (tombstone.object === table.name) buried.set(tombstone.id, tombstone)
  }),
  'tells the feed of rows that it is not to hear of': given((_, batch) => ({
    batch: { ...batch, rows: (batch.rows ?? []).map((group) => ({ ...group, feed: true })) },
  })),
}

test.each(Object.entries(wrongPlans))('a plan that %s is caught', async (_, plan) => {
  const { failed, errorInstance } = await fc.check(leavesAsMeant(plan), {
    seed: 1,
    numRuns: 2_000,
    endOnFailure: true,
  })
  expect(failed).toBe(true)
  expect(errorInstance).toMatchObject({ name: 'AssertionError' })
})
