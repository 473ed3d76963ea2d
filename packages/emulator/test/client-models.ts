/** What a model of the official client says of its fields. */
interface ModelClass {
  getAttributeTypeMap?(): { name: string; baseName: string }[]
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Fields that HubSpot sends, by recorded replies or its documentation, and that version 14.0.1 of the client has no
 * place for.
 */
const UNKNOWN_TO_THE_CLIENT = new Set([
  ...['url', 'dataSensitivity', 'dateDisplayHint', 'restorable', 'metaType'],
  'allowsSensitiveProperties',
])

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !(value instanceof Date)

/** The paths of the fields of a reply that a model of the official client doesn't have. */
export const lostFields = (reply: unknown, model: unknown, path = '$'): string[] => {
  if (Array.isArray(reply)) {
    if (!Array.isArray(model)) return [path]
    return reply.flatMap((one, index) => lostFields(one, model[index], `${path}[${index}]`))
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
    if (name !== undefined) return lostFields(value, model[name], `${path}.${key}`)
    return UNKNOWN_TO_THE_CLIENT.has(key) ? [] : [`${path}.${key}`]
  })
}
