import type { Harness } from '../harness.js'
import { batchOf, type Shape } from '../shapes.js'

/** What a call of an example has besides its method and path. */
export interface CallParts {
  readonly params?: Readonly<Record<string, string>>
  /** The query, with its question mark. */
  readonly query?: string
  readonly body?: unknown
  readonly form?: Readonly<Record<string, string>>
}

type ByVersion<T> = T | ((version: string) => T)

/** One example of an operation: a call, and what it is answered with. */
export interface Example {
  readonly status: ByVersion<number>
  /** The shape of the reply; undefined for one without a body. */
  readonly shape: ByVersion<Shape | undefined>
  readonly call?: (world: World) => CallParts | Promise<CallParts>
}

/** Examples by method and first path of the route, as the table of routes has it. */
export type Examples = Readonly<Record<string, readonly Example[]>>

/** A versioned value for a version. */
export function inVersion<T extends number | Shape | undefined>(
  value: ByVersion<T>,
  version: string,
): T {
  return typeof value === 'function' ? value(version) : value
}

/** The versions since 2026-09, by HubSpot's API specification. */
const LATEST = ['2026-09', '2027-03-beta']

export const isLatest = (version: string): boolean => LATEST.includes(version)

/** What a partial batch is answered with. */
export const partly = (complete: number) => (version: string) =>
  isLatest(version) ? complete : 207

/** A batch of which a part failed, with the error of that part. */
export const partial = (result: Shape, error: Shape): Shape => ({
  ...batchOf(result),
  numErrors: 'number',
  errors: [error],
})

/** A portal with a little of everything. */
export interface World extends Harness {
  readonly contact: string
  readonly other: string
  readonly company: string
  readonly deal: string
  readonly owner: string
  readonly pet: string
  /** The number of the association type `Adviser` of contacts and companies. */
  readonly adviser: string
}

/** Furnishes a portal: a contact and its company, a deal, a custom object, and definitions of each kind. */
export function furnish(harness: Harness): World {
  const { portal } = harness
  portal.defineObject({
    ...{ typeId: '2-7', name: 'pets', associatedObjects: ['contacts'] },
    properties: [{ name: 'breed', type: 'string' }],
  })
  portal.defineProperty('contacts', { name: 'tier', type: 'enumeration', options: ['gold'] })
  portal.defineProperty('contacts', {
    name: 'number_of_ours',
    type: 'string',
    hasUniqueValue: true,
  })
  portal.definePropertyGroup('contacts', 'loyalty', { label: 'Loyalty' })
  portal.createPipeline('deals', {
    ...{ label: 'Renewals', id: 'renewals' },
    stages: [
      { label: 'Due', id: 'due', metadata: { isClosed: 'false', probability: '0.5' } },
      { label: 'Done', id: 'done', metadata: { isClosed: 'true', probability: '1.0' } },
    ],
  })
  const { typeId } = portal.defineAssociation('contacts', 'companies', { label: 'Adviser' })
  const owner = portal.createOwner({ email: 'grace@example.com', firstName: 'Grace', userId: 7 })
  portal.joinTeam(owner, portal.createTeam('Sales'), { primary: true })
  const contact = portal.create('contacts', { email: 'ada@example.com', number_of_ours: 'A1' })
  const [other, company] = [portal.create('contacts', {}), portal.create('companies', {})]
  portal.associate('contacts', contact, 'companies', company, { primary: true })
  const deal = portal.create('deals', {
    dealname: 'Engine',
    pipeline: 'renewals',
    dealstage: 'due',
  })
  const pet = portal.create('2-7', { breed: 'Corgi' })
  return { ...harness, contact, other, company, deal, owner, pet, adviser: String(typeId) }
}

/** What a record that isn't there is answered with. */
export const NOWHERE = '7'
