import type { ObjectTable } from '../object-table.js'
import type { ObjectType } from '../object-types.js'
import { methodNotAllowed } from '../replies.js'
import { recordTableOf } from './readable.js'
import { type Context, tableOf } from './route.js'

/** The scopes that writing records of a type needs, all of them: those of reading, with another end. */
function scopesOf({ readScopes }: ObjectType): string[] {
  return readScopes.map((scope) => scope.replace(/\.read$/, '.write'))
}

/** The scopes that writing records of the type in the path needs. Source: HubSpot API specification. */
function writeScopes(context: Context): readonly string[] {
  return scopesOf(tableOf(context).type)
}

/** The scopes that associating records of both types in the path needs. */
export function associationScopes(context: Context): readonly string[] {
  return ['from', 'to'].flatMap((name) => scopesOf(tableOf(context, name).type))
}

/** The types whose definitions have scopes of their own. Source: HubSpot docs, "Scopes". */
const WITH_SCHEMA_SCOPES = ['contacts', 'companies', 'deals']

/** The scopes of which writing definitions of the types in the path needs one. */
function schemaWriteScopes(context: Context): readonly string[] {
  return ['type', 'from', 'to']
    .filter((name) => context.params[name] !== undefined)
    .flatMap((name) => {
      const { type } = tableOf(context, name)
      if (!type.standard) return ['crm.schemas.custom.write']
      const own = `crm.schemas.${type.name}.write`
      return WITH_SCHEMA_SCOPES.includes(type.name) ? [own] : [...scopesOf(type), own]
    })
}

/** What all routes share that write records. */
export const writesRecords = { lane: 'burst', writes: true, scopes: writeScopes } as const

/** What all routes share that associate records. */
export const writesAssociations = {
  lane: 'burst',
  writes: true,
  scopes: associationScopes,
} as const

/** What all routes share that write definitions. */
export const writesDefinitions = {
  lane: 'burst',
  writes: true,
  anyScope: true,
  scopes: schemaWriteScopes,
} as const

/**
 * The table of a route that writes records.
 *
 * @throws `Refusal` if records of the type can't be written in this version, or only their values can.
 */
export function writableTableOf(context: Context, what: 'values' | 'records'): ObjectTable {
  const table = recordTableOf(context)
  const { written, unwrittenIn = [] } = table.type.standard ?? {}
  const nothing = written === 'nothing' || unwrittenIn.includes(context.version)
  if (nothing || (written === 'values' && what === 'records')) throw methodNotAllowed(['GET'])
  return table
}
