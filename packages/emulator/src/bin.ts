import type { Crm } from './crm.js'
import type { ObjectTable } from './object-table.js'
import { mirrorPrimaryCompany } from './primary-company.js'
import type { StoredRecord } from './stored-record.js'

/** How long a record stays in the bin. Source: HubSpot docs, "Using object APIs". */
const BIN_TIME = 90 * 86_400_000

/** Archives, restores and purges the records of a portal. */
export class Bin {
  readonly #crm: Crm
  #oldest = Number.POSITIVE_INFINITY

  constructor(crm: Crm) {
    this.#crm = crm
  }

  archive(table: ObjectTable, id: number): void {
    const record = this.#crm.active(table, id)
    this.#crm.tell({ kind: 'deletion', type: table.type, id })
    // Deleted e-mails can't be restored. Source: HubSpot docs, "Emails".
    if (table.type.standard?.finalDeletion) {
      this.purge(table, id)
      return
    }
    this.put(table, record)
    mirrorPrimaryCompany(this.#crm, table, this.#crm.graph.edgesOf(table.type, id))
  }

  /** Moves a record to the bin, where search doesn't find it. */
  put(table: ObjectTable, record: StoredRecord): void {
    const archivedAt = this.#crm.clock.now()
    this.#oldest = Math.min(this.#oldest, archivedAt)
    table.records.put({ ...record, archivedAt })
    this.#crm.forget(table, record.id)
  }

  /** Restores a record from the bin. That is a modification. Source: HubSpot KB, "Restore deleted records". */
  restore(table: ObjectTable, id: number): void {
    const { type, records } = table
    const record = records.get(id)
    if (record?.archivedAt === undefined)
      throw new Error(
        `Expected an archived ${type.singular}, got ${id}. Archive it first with portal.archive().`,
      )
    // A merge can't be undone. Source: HubSpot KB, "Merge records".
    if (records.isMerged(id))
      throw new Error(
        `Expected a ${type.singular} that was not merged away, got ${id}. HubSpot can't undo a merge.`,
      )
    // The histories are what they were. HubSpot documents nothing else.
    this.#crm.change(table, record, {
      archivedAt: undefined,
      updatedAt: this.#crm.clock.now(),
    })
    mirrorPrimaryCompany(this.#crm, table, this.#crm.graph.edgesOf(type, id), id)
    this.#crm.tell({ kind: 'restore', type, id })
  }

  /** Removes a record, active or archived, without a trace. */
  purge(table: ObjectTable, id: number): void {
    const { type, records, histories } = table
    const record = records.get(id)
    if (!record) throw new Error(`Expected a ${type.singular}, got ${id}. No record has this id.`)
    // Also removes records that were merged into it, which may be in the bin. HubSpot's behaviour is not documented
    // here.
    for (const gone of [...records.mergedInto(id), id]) {
      records.delete(gone)
      histories.delete(gone)
    }
    if (record.archivedAt === undefined) this.#crm.forget(table, id)
    const edges = this.#crm.graph.edgesOf(type, id)
    for (const edge of edges) this.#crm.graph.delete(edge.type, id, edge.toId)
    mirrorPrimaryCompany(this.#crm, table, edges)
  }

  /** A purge at a person's request, of which subscribers get an event. Source: HubSpot docs, "Webhooks". */
  privacyDelete(table: ObjectTable, id: number): void {
    const { type } = table
    this.purge(table, id)
    if (type.standard?.name === 'contacts') this.#crm.tell({ kind: 'privacyDeletion', type, id })
    this.#crm.tell({ kind: 'deletion', type, id })
  }

  /** Purges what has been in the bin for 90 days. */
  purgeOverdue(): void {
    const before = this.#crm.clock.now() - BIN_TIME
    if (this.#oldest <= before) this.#purge((archivedAt) => archivedAt <= before)
  }

  /** Purges the whole bin. */
  empty(): void {
    this.#purge(() => true)
  }

  #purge(isDue: (archivedAt: number) => boolean): void {
    this.#oldest = Number.POSITIVE_INFINITY
    for (const table of this.#crm.tables())
      for (const { id, archivedAt = 0 } of [...table.records.walk(true)])
        if (isDue(archivedAt)) this.purge(table, id)
        else this.#oldest = Math.min(this.#oldest, archivedAt)
  }
}
