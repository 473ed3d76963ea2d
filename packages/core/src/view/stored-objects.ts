import { isHubsyncError } from '../errors.js'
import { isTypeOf } from '../objects/allowed-types.js'
import { portalPairs } from '../objects/portal-objects.js'
import type { MirrorOptions } from '../options.js'
import { type FoundObjects, knownObjects, withoutGone } from '../sync/known-objects.js'

type Options = Pick<MirrorOptions, 'store' | 'clock' | 'portalId'>

/**
 * The objects and pairs that a mirror has, from its store.
 *
 * @throws `NOT_MIRRORED` before the first run.
 */
export async function objectsInStore(
  options: Options & { apiVersion?: string },
): Promise<FoundObjects> {
  const { apiVersion } = options
  const known = await knownObjects(options)
  const objects = known.objects.filter(
    (object) => apiVersion === undefined || isTypeOf(apiVersion, object),
  )
  return withoutGone(objects, [], known)
}

/** The pairs among the objects, with those of custom ones that the mirror has. Undefined before the first run. */
export async function pairsInStore(
  options: Options & Pick<MirrorOptions, 'objects'>,
): Promise<Pick<FoundObjects['asked'], 'associations'> | undefined> {
  try {
    const { pairs } = await knownObjects(options)
    return { associations: portalPairs(options.objects, [], pairs) }
  } catch (error) {
    if (isHubsyncError(error) && error.code === 'NOT_MIRRORED') return undefined
    throw error
  }
}
