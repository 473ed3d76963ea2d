import type { Portal } from '@hubsync/emulator'
import fc from 'fast-check'

const changes = [
  ...(['create owner', 'rename owner', 'archive owner', 'restore owner', 'delete owner'] as const),
  ...(['create team', 'rename team', 'delete team', 'join team', 'leave team'] as const),
  ...(['create pipeline', 'rename pipeline', 'delete pipeline'] as const),
  ...(['create stage', 'rename stage', 'delete stage'] as const),
  ...(['define property', 'rename property', 'archive property', 'restore property'] as const),
  ...(['delete property', 'add option', 'rename option', 'hide option'] as const),
  ...(['remove option', 'restore option', 'define group', 'delete group'] as const),
] as const

/** Something that happens to what lies around the records. */
export interface AroundChange {
  what: (typeof changes)[number]
  /** Whom it befalls, by a number. */
  whom: number
}

export const aroundChanges: fc.Arbitrary<AroundChange> = fc.record({
  what: fc.constantFrom(...changes),
  whom: fc.nat(1_000),
})

/** What befalls one thing, one after the other. In between it is read. */
const fates: AroundChange['what'][][] = [
  ['remove option', 'rename property', 'restore option'],
  ['hide option', 'rename option'],
  ['archive property', 'restore property', 'rename property'],
  ['delete property', 'define property'],
  ['archive owner', 'restore owner', 'delete owner'],
  ['leave team', 'join team', 'rename team', 'delete team'],
  ['create stage', 'rename stage', 'delete stage'],
  ['create pipeline', 'rename pipeline', 'delete pipeline'],
  ['define group', 'delete group', 'define group'],
]

export const aroundFates: fc.Arbitrary<AroundChange[]> = fc
  .record({ fate: fc.constantFrom(...fates), whom: fc.nat(1_000) })
  .map(({ fate, whom }) => fate.map((what) => ({ what, whom })))

/** Whether a change is one of these. */
export function isAround(change: { what: string }): change is AroundChange {
  return changes.some((what) => what === change.what)
}

/** A property of the portal's own, with choices. */
const property = (whom: number) => `story_${whom % 2}`
const group = (whom: number) => `story_group_${whom % 2}`

/** What lies around the records of a portal, and changes. Records go on naming what is gone. */
export class AroundRecords {
  readonly #portal: Portal
  readonly #owners: string[] = []
  readonly #teams: string[] = []
  readonly #stages = ['appointmentscheduled', 'closedwon']
  /** By property: the choices that were removed. */
  readonly #removed = new Map<string, string[]>()

  constructor(portal: Portal) {
    this.#portal = portal
    for (const whom of [1, 2]) this.happen({ what: 'create owner', whom })
    this.happen({ what: 'create team', whom: 1 })
    for (const whom of [1, 2]) this.happen({ what: 'define property', whom })
    this.happen({ what: 'join team', whom: 1 })
  }

