import type { MirrorRow, Store, StoredRow } from '@hubsync/core'
import type { Batch, RowGroup } from '@hubsync/core/store'

/** A store with one defect, and the case that catches it. */
export interface BrokenStore {
  /** The defect, as the end of a sentence: "a store that …". */
  readonly does: string
  /** The exact name of the case. */
  readonly caughtBy: string
  /** Wraps a correct store. */
  breakIt(sound: Store): Store
}

/** Changes each batch before the correct store gets it. */
export function committing(change: (batch: Batch, sound: Store) => Batch | Promise<Batch>) {
  return (sound: Store): Store => ({
    ...sound,
    commit: async (batch) => sound.commit(await change(batch, sound)),
  })
}

/** The correct store, and the portals for which it got a batch. */
export function notingPortals(sound: Store): { store: Store; portals: ReadonlySet<string> } {
  const portals = new Set<string>()
  const note = committing((batch) => {
    portals.add(batch.portalId)
    return batch
  })
  return { store: note(sound), portals }
}

/** Changes each row before the correct store gets it. Undefined drops the row. */
export function writing(
  change: (row: MirrorRow, known: StoredRow | null, object: string) => MirrorRow | undefined,
) {
  return committing(async (batch, sound) => {
    const groups: RowGroup[] = []
    for (const { object, rows, feed } of batch.rows ?? []) {
      const changed: MirrorRow[] = []
      for (const row of rows) {
        const next = change(row, await sound.get(batch.portalId, object, row.id), object)
        if (next) changed.push(next)
      }
      groups.push({ object, rows: changed, feed })
    }
    return { ...batch, rows: groups }
  })
}

/** Changes each row that the correct store returns. */
export function reading(change: (row: StoredRow) => StoredRow) {
  return (sound: Store): Store => ({
    ...sound,
    async get(portalId, object, id) {
      const row = await sound.get(portalId, object, id)
      return row && change(row)
    },
    async list(portalId, object, page) {
      return (await sound.list(portalId, object, page)).map(change)
    },
  })
}

/** Changes the values of each row before the correct store gets it. */
export function storing(change: (value: unknown) => unknown) {
  return writing((row) => ({
    ...row,
    values: Object.fromEntries(
      Object.entries(row.values).map(([name, value]) => [name, change(value)]),
    ) as MirrorRow['values'],
  }))
}

/** A batch without these parts. */
export function without(batch: Batch, ...parts: (keyof Batch)[]): Batch {
  return Object.fromEntries(
    Object.entries(batch).filter(([part]) => !parts.includes(part as keyof Batch)),
  ) as unknown as Batch
}
