import type { Refused } from './checkpoint-states.js'

/** How many refused records a reason names. */
const NAMED = 3

/** The reason why some records are missing here, or undefined if nothing was refused. */
export function refusedReason(refused: Refused | undefined): string | undefined {
  const all = recordsOf(refused ?? {}).length
  if (all === 0) return undefined
  const named = Object.entries(refused ?? {}).flatMap(([object, ids]) =>
    Object.entries(ids).map(([id, why]) => `${object} ${id} (${why})`),
  )
  const more = all > NAMED ? `, and ${all - NAMED} more` : ''
  return `Constraints of the database refuse ${named.slice(0, NAMED).join(', ')}${more}. The next run tries them again.`
}

/** The ids that were refused, by object. */
export function idsRefused(refused: Refused): [object: string, ids: string[]][] {
  return Object.entries(refused).map(([object, ids]) => [object, Object.keys(ids)])
}

/** The refused records, each as its object and id. */
export function recordsOf(refused: Refused): string[] {
  return idsRefused(refused).flatMap(([object, ids]) => ids.map((id) => `${object} ${id}`))
}
