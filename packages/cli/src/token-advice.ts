import type { HubspotSyncOptions, ObjectDefinition } from '@hubsync/core'

interface Mirrored {
  objects: readonly Pick<ObjectDefinition, 'type' | 'properties'>[]
  reference?: HubspotSyncOptions['reference']
}

/** Where to make a token in HubSpot, and a line with its scopes to copy. */
export async function tokenAdvice({ objects, reference = true }: Mirrored): Promise<string> {
  const { standardTypeOf } = await import('@hubsync/core')
  const scopesOf = ({ type, properties }: Mirrored['objects'][number]): readonly string[] => {
    const name = type.startsWith('2-') ? 'custom' : type
    const own = `crm.objects.${name}.read`
    const { scopes = [own] } = standardTypeOf({ type }) ?? {}
    // The list of all properties is a part of the schema.
    const hasSchema = scopes.join() === own
    return properties === 'all' && hasSchema ? [own, `crm.schemas.${name}.read`] : scopes
  }
  const hasOwners = Array.isArray(reference) ? reference.includes('owners') : reference
  const scopes = [...objects.flatMap(scopesOf), ...(hasOwners ? ['crm.objects.owners.read'] : [])]
  return `In HubSpot: Development > Keys > Service keys > Create service key.
It needs these scopes:
${[...new Set(scopes)].join(' ')}`
}
