import type { ObjectTable } from '../object-table.js'
import type { ObjectType } from '../object-types.js'
import { missingScopes, notFound } from '../replies.js'
import { type Context, tableOf } from './route.js'

/** The scopes that reading records of the type in the path needs, all of them. */
export function objectScopes(context: Context): readonly string[] {
  return tableOf(context).type.readScopes
}

/**
 * The scopes of which definitions need one: any that reads records or schemas, those of the types in the path first.
 * Source: HubSpot API specification, which lists about a hundred.
 */
export function anyReadScope(context: Context): readonly string[] {
  const own = ['type', 'from', 'to']
    .filter((name) => context.params[name] !== undefined)
    .flatMap((name) => tableOf(context, name).type.readScopes)
  const all = context.crm.types.standard().flatMap(({ readScopes }) => readScopes)
  const objects = [...own, ...all, 'crm.objects.custom.read']
  const schemas = objects
    .filter((scope) => scope.startsWith('crm.objects.'))
    .map((scope) => scope.replace('crm.objects.', 'crm.schemas.'))
  return [...new Set([...objects, ...schemas])]
}

/**
 * The table of a route about records.
 *
 * @throws `Refusal` if the version has no such path, or the type is switched off in the portal.
 */
export function recordTableOf(context: Context, operation?: 'search' | 'batch'): ObjectTable {
  const table = tableOf(context)
  const { standard, readScopes } = table.type
  const missing = [
    ...(standard?.missingIn ?? []),
    ...((operation === 'search' && standard?.unsearchedIn) || []),
    ...((operation === 'batch' && standard?.unbatchedIn) || []),
  ]
  if (missing.includes(context.version)) throw notFound()
  // What is answered for a type of the library that is off isn't documented. No token has its scope then.
  if (!context.crm.types.isEnabled(table.type)) throw missingScopes(readScopes)
  return table
}

/** The types whose sensitive values have scopes. Source: HubSpot docs, "Sensitive data". */
const SENSITIVE = ['contacts', 'companies', 'deals', 'appointments', 'projects']

function sensitiveScopes(type: ObjectType, level: string): string[] {
  if (type.standard?.name === 'tickets') return [`tickets.${level}`]
  if (type.standard && !SENSITIVE.includes(type.name)) return []
  const scope = `crm.objects.${type.standard ? type.name : 'custom'}.${level}.read`
  return [scope, `${scope}.v2`]
}

/** Keeps the properties whose values the token may read. Others are left out without a word. */
export function readable(
  { holds }: Context,
  { type, properties }: ObjectTable,
  names: readonly string[],
): string[] {
  return names.filter((name) => {
    const level = properties.get(name)?.dataSensitivity ?? 'non_sensitive'
    return level === 'non_sensitive' || holds(sensitiveScopes(type, level))
  })
}
