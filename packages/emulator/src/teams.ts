import type { Id } from './record-ids.js'

/** A team that an owner is in, as HubSpot sends it. Source: HubSpot API specification. */
export interface TeamOfOwner {
  /** The id of the team. */
  id: string
  /** The name that people see. */
  name: string
  /** Whether it is the owner's main team. An owner has at most one. */
  primary: boolean
}

const FIRST_TEAM = 368_001

/** The teams of a portal and who is in them. HubSpot's owners API has no list of teams, only the teams of each owner. */
export class Teams {
  readonly #names = new Map<string, string>()
  /** By owner: its teams, and whether each is the main one. */
  readonly #members = new Map<string, Map<string, boolean>>()
  #created = 0

  create(name: string, given?: Id): string {
    const id = String(given ?? FIRST_TEAM + this.#created++ * 17)
    if (this.#names.has(id))
      throw new Error(`Expected a new id of a team, got ${id}. Another team has it already.`)
    this.#names.set(id, name)
    return id
  }

  rename(id: Id, name: string): void {
    this.#names.set(this.#require(id), name)
  }

  /** Removes a team, and everybody from it. */
  delete(id: Id): void {
    const team = this.#require(id)
    this.#names.delete(team)
    for (const teams of this.#members.values()) teams.delete(team)
  }

  join(owner: string, id: Id, primary: boolean): void {
    const team = this.#require(id)
    const teams = this.#members.get(owner) ?? new Map<string, boolean>()
    if (primary) for (const other of teams.keys()) teams.set(other, false)
    teams.set(team, primary)
    this.#members.set(owner, teams)
  }

  leave(owner: string, id: Id): void {
    if (!this.#members.get(owner)?.delete(this.#require(id)))
      throw new Error(
        `Expected owner ${owner} to be in team ${id}, got one who isn't. Use portal.joinTeam().`,
      )
  }

  /** Forgets an owner. */
  forget(owner: string): void {
    this.#members.delete(owner)
  }

  /** The teams of an owner, in the order of joining. */
  of(owner: string): TeamOfOwner[] {
    const teams = this.#members.get(owner) ?? new Map<string, boolean>()
    return [...teams].map(([id, primary]) => ({ id, name: this.#names.get(id)!, primary }))
  }

  #require(id: Id): string {
    if (!this.#names.has(String(id)))
      throw new Error(
        `Expected the id of a team, got ${id}. Use one that portal.createTeam() gave.`,
      )
    return String(id)
  }
}
