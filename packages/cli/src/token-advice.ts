import type { ObjectDefinition } from '@hubsync/core'

type Mirrored = Pick<ObjectDefinition, 'type' | 'properties'>

/** Where to make a token in HubSpot, and a line with its scopes to copy. */
export async function tokenAdvice(objects: readonly Mirrored[]): Promise<string> {
  const { standardTypeOf } = await import('@hubsync/core')
  const scopesOf = ({ type, properties }: Mirrored): readonly string[] => {
    const name = type.startsWith('2-') ? 'custom' : type
    const own = `crm.objects.${name}.read`
    const { scopes = [own] } = standardTypeOf({ type }) ?? {}
    // The list of all properties is a part of the schema.
    const hasSchema = scopes.join() === own
    return properties === 'all' && hasSchema ? [own, `crm.schemas.${name}.read`] : scopes
  }
  return `In HubSpot: Development > Keys > Service keys > Create service key.
It needs these scopes:
${[...new Set(objects.flatMap(scopesOf))].join(' ')}`
}
