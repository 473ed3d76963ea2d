import type { HubspotAssociationType, Portal } from '@hubsync/emulator'
import fc from 'fast-check'
import { type Pair, pairs } from './definitions.js'

const changes = ['create label', 'rename label', 'delete label'] as const

/** HubSpot lets the associations of a pair have no more. */
const MOST_LABELS = 10

/** Something that happens to a label of associations. */
export interface LabelChange {
  what: (typeof changes)[number]
  /** The pair, by a number. */
  pair: number
  /** Which label it is, by a number. */
  whom: number
}

export const labelChanges: fc.Arbitrary<LabelChange> = fc.record({
  what: fc.constantFrom(...changes),
  pair: fc.nat(pairs.length - 1),
  whom: fc.nat(1_000),
})

/** Whether a change is one of these. */
export function isOfLabel(change: { what: string }): change is LabelChange {
  return changes.some((what) => what === change.what)
}

/** The labels that a portal's admin makes for associations, renames and deletes, while records have them. */
export class AssociationLabels {
  /** Whether one was ever renamed. Associations keep the former one in the mirror until the catalogue is read. */
  hasRenamed = false
  #made = 0
  readonly #portal: Portal
  readonly #relink: (pair: Pair, nearId: string) => void

  /** @param relink - is called before a record loses an association. */
  constructor(portal: Portal, relink: (pair: Pair, nearId: string) => void) {
    this.#portal = portal
    this.#relink = relink
    for (const pair of pairs.keys()) this.happen({ what: 'create label', pair, whom: 0 })
  }

  /** A label of a pair; undefined if it has none. */
  of([from, to]: Pair, whom: number): HubspotAssociationType | undefined {
    const labels = this.#portal.associationTypes(from, to).filter(isLabel)
    return labels[whom % labels.length]
  }

  /** Tells what has happened; undefined if there is no label that it could happen to. */
  happen({ what, pair: number, whom }: LabelChange): string | undefined {
    const pair = pairs[number] as Pair
    if (what === 'create label') return this.#create(pair, whom)
    const type = this.of(pair, whom)
    if (!type) return undefined
    return what === 'rename label' ? this.#rename(pair, type, whom) : this.#delete(pair, type)
  }

  #create([from, to]: Pair, whom: number): string | undefined {
    if (this.#portal.associationTypes(from, to).filter(isLabel).length === MOST_LABELS)
      return undefined
    const label = this.#newText()
    // Each direction may have a text of its own.
    const inverseLabel = whom % 2 === 0 ? label : `${label}, seen from ${to}`
    this.#portal.defineAssociation(from, to, { label, inverseLabel })
    return `associations from ${from} to ${to} can be labelled ${label}`
  }

  #rename(
    [from, to]: Pair,
    { category, typeId, label: before }: HubspotAssociationType,
    whom: number,
  ) {
    const after = this.#newText()
    const isOfFar = whom % 3 === 0
    const labels = isOfFar ? { label: before, inverseLabel: after } : { label: after }
    this.#portal.renameAssociation(from, to, { category, typeId }, labels)
    this.hasRenamed = true
    const side = isOfFar ? `${to} to ${from}` : `${from} to ${to}`
    return `the label ${typeId} of associations from ${side} is ${after}, and was ${before}`
  }

  /** HubSpot deletes a label that no record has. So whoever wants that takes it from all records first. */
  #delete(pair: Pair, { category, typeId, label }: HubspotAssociationType): string | undefined {
    const [from, to] = pair
    const isOfType = (row: { category: string; typeId: number }) =>
      row.category === category && row.typeId === typeId
    const links = [...this.#portal.associations(from, to)].filter(isOfType)
    for (const { fromId, toId } of links) {
      this.#relink(pair, fromId)
      this.#portal.dissociate(from, fromId, to, toId, { category, typeId })
    }
    try {
      this.#portal.deleteAssociation(from, to, { category, typeId })
    } catch {
      // Records in the bin have it.
      return links.length > 0 ? `no active ${from} has the label ${label} any more` : undefined
    }
    return `the label ${label} of associations from ${from} to ${to} is deleted`
  }

  #newText(): string {
    return `Label ${++this.#made}`
  }
}

/** Whether it is a label of the portal's own. */
export function isLabel({ category }: Pick<HubspotAssociationType, 'category'>): boolean {
  return category === 'USER_DEFINED'
}
