import { Histories } from './histories.js'
import type { ObjectType } from './object-types.js'
import { PropertySet } from './properties.js'
import { RecordTable } from './records.js'
import { SearchIndex } from './search-index.js'
import { UniqueValues } from './unique-values.js'

/** The data of one object type. */
export class ObjectTable {
  readonly properties: PropertySet
  readonly histories: Histories
  readonly records = new RecordTable()
  readonly index = new SearchIndex()
  readonly unique = new UniqueValues(this.records)

  constructor(readonly type: ObjectType) {
    this.properties = new PropertySet(type)
    this.histories = new Histories(type)
  }
}
