import { HubsyncError } from '../errors.js'
import { expectedGot, show } from '../expected.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import type { ReferencePart } from '../objects/reference-parts.js'

/** The jobs that a run is made of, in the order in which they run. */
export interface JobNames {
  records: readonly ObjectDefinition[]
  archived: readonly ObjectDefinition[]
  associations: boolean
  census: readonly ObjectDefinition[]
  reference: readonly ReferencePart[]
}

/** What a mirror has jobs for. */
export interface Mirrored<Object = ObjectDefinition, Paired = Pair> {
  objects: readonly Object[]
  pairs: readonly Paired[]
  reference: readonly ReferencePart[]
}

/** The name of the job that sweeps all associations. */
export const ASSOCIATIONS = 'associations'

/** What a verification holds: its parts are one job to other processes. */
export const VERIFY = 'verify'

/** The names that `run` takes, by the names of the objects. */
export type JobName<Name extends string = string> =
  | Name
  | `${Name}:archived`
  | `${Name}:census`
  | typeof ASSOCIATIONS
  | ReferencePart

/** Every job that these objects, pairs and parts of reference data have. */
export function jobNames({
  objects,
  pairs,
  reference,
}: Mirrored<Pick<ObjectDefinition, 'name'>, Pick<Pair, 'name'>>): string[] {
  return [
    ...objects.map(({ name }) => name),
    ...objects.map(({ name }) => `${name}:archived`),
    ...(pairs.length > 0 ? [ASSOCIATIONS] : []),
    ...reference,
    ...objects.map(({ name }) => `${name}:census`),
  ]
}

/**
 * Sorts the names that `run` was given by their kinds.
 *
 * @throws with code `UNKNOWN_JOB`, listing the known names.
 */
export function jobsNamed(names: readonly string[], mirrored: Mirrored): JobNames {
  const known = jobNames(mirrored)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new HubsyncError(
      'UNKNOWN_JOB',
      expectedGot(`the name of a job (${known.join(', ')})`, show(unknown)),
    )
  const { objects, reference } = mirrored
  const named = (suffix: string) => objects.filter(({ name }) => names.includes(`${name}${suffix}`))
  return {
    records: named(''),
    archived: named(':archived'),
    associations: names.includes(ASSOCIATIONS),
    census: named(':census'),
    reference: reference.filter((part) => names.includes(part)),
  }
}
