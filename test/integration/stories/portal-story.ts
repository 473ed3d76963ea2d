import type { Portal } from '@hubsync/emulator'
import { AroundRecords, isAround } from './around-records.js'
import { AssociationLabels, isLabel, isOfLabel } from './association-labels.js'
import { calculated, pairs, types } from './definitions.js'
import type { Change } from './events.js'
import type { VirtualClock } from './virtual-clock.js'

const property = {
  contacts: ['firstname', 'email', 'jobtitle', 'city'],
  companies: ['name', 'city', 'numberofemployees'],
  deals: ['dealname', 'amount', 'closedate'],
} as const

/** A portal that the story changes. */
export class PortalStory {
  /** When HubSpot last changed in any way. */
  changedAt: number
  /** Whether a record was deleted without a trace. Only a census finds that. */
  hasPurged = false
  /** When each record was last changed. No client can tell two changes of one record in the same millisecond apart. */
  readonly #changed = new Map<string, number>()
  readonly #used = new Set<number>()
  readonly #around: AroundRecords
  readonly #labels: AssociationLabels

  constructor(
    readonly portal: Portal,
    private readonly clock: VirtualClock,
    private readonly log: (line: string) => void,
    private readonly datedLinks: boolean,
  ) {
    this.#labels = new AssociationLabels(portal, ([from], id) => this.#link(from, id))
    this.#around = new AroundRecords(portal)
    this.changedAt = clock.now()
  }

  /** Whether a label of associations was ever renamed. */
  get hasRelabelled(): boolean {
    return this.#labels.hasRenamed
  }

  populate(records: { contacts: number; companies: number; deals: number }): void {
    for (const type of types)
      for (let index = 0; index < records[type]; index++)
        this.portal.create(type, {
          ...valuesOf(type, index),
          ...this.#around.valuesFor(type, index),
        })
    for (const [index, [from, to]] of pairs.entries()) {
      const [near, far] = [this.#ids(from), this.#ids(to)]
      for (const [place, id] of near.entries())
        if (far.length > 0 && (place + index) % 3 > 0)
          this.portal.associate(from, id, to, far[place % far.length] as string, {
            primary: place % 2 === 0 && to === 'companies',
          })
    }
  }

  /** @param sameMoment - whether the clock stands still since the change before. */
  happen(change: Change, sameMoment: boolean): void {
    if (!sameMoment) this.clock.moveTo(this.clock.now() + 1)
    const told = this.#happen(change)
    if (told === undefined) return
    this.changedAt = this.clock.now()
    this.log(`HubSpot: ${told}`)
  }

  #happen(change: Change): string | undefined {
    const { portal } = this
    if (change.what === 'empty bin') {
      portal.emptyBin()
      this.hasPurged = true
      return 'the bin is emptied'
    }
    if (isAround(change)) return this.#around.happen(change)
    if (isOfLabel(change)) return this.#labels.happen(change)
    if ('as' in change) return this.#associate(change)
    const type = types[change.type] as (typeof types)[number]
    if (change.what === 'create') {
      const id = change.below ? this.#idBelow(change.whom) : undefined
      return `${type} ${portal.create(type, valuesOf(type, change.whom), id ? { id } : {})} is created`
    }
    if (change.what === 'import') {
      const ids = portal.createMany(type, change.count, (index) =>
        valuesOf(type, index + change.whom),
      )
      return `${type} ${ids.join(', ')} are created in one millisecond`
    }
    const id = pick(this.#ids(type, change.what === 'restore'), change.whom)
    if (id === undefined) return undefined
    if (change.what === 'merge') {
      const other = pick(
        this.#ids(type).filter((each) => each !== id),
        change.other,
      )
      if (other === undefined) return undefined
      this.#apart(type, id, other)
      return `${type} ${id} and ${other} become ${portal.merge(type, id, other)}`
    }
    this.#apart(type, id)
    this.hasPurged ||= change.what === 'purge' || change.what === 'privacy delete'
    if (change.what === 'update') portal.update(type, id, valuesOf(type, change.whom))
    else if (change.what === 'change often') this.#changeOften(type, id, change.times)
    else if (change.what === 'assign')
      portal.update(type, id, this.#around.valuesFor(type, change.other))
    else if (change.what === 'archive') portal.archive(type, id)
    else if (change.what === 'restore') this.#restore(type, id)
    else if (change.what === 'purge') portal.purge(type, id)
    else if (change.what === 'privacy delete') portal.privacyDelete(type, id)
    else portal.setCalculated(type, id, { [calculated[type]]: String(change.whom) })
    return `${type} ${id}: ${change.what}`
  }

  #associate({ what, pair, whom, other, as }: Extract<Change, { as: string }>): string | undefined {
    const { portal } = this
    const ends = pairs[pair] as (typeof pairs)[number]
    const [from, to] = ends
    const [near, far] = [pick(this.#ids(from), whom), pick(this.#ids(to), other)]
    if (near === undefined || far === undefined) return undefined
    if (what === 'associate') {
      const primary = as === 'primary' && to === 'companies'
      const label = as === 'labelled' ? this.#labels.of(ends, whom + other) : undefined
      this.#link(from, near)
      portal.associate(from, near, to, far, {
        ...(primary ? { primary } : {}),
        ...(label ? { typeId: label.typeId, category: label.category } : {}),
      })
      return `${from} ${near} is associated with ${to} ${far}, ${as}`
    }
    const labelled = [...portal.associations(from, to)].find(isLabel)
    if (as === 'labelled' && !labelled) return undefined
    if (as === 'labelled' && labelled) {
      this.#link(from, labelled.fromId)
      portal.dissociate(from, labelled.fromId, to, labelled.toId, { typeId: labelled.typeId })
      return `${from} ${labelled.fromId} and ${to} ${labelled.toId} lose their label`
    }
    this.#link(from, near)
    portal.dissociate(from, near, to, far)
    return `${from} ${near} is associated with ${to} ${far} no more`
  }

  /** Changes the first property of a record again and again, each time in another millisecond. */
  #changeOften(type: (typeof types)[number], id: string, times: number): void {
    for (let time = 1; time <= times; time++) {
      this.portal.update(type, id, { [property[type][0]]: `Often ${time}` })
      if (time < times) this.clock.moveTo(this.clock.now() + 1)
    }
    this.#changed.set(`${type} ${id}`, this.clock.now())
  }

  /** The records with which a restored record is associated again. */
  #restore(type: (typeof types)[number], id: string): void {
    this.portal.restore(type, id)
    for (const [from, to] of pairs)
      if (to === type)
        for (const { fromId, toId } of [...this.portal.associations(from, to)])
          if (toId === id) this.#link(from, fromId)
  }

  /** Changes a record whose associations change, if the story makes that visible in its date. */
  #link(type: (typeof types)[number], id: string): void {
    if (!this.datedLinks) return
    this.#apart(type, id)
    this.portal.update(type, id, { [property[type][0]]: `Linked ${this.clock.now()}` })
  }

