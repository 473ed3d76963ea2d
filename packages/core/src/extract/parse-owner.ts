import type { Json } from '../model.js'
import { momentOf, trimmedOf } from './given-text.js'
import { fieldsOf, listOf } from './parse-catalogue.js'
import { parseId } from './parse-record.js'

/** A user or queue that records can belong to. */
export interface Owner {
  /** HubSpot's id of the owner, which records have. It isn't the id of the user. */
  id: string
  /** Whether the owner is archived: HubSpot lists these apart. */
  archived: boolean
  createdAt: string | null
  updatedAt: string | null
  email: string | null
  firstName: string | null
  lastName: string | null
  /** `PERSON` or `QUEUE`. */
  type: string | null
  /** The id of the user, also of one who has left. */
  userId: string | null
  teams: TeamOfOwner[]
  /** HubSpot's whole object. */
  raw: Json
}

/** A team that an owner is in. */
interface TeamOfOwner {
  id: string
  name: string | null
  /** Whether it is the owner's main team. */
  primary: boolean | null
}

/**
 * Undefined if there is no id, because nothing can be done with such an owner.
 *
 * @param archived - what was asked for: an owner that doesn't say whether it is archived is as the list.
 */
export function parseOwner(value: unknown, archived: boolean): Owner | undefined {
  const given = fieldsOf(value)
  const id = parseId(given.id)
  if (id === undefined) return undefined
  return {
    id,
    archived: typeof given.archived === 'boolean' ? given.archived : archived,
    createdAt: momentOf(given.createdAt),
    updatedAt: momentOf(given.updatedAt),
    email: trimmedOf(given.email),
    firstName: trimmedOf(given.firstName),
    lastName: trimmedOf(given.lastName),
    type: trimmedOf(given.type),
    // `userId` is null for an archived owner (HubSpot docs, "Owners").
    userId: parseId(given.userIdIncludingInactive) ?? parseId(given.userId) ?? null,
    teams: listOf(given.teams).flatMap((each) => parseTeam(each) ?? []),
    raw: given as Json,
  }
}

function parseTeam(value: unknown): TeamOfOwner | undefined {
  const { id: givenId, name, primary } = fieldsOf(value)
  const id = parseId(givenId)
  if (id === undefined) return undefined
  return { id, name: trimmedOf(name), primary: typeof primary === 'boolean' ? primary : null }
}
