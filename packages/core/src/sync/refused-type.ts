import { HubspotError } from '../errors.js'
import { isUnknownType } from '../extract/portal-types.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { isCustom } from '../objects/portal-objects.js'
import { standardTypeOf } from '../objects/standard-types.js'

/**
 * Adds to an error what HubSpot needs to give out the records of a type, if it refused a call about that type. HubSpot
 * may name no scope, and never names the subscription that the portal lacks.
 */
export function withNeeds(error: unknown, { type, typeId }: ObjectDefinition): unknown {
  if (!(error instanceof HubspotError)) return error
  if (isCustom({ type }) && isUnknownType(error, type)) {
    const message = `${error.message} HubSpot has no object of the type ${type}, or doesn't show it to this token. If it was deleted, take it out of \`objects\`; with \`objects: 'all'\`, start the process again. Its rows stay.`
    return new HubspotError(error.code, message, error, { cause: error })
  }
  if (error.status !== 403) return error
  const parts = error.call.split('/')
  const isOfType = parts.includes(type) || (typeId !== undefined && parts.includes(typeId))
  const { scopes = [], needs } = standardTypeOf({ type }) ?? {}
  const isClear = error.requiredScopes.length > 0 && needs === undefined
  if (!isOfType || parts.includes('associations') || scopes.length === 0 || isClear) return error
  const portal = needs === undefined ? '' : `, and the portal needs ${needs}`
  const message = `${error.message} To read ${type}, the token needs ${scopes.join(' and ')}${portal}.`
  return new HubspotError('MISSING_SCOPE', message, error, { cause: error })
}