  /** Values for a record of a type: an owner, a stage of deals, that there is or was, and a choice of companies. */
  valuesFor(type: string, whom: number): Record<string, string> {
    const owner = { hubspot_owner_id: pick(this.#owners, whom) as string }
    if (type === 'deals') return { ...owner, dealstage: pick(this.#stages, whom) as string }
    const defined = this.#portal.properties('companies').filter(({ name }) => /^story_/.test(name))
    const chosen = type === 'companies' ? pick(defined, whom) : undefined
    const option = pick(chosen?.options ?? [], whom)
    return chosen && option ? { ...owner, [chosen.name]: option.value } : owner
  }

  /** Tells what has happened; undefined where there is nobody whom it could befall. */
  happen({ what, whom }: AroundChange): string | undefined {
    const done = this.#ofOwners(what, whom) ?? this.#ofPipelines(what, whom)
    const told = done ?? this.#ofProperties(what, whom)
    return told === undefined ? undefined : `${what}: ${told}`
  }

  #ofOwners(what: AroundChange['what'], whom: number): string | undefined {
    const portal = this.#portal
    const active = pick(portal.owners(), whom)?.id
    const archived = pick(portal.owners({ archived: true }), whom)?.id
    const owner = what === 'restore owner' ? archived : active
    const team = pick(this.#teams, whom)
    if (what === 'create owner') {
      const id = portal.createOwner({ email: `${whom}@example.com`, firstName: `Owner ${whom}` })
      this.#owners.push(id)
      return id
    }
    if (what === 'create team') {
      const id = portal.createTeam(`Team ${whom}`)
      this.#teams.push(id)
      return id
    }
    if (what.endsWith(' owner') && owner !== undefined) {
      if (what === 'rename owner') portal.updateOwner(owner, { firstName: `Renamed ${whom}` })
      else if (what === 'archive owner') portal.archiveOwner(owner)
      else if (what === 'restore owner') portal.restoreOwner(owner)
      else portal.deleteOwner(owner)
      return owner
    }
    if (!what.endsWith(' team') || team === undefined) return undefined
    const member = portal.owners().find(({ teams = [] }) => teams.some(({ id }) => id === team))
    if (what === 'rename team') portal.renameTeam(team, `Renamed ${whom}`)
    else if (what === 'delete team') {
      portal.deleteTeam(team)
      this.#teams.splice(this.#teams.indexOf(team), 1)
    } else if (what === 'leave team' && member) portal.leaveTeam(member.id, team)
    else if (what === 'join team' && active !== undefined)
      portal.joinTeam(active, team, { primary: whom % 2 === 0 })
    else return undefined
    return team
  }

  #ofPipelines(what: AroundChange['what'], whom: number): string | undefined {
    const portal = this.#portal
    const pipelines = portal.pipelines('deals')
    if (what === 'create pipeline') {
      const id = portal.createPipeline('deals', { label: `Pipeline ${whom}` })
      this.#stages.push(...(portal.pipelines('deals').at(-1)?.stages ?? []).map(({ id }) => id))
      return id
    }
    const pipeline = pick(pipelines, whom)
    if (!pipeline) return undefined
    if (what === 'rename pipeline') {
      portal.updatePipeline('deals', pipeline.id, { label: `Renamed ${whom}`, displayOrder: whom })
      return pipeline.id
    }
    // HubSpot always has a pipeline of deals, and a stage in it.
    if (what === 'delete pipeline') {
      if (pipelines.length === 1) return undefined
      portal.deletePipeline('deals', pipeline.id)
      return pipeline.id
    }
    if (what === 'create stage') {
      const id = portal.createStage('deals', pipeline.id, { label: `Stage ${whom}` })
      this.#stages.push(id)
      return id
    }
    const stage = pick(pipeline.stages, whom)
    if (!stage || !what.endsWith(' stage')) return undefined
    if (what === 'rename stage')
      portal.updateStage('deals', pipeline.id, stage.id, { label: `Renamed ${whom}` })
    else if (pipeline.stages.length === 1) return undefined
    else portal.deleteStage('deals', pipeline.id, stage.id)
    return stage.id
  }

  #ofProperties(what: AroundChange['what'], whom: number): string | undefined {
    if (what.endsWith(' group')) return this.#ofGroups(what, whom)
    if (what.endsWith(' option')) return this.#ofOptions(what, whom)
    const portal = this.#portal
    const name = property(whom)
    const isThere = (archived: boolean) =>
      portal.properties('companies', { archived }).some((each) => each.name === name)
    if (what === 'define property')
      portal.defineProperty('companies', {
        ...{ name, label: `Property ${whom}`, type: 'enumeration' },
        ...{
          options: [`a${whom}`, `b${whom}`],
          groupName: whom % 2 ? group(whom) : 'companyinformation',
        },
      })
    else if (what === 'restore property' && isThere(true)) portal.restoreProperty('companies', name)
    else if (what === 'delete property' && (isThere(true) || isThere(false)))
      portal.deleteProperty('companies', name)
    else if (!isThere(false)) return undefined
    else if (what === 'rename property')
      portal.updateProperty('companies', name, { label: `Renamed ${whom}` })
    else if (what === 'archive property') portal.archiveProperty('companies', name)
    else return undefined
    return name
  }

  #ofOptions(what: AroundChange['what'], whom: number): string | undefined {
    const portal = this.#portal
    const name = property(whom)
    const known = portal.properties('companies').find((each) => each.name === name)
    if (!known) return undefined
    const values = known.options.map(({ value }) => value)
    const removed = (this.#removed.get(name) ?? []).filter((value) => !values.includes(value))
    const added = what === 'restore option' ? pick(removed, whom) : `c${whom}`
    const value = pick(values, whom)
    if (what === 'add option' || what === 'restore option') {
      if (added === undefined || values.includes(added)) return undefined
      portal.addOption('companies', name, added)
      return `${name}, ${added}`
    }
    if (value === undefined) return undefined
    if (what === 'rename option')
      portal.updateOption('companies', name, value, { label: `Renamed ${whom}` })
    else if (what === 'hide option')
      portal.updateOption('companies', name, value, { hidden: whom % 2 === 0 })
    else {
      portal.removeOption('companies', name, value)
      this.#removed.set(name, [...removed, value])
    }
    return `${name}, ${value}`
  }

  #ofGroups(what: AroundChange['what'], whom: number): string | undefined {
    const portal = this.#portal
    const name = group(whom)
    if (what === 'define group')
      portal.definePropertyGroup('companies', name, { label: `Group ${whom}` })
    else if (portal.propertyGroups('companies').some((each) => each.name === name))
      portal.deletePropertyGroup('companies', name)
    else return undefined
    return name
  }
}

function pick<T>(all: readonly T[], whom: number): T | undefined {
  return all[whom % all.length]
}
