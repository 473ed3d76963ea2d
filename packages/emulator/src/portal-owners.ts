import type { HubspotOwner, NewOwner, OwnerChanges, Owners } from './owners.js'
import type { Id } from './record-ids.js'

/** The owners of records and their teams. */
export interface PortalOwners {
  /** Adds an owner and returns the id. */
  createOwner(owner: NewOwner): string
  /** Changes an owner. A new e-mail address alone doesn't move the modification date. */
  updateOwner(id: Id, changes: OwnerChanges): void
  /** Archives an owner, who is then listed with `archived=true` only and has lost the user id. */
  archiveOwner(id: Id): void
  /** Makes an archived owner active again, with the user id that there was. */
  restoreOwner(id: Id): void
  /** Removes an owner for good: neither list has it. Records keep its id. */
  deleteOwner(id: Id): void
  /** Adds a team and returns the id. A team is only seen in the owners who are in it. */
  createTeam(name: string, given?: { id?: Id }): string
  /** Renames a team, in all its owners. No modification date changes. */
  renameTeam(id: Id, name: string): void
  /** Removes a team from all its owners. */
  deleteTeam(id: Id): void
  /** Adds an owner to a team, as the main one on request. No modification date changes. */
  joinTeam(ownerId: Id, teamId: Id, options?: { primary?: boolean }): void
  /** Removes an owner from a team. No modification date changes. */
  leaveTeam(ownerId: Id, teamId: Id): void
  /** The owners in HubSpot's form, without limits, faults and delays: active or archived ones. */
  owners(options?: { archived?: boolean }): HubspotOwner[]
}

/** The methods of a portal about owners and teams. */
export function ownerMethods(owners: Owners): PortalOwners {
  const { teams } = owners
  return {
    createOwner: (owner) => owners.create(owner),
    updateOwner: (id, changes) => owners.update(id, changes),
    archiveOwner: (id) => owners.archive(id),
    restoreOwner: (id) => owners.restore(id),
    deleteOwner: (id) => owners.delete(id),
    createTeam: (name, { id } = {}) => teams.create(name, id),
    renameTeam: (id, name) => teams.rename(id, name),
    deleteTeam: (id) => teams.delete(id),
    joinTeam: (ownerId, teamId, { primary = false } = {}) =>
      teams.join(owners.require(ownerId).id, teamId, primary),
    leaveTeam: (ownerId, teamId) => teams.leave(owners.require(ownerId).id, teamId),
    owners: ({ archived = false } = {}) => owners.list(archived),
  }
}
