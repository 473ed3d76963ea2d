/** What a model of the official client says of its fields. */
interface ModelClass {
  getAttributeTypeMap?(): { name: string; baseName: string }[]
}

type Fields = Readonly<Record<string, unknown>>

/** Fields that HubSpot sends and that version 14.0.1 of the client has no place for, each with where it is known from.
 * With a model in front, it is of that model alone. */
export const UNKNOWN_TO_THE_CLIENT: Readonly<Record<string, string>> = {
  url: 'recorded replies of lists and searches',
  dataSensitivity: 'recorded definitions of properties',
  dateDisplayHint: 'recorded definitions of properties',
  restorable: 'recorded custom objects',
  metaType: 'recorded custom objects',
  allowsSensitiveProperties: 'recorded custom objects',
  sensitiveDataCategories: 'HubSpot docs, "Sensitive data"',
  'TokenResponseIF.hub_id': 'HubSpot docs, "Manage OAuth tokens"',
  'TokenResponseIF.scopes': 'HubSpot docs, "Manage OAuth tokens"',
  'TokenResponseIF.user_id': 'HubSpot docs, "Manage OAuth tokens"',
  'TokenResponseIF.token_use': 'HubSpot docs, "Manage OAuth tokens"',
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !(value instanceof Date)

/** The paths of the fields of a reply that a model of the official client doesn't have. Known ones are added to `met`. */
export const lostFields = (
  reply: unknown,
  model: unknown,
  met = new Set<string>(),
  path = '$',
): string[] => {
  if (Array.isArray(reply)) {
    if (!Array.isArray(model)) return [path]
    return reply.flatMap((one, index) => lostFields(one, model[index], met, `${path}[${index}]`))
  }
  if (!isObject(reply)) return reply !== undefined && model === undefined ? [path] : []
  if (!isObject(model)) return [path]
  const attributes = (model.constructor as ModelClass).getAttributeTypeMap?.()
  return Object.entries(reply).flatMap(([key, value]) => {
    const name = attributes
      ? attributes.find(({ baseName }) => baseName === key)?.name
      : Object.hasOwn(model, key)
        ? key
        : undefined
    if (name !== undefined) return lostFields(value, model[name], met, `${path}.${key}`)
    const known = [key, `${model.constructor.name}.${key}`].find((one) =>
      Object.hasOwn(UNKNOWN_TO_THE_CLIENT, one),
    )
    if (known === undefined) return [`${path}.${key}`]
    met.add(known)
    return []
  })
}