  /** The active records, or those in the bin, in ascending order of their ids. */
  #ids(type: string, archived = false): string[] {
    return [...this.portal.records(type, { archived })].map(({ id }) => id)
  }

  /** An id that was never used, smaller than HubSpot's. */
  #idBelow(whom: number): number {
    let id = 7 + whom * 37
    while (this.#used.has(id)) id++
    this.#used.add(id)
    return id
  }

  /** Waits a millisecond if one of the records was changed in this one. */
  #apart(type: string, ...ids: string[]): void {
    const keys = ids.map((id) => `${type} ${id}`)
    const now = this.clock.now()
    const fresh = keys.some(
      (key, index) =>
        (this.#changed.get(key) ?? this.#writtenAt(type, ids[index] as string)) >= now,
    )
    if (fresh) this.clock.moveTo(now + 1)
    for (const key of keys) this.#changed.set(key, this.clock.now())
  }

  #writtenAt(type: string, id: string): number {
    return Date.parse(this.portal.record(type, id)?.updatedAt ?? '')
  }
}

function pick(ids: string[], whom: number): string | undefined {
  return ids[whom % ids.length]
}

function valuesOf(type: (typeof types)[number], whom: number): Record<string, string> {
  const names = property[type]
  const name = names[whom % names.length] as string
  const special: Record<string, string> = {
    email: ` Person.${whom}@Example.com`,
    numberofemployees: String(whom),
    amount: `${whom}.50`,
    closedate: new Date(Date.UTC(2026, 8, 1 + (whom % 28))).toISOString(),
  }
  return {
    [names[0]]: `Name ${whom}`,
    [name]: special[name] ?? (whom % 7 === 0 ? '' : ` ${name} ${whom} `),
  }
}
