import type { Clock } from './clock.js'
import type { Id } from './record-ids.js'
import { isoDate } from './record-shape.js'
import { type TeamOfOwner, Teams } from './teams.js'

/** A user or queue that records can belong to, as HubSpot sends it. Source: HubSpot API specification; recorded reply. */
export interface HubspotOwner {
  /** The id by which records refer to the owner. It differs from the id of the user. */
  id: string
  /** The e-mail address. A queue may have none. */
  email?: string
  /** A user, or a queue of users. */
  type: 'PERSON' | 'QUEUE'
  /** The first name. Absent from a queue. */
  firstName?: string
  /** The last name. Absent from a queue. */
  lastName?: string
  /** The id of the user; null once the owner is archived. Absent from a queue. */
  userId?: number | null
  /** The id of the user, which an archived owner still has. Absent from a queue. */
  userIdIncludingInactive?: number
  /** The creation date: ISO-8601 in UTC with milliseconds. */
  createdAt: string
  /** The modification date of the owner, in the same form. Changes of the user don't move it. */
  updatedAt: string
  /** Whether the owner is archived. There is no date of that. */
  archived: boolean
  /** The teams of the user. Absent where there is none. */
  teams?: TeamOfOwner[]
}

/** What can change about an owner. */
export interface OwnerChanges {
  /** The e-mail address. */
  email?: string
  /** The first name. */
  firstName?: string
  /** The last name. */
  lastName?: string
}

/** An owner to create. */
export interface NewOwner extends OwnerChanges {
  /** A user, or a queue of users, which needn't have an e-mail address or names. @defaultValue 'PERSON' */
  type?: 'PERSON' | 'QUEUE'
  /** The id by which records refer to the owner. @defaultValue the next free one */
  id?: Id
  /** The id of the user, which is the same in all portals. @defaultValue the next free one, never the owner's id */
  userId?: number
}

type Stored = Omit<HubspotOwner, 'teams'>

const FIRST_OWNER = 30_000_001
const FIRST_USER = 9_500_003

/** The owners of a portal and their teams. */
export class Owners {
  readonly #clock: Clock
  readonly #owners = new Map<string, Stored>()
  readonly teams = new Teams()
  #created = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Active or archived owners, by id. */
  list(archived: boolean): HubspotOwner[] {
    return [...this.#owners.values()]
      .filter((owner) => owner.archived === archived)
      .sort((a, b) => Number(a.id) - Number(b.id))
      .map((owner) => this.#shape(owner))
  }

  /** The active or archived owner with this id, or of this user. An archived one has lost the user's id. */
  find(id: string, idProperty: 'id' | 'userId', archived: boolean): HubspotOwner | undefined {
    for (const owner of this.#owners.values())
      if (owner.archived === archived && String(owner[idProperty]) === id) return this.#shape(owner)
    return undefined
  }

  create(owner: NewOwner): string {
    const { type = 'PERSON', firstName = '', lastName = '', email } = owner
    if (type === 'PERSON' && email === undefined)
      throw new TypeError(
        'Expected an e-mail address of the owner, got none. Only a queue has none.',
      )
    const count = this.#created++
    const id = String(owner.id ?? FIRST_OWNER + count * 1_013)
    if (this.#owners.has(id))
      throw new Error(`Expected a new id of an owner, got ${id}. Another owner has it already.`)
    const now = isoDate(this.#clock.now())
    const dated = { createdAt: now, updatedAt: now, archived: false }
    const userId = owner.userId ?? FIRST_USER + count * 2_003
    const person = { firstName, lastName, userId, userIdIncludingInactive: userId }
    const stored: Stored = { id, type, ...dated }
    if (email !== undefined) stored.email = email
    if (type === 'PERSON') Object.assign(stored, person)
    this.#owners.set(id, stored)
    return id
  }

  /**
   * Changes an owner. A new e-mail address alone doesn't move the modification date: whether it does isn't documented.
   */
  update(id: Id, changes: OwnerChanges): void {
    const owner = this.require(id)
    Object.assign(owner, changes)
    if (changes.firstName !== undefined || changes.lastName !== undefined) this.#touch(owner)
  }

  archive(id: Id): void {
    const owner = this.require(id)
    owner.archived = true
    if (owner.type === 'PERSON') owner.userId = null
    this.#touch(owner)
  }

  restore(id: Id): void {
    const owner = this.require(id)
    owner.archived = false
    if (owner.userIdIncludingInactive !== undefined) owner.userId = owner.userIdIncludingInactive
    this.#touch(owner)
  }

  /** Removes an owner from both lists. */
  delete(id: Id): void {
    this.#owners.delete(this.require(id).id)
    this.teams.forget(String(id))
  }

  /** The owner with this id. @throws if there is none. */
  require(id: Id): Stored {
    const owner = this.#owners.get(String(id))
    if (!owner)
      throw new Error(
        `Expected the id of an owner, got ${id}. Use one that portal.createOwner() gave.`,
      )
    return owner
  }

  #touch(owner: Stored): void {
    owner.updatedAt = isoDate(this.#clock.now())
  }

  /** With the keys in the order of a recorded reply. */
  #shape(owner: Stored): HubspotOwner {
    const { id, type, createdAt, updatedAt, archived, ...person } = owner
    const { email, ...names } = person
    const shaped: HubspotOwner = {
      id,
      ...(email === undefined ? {} : { email }),
      type,
      ...names,
      createdAt,
      updatedAt,
      archived,
    }
    const teams = this.teams.of(id)
    if (teams.length > 0) shaped.teams = teams
    return shaped
  }
}
