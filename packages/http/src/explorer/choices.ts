import type { MirrorReader, ObjectDefinition } from '@hubsync/core'
import { isWithoutPart } from '../read-part.js'

/** What HubSpot's pages call the properties and choices of an object. */
export interface Choices {
  /** The label of a property, or its internal name. */
  property(name: string): string
  /** The label of a choice, or undefined if it has none. */
  label(property: string, value: string): string | undefined
  /** The value of the one choice that has this label, in any case. */
  value(property: string, label: string): string | undefined
}

/** Reads the labels of an object. A mirror without the catalogue has none. */
export async function readChoices(
  reader: MirrorReader,
  { name, columns }: ObjectDefinition,
  signal: AbortSignal,
): Promise<Choices> {
  const all = await reader.properties(name, { status: 'ALL', signal }).catch((error: unknown) => {
    if (isWithoutPart(error)) return []
    throw error
  })
  const mapped = new Set(Object.values(columns).map(({ property }) => property))
  const properties = new Map(
    all
      .filter((property) => mapped.has(property.name))
      .map((property) => [
        property.name,
        {
          label: property.label,
          options: new Map(property.options.map((o) => [o.value, o.label])),
        },
      ]),
  )
  return {
    property: (property) => properties.get(property)?.label || property,
    label: (property, value) => properties.get(property)?.options.get(value) ?? undefined,
    value(property, label) {
      const options = [...(properties.get(property)?.options ?? [])]
      const same = options.filter(([, other]) => other?.toLowerCase() === label.toLowerCase())
      return same.length === 1 ? same[0]?.[0] : undefined
    },
  }
}
