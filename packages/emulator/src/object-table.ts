import type { ObjectType } from './object-types.js'
import { PropertySet } from './properties.js'
import { RecordTable } from './records.js'
import { SearchIndex } from './search-index.js'

/** The data of one object type. */
export class ObjectTable {
  readonly properties: PropertySet
  readonly records = new RecordTable()
  readonly index = new SearchIndex()

  constructor(readonly type: ObjectType) {
    this.properties = new PropertySet(type)
  }
}
