import type { Fault, RandomFaults } from '../faults.js'
import { ROUTES } from '../routes/route-table.js'
import {
  anything,
  either,
  fields,
  InputError,
  id,
  listOf,
  moment,
  namesTo,
  number,
  oneOf,
  text,
  whole,
} from './input.js'

const lane = oneOf(['burst', 'search', 'associations'])

const fault = fields({
  kind: text,
  method: oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: text,
  lane,
  operation: oneOf([...new Set(ROUTES.map(({ operation }) => operation))]),
  holding: listOf(id),
  above: whole(0),
  aboveProperties: whole(0),
  after: whole(0),
  times: either(whole(1), oneOf(['always'])),
  status: whole(100, 599),
  body: anything,
  headers: namesTo(text),
  retryAfter: whole(0),
  milliseconds: whole(0),
  ids: listOf(id),
  updatedAt: moment,
  scopes: listOf(text),
})

const random = fields(
  { rate: number, kinds: listOf(text), lane, seed: either(text, number) },
  'rate',
)

/** A fault as JSON: `times` may be "always", which JSON has no number for. */
export function faultOf(body: unknown): Fault {
  fault(body, '')
  const { times, ...given } = body as Omit<Fault, 'times'> & { times?: number | 'always' }
  if (times === undefined) return given
  return { ...given, times: times === 'always' ? Number.POSITIVE_INFINITY : times }
}

/** Random faults as JSON; undefined for a fault that isn't random. */
export function randomFaultsOf(body: unknown): RandomFaults | undefined {
  if (typeof body !== 'object' || body === null || !('rate' in body)) return undefined
  random(body, '')
  const { rate } = body as RandomFaults
  if (!(rate >= 0 && rate <= 1))
    throw new InputError(`Expected rate to be from 0 to 1, got ${rate}.`)
  return body as RandomFaults
}

/** A fault in the form that it was given in. */
export function shownFault({ times, ...given }: Fault) {
  return times === undefined
    ? given
    : { ...given, times: times === Number.POSITIVE_INFINITY ? 'always' : times }
}
