import type { RecordTable } from './records.js'
import type { StoredRecord } from './stored-record.js'

/** A contact's further e-mail addresses are as unique as its first. */
const FURTHER_EMAILS = 'hs_additional_emails'

function valuesOf(record: StoredRecord, name: string): string[] {
  const own = record.properties[name] ?? ''
  const further = name === 'email' ? (record.properties[FURTHER_EMAILS] ?? '').split(';') : []
  return [own, ...further].filter(Boolean).map((value) => value.toLowerCase())
}

/** Finds the record that has a value of a unique property, in any case. */
export class UniqueValues {
  readonly #records: RecordTable
  /** How often records were generated when `#known` was made. */
  #generations = 0
  /** By property and value, the record that had it last. */
  readonly #known = new Map<string, Map<string, number>>()

  constructor(records: RecordTable) {
    this.#records = records
    records.watch((record) => {
      for (const [name, ids] of this.#known)
        for (const value of valuesOf(record, name)) ids.set(value, record.id)
    })
  }

  /** The active record that has the value. */
  find(name: string, text: string): StoredRecord | undefined {
    const value = text.toLowerCase()
    const id = this.#of(name).get(value)
    if (id === undefined) return undefined
    const record = this.#records.get(id)
    if (record?.archivedAt === undefined && record && valuesOf(record, name).includes(value))
      return record
    // It lost the value or was archived. Another one may have had it before.
    return this.#walk(name, value, false)
  }

  /** The record in the bin that has the value. */
  findArchived(name: string, text: string): StoredRecord | undefined {
    return this.#walk(name, text.toLowerCase(), true)
  }

  #walk(name: string, value: string, archived: boolean): StoredRecord | undefined {
    for (const record of this.#records.walk(archived))
      if (valuesOf(record, name).includes(value)) return record
    return undefined
  }

  #of(name: string): Map<string, number> {
    if (this.#generations !== this.#records.generations) this.#known.clear()
    this.#generations = this.#records.generations
    let ids = this.#known.get(name)
    if (!ids) {
      ids = new Map()
      for (const record of this.#records.walk(false))
        for (const value of valuesOf(record, name)) ids.set(value, record.id)
      this.#known.set(name, ids)
    }
    return ids
  }
}
