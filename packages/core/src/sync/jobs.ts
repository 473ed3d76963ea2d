import { HubsyncError } from '../errors.js'
import { expectedGot, show } from '../expected.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { keepsHistory } from '../objects/history-selection.js'
import type { Pair } from '../objects/pairs.js'
import type { ReferencePart } from '../objects/reference-parts.js'
import { historyOf } from './history.js'

/** The jobs that a run is made of, in the order in which they run. */
export interface JobNames {
  records: readonly ObjectDefinition[]
  archived: readonly ObjectDefinition[]
  history: readonly ObjectDefinition[]
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

/** The names that `run` takes, by the names of the objects, and of those whose history is kept. */
export type JobName<Name extends string = string, Historied extends string = Name> =
  | Name
  | `${Name}:archived`
  | `${Historied}:history`
  | `${Name}:census`
  | typeof ASSOCIATIONS
  | ReferencePart

/** Every job that these objects, pairs and parts of reference data have. */
export function jobNames({
  objects,
  pairs,
  reference,
}: Mirrored<Pick<ObjectDefinition, 'name' | 'history'>, Pick<Pair, 'name'>>): string[] {
  return [
    ...objects.map(({ name }) => name),
    ...objects.map(({ name }) => `${name}:archived`),
    ...objects.filter(keepsHistory).map(historyOf),
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
    history: named(':history'),
    associations: names.includes(ASSOCIATIONS),
    census: named(':census'),
    reference: reference.filter((part) => names.includes(part)),
  }
}
