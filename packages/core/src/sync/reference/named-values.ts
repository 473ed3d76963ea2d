import type { AssociationEdge, AssociationSet, HubspotRecord } from '../../model.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { Pair } from '../../objects/pairs.js'
import type { ReferencePart } from '../../objects/reference-parts.js'
import { ownerProperty, pipelinesOf } from '../../objects/standard-types.js'
import type { Store } from '../../store/store.js'

type Place = { store: Pick<Store, 'reference'>; origin: { portalId: string } }

/** Records of an object. `partial`: only some of their properties were read. */
interface Group {
  definition: ObjectDefinition
  records: readonly HubspotRecord[]
  partial?: boolean
}

/** Where a record is in a pipeline. Null if it is in none, or if that property isn't read. */
interface Position {
  object: string
  pipeline: string | null
  stage: string | null
}

/**
 * The owners, stages and association types that written records name. A run compares them with what the mirror knows, to
 * read at once what is new.
 */
export class NamedValues {
  readonly #owners = new Set<string>()
  /** By object, then by pipeline: the stages. */
  readonly #stages = new Map<string, Map<string | null, Set<string | null>>>()
  /** By pair, then by number: the types of link, most often one. */
  readonly #types = new Map<string, Map<number, Omit<AssociationEdge, 'toId'>[]>>()

  /** Notes what records and links name that are written. */
  note(groups: readonly Group[], sets: readonly AssociationSet[]): void {
    for (const group of groups) if (!group.partial) this.#noteRecords(group)
    this.#noteSets(sets)
  }

  #noteRecords({ definition, records }: Group): void {
    const { pipeline = '', stage = '' } = pipelinesOf(definition) ?? {}
    const ofObject = this.#stages.get(definition.name) ?? new Map()
    this.#stages.set(definition.name, ofObject)
    for (const { properties } of records) {
      const owner = properties[ownerProperty]
      if (owner) this.#owners.add(owner)
      const inPipeline = properties[pipeline] || null
      const inStage = properties[stage] || null
      if (inPipeline === null && inStage === null) continue
      const stages = ofObject.get(inPipeline) ?? new Set()
      ofObject.set(inPipeline, stages.add(inStage))
    }
  }

  #noteSets(sets: readonly AssociationSet[]): void {
    for (const { pair, edges } of sets) {
      const ofPair = this.#types.get(pair) ?? new Map()
      this.#types.set(pair, ofPair)
      for (const { category, typeId, label } of edges) {
        const known = ofPair.get(typeId) ?? []
        if (
          known.some((type: AssociationEdge) => type.category === category && type.label === label)
        )
          continue
        ofPair.set(typeId, [...known, { category, typeId, label }])
      }
    }
  }

  /** Those that the tables of a part don't have as they are named, as text. */
  async unknown(part: ReferencePart, place: Place, pairs: readonly Pair[]): Promise<string[]> {
    if (part === 'owners') return this.#unknownOwners(place)
    if (part === 'pipelines') return this.#unknownStages(place)
    return this.#unknownTypes(place, pairs)
  }

  async #unknownOwners({ store, origin }: Place): Promise<string[]> {
    if (this.#owners.size === 0) return []
    const rows = await store.reference(origin.portalId, 'owners', [])
    const known = new Set(rows.map(({ key }) => key[0]))
    return [...this.#owners].filter((id) => !known.has(id))
  }

  async #unknownStages({ store, origin }: Place): Promise<string[]> {
    const unknown: string[] = []
    for (const [object, named] of this.#stages) {
      if (named.size === 0) continue
      const pipelines = await store.reference(origin.portalId, 'pipelines', [object])
      const stages = await store.reference(origin.portalId, 'pipeline_stages', [object])
      const isKnown = ({ pipeline, stage }: Position) =>
        stage === null
          ? pipelines.some(({ key }) => key[1] === pipeline)
          : stages.some(({ key }) => key[2] === stage && (pipeline === null || key[1] === pipeline))
      for (const [pipeline, ofPipeline] of named)
        for (const stage of ofPipeline)
          if (!isKnown({ object, pipeline, stage }))
            unknown.push(JSON.stringify([object, pipeline, stage]))
    }
    return unknown
  }

  async #unknownTypes({ store, origin }: Place, pairs: readonly Pair[]): Promise<string[]> {
    const unknown: string[] = []
    for (const { name, from, to } of pairs) {
      const named = [...(this.#types.get(name)?.values() ?? [])].flat()
      if (named.length === 0) continue
      const rows = await store.reference(origin.portalId, 'association_types', [from.name, to.name])
      for (const { category, typeId, label } of named) {
        const row = rows.find(({ key }) => key[2] === category && key[3] === typeId)
        if (!row || row.values.label !== label)
          unknown.push(JSON.stringify([name, category, typeId, label]))
      }
    }
    return unknown
  }
}
