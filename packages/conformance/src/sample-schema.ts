import type { ColumnKind } from '@hubsync/core'
import {
  type MirrorSchema,
  type ObjectTable,
  type PairTable,
  referenceTables,
  type TableColumn,
} from '@hubsync/core/store'

const column = (name: string, kind: ColumnKind, sqlName = name): TableColumn => ({
  name,
  sqlName,
  kind,
  property: sqlName.replaceAll('_', ''),
})

const contacts: ObjectTable = {
  name: 'contacts',
  type: 'contacts',
  columns: [
    column('email', 'email'),
    column('firstName', 'text', 'first_name'),
    column('budget', 'decimal'),
  ],
}

const companies: ObjectTable = {
  name: 'companies',
  type: 'companies',
  columns: [column('name', 'text'), column('domain', 'text')],
}

/** One column of each kind, named like its kind. */
const items: ObjectTable = {
  name: 'items',
  type: '2-1000001',
  columns: [
    column('text', 'text'),
    column('email', 'email'),
    column('phone', 'phone'),
    column('integer', 'integer'),
    column('number', 'number'),
    column('decimal', 'decimal'),
    column('boolean', 'boolean'),
    column('date', 'date'),
    column('datetime', 'datetime'),
    column('list', 'list'),
  ],
}

/** Names that are keywords in SQL or special in JavaScript. */
const order: ObjectTable = {
  name: 'order',
  type: '2-1000002',
  columns: [column('group', 'text'), column('select', 'text'), column('constructor', 'text')],
}

const pair = (from: string, to: string): PairTable => ({ name: `${from}_${to}`, from, to })

/** The schema of the cases. Don't change it: the fixtures contain its tables. */
export const sampleSchema: MirrorSchema = {
  objects: [contacts, companies, items, order],
  pairs: [pair('contacts', 'companies'), pair('contacts', 'contacts')],
}

/** The sample schema with all reference tables. Only their own cases have them: most cases need none. */
export const referenceSchema: MirrorSchema = { ...sampleSchema, reference: referenceTables }

/** The sample schema with histories of contacts and items. Contacts have stages. */
export const historySchema: MirrorSchema = {
  ...sampleSchema,
  objects: sampleSchema.objects.map((table) => {
    if (table === contacts)
      return { ...table, history: { stages: { pipeline: 'pipeline', stage: 'stage' } } }
    return table === items ? { ...table, history: {} } : table
  }),
}

/** The sample schema with these changes. */
export function schemaWith(change: {
  objects?: readonly ObjectTable[]
  pairs?: readonly PairTable[]
}): MirrorSchema {
  const { objects = sampleSchema.objects, pairs = sampleSchema.pairs } = change
  return { objects: [...objects], pairs: [...pairs] }
}

/** The samples' contacts with one more column. */
export const contactsWithCity: ObjectTable = {
  ...contacts,
  columns: [...contacts.columns, column('city', 'text')],
}
