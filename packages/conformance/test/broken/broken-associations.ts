import type { AssociationSet, Store, StoredRow } from '@hubsync/core'
import { type BrokenStore, committing, reading, without, writing } from './broken-store.js'

/** A store that keeps archived rows of these objects active, and returns them as archived. */
function archivedStayLinked(...objects: string[]) {
  const inside = writing((row, _, object) =>
    objects.includes(object) ? { ...row, status: 'ACTIVE' } : row,
  )
  const outside = reading((row: StoredRow) => ({
    ...row,
    status: row.archivedAt === null ? 'ACTIVE' : 'ARCHIVED',
  }))
  return (sound: Store): Store => outside(inside(sound))
}

/** A store that keeps removed rows of an object, and hides them from reads. */
function removedStayLinked(object: string) {
  return (sound: Store): Store => {
    const hidden = new Set<string>()
    return {
      ...sound,
      async commit(batch) {
        const { tombstones = [] } = batch
        for (const each of tombstones) if (each.object === object) hidden.add(each.id)
        return sound.commit({
          ...batch,
          tombstones: tombstones.filter((each) => each.object !== object),
        })
      },
      get: async (portalId, name, id) =>
        name === object && hidden.has(id) ? null : sound.get(portalId, name, id),
    }
  }
}

const setsChanged = (change: (set: AssociationSet) => AssociationSet) =>
  committing(({ associations = [], ...batch }) => ({
    ...batch,
    associations: associations.map(change),
  }))

export const brokenAssociations: readonly BrokenStore[] = [
  {
    does: 'only adds associations',
    caughtBy: 'A set replaces what was there for its record, and the counts say so',
    breakIt: committing(async (batch, sound) => {
      const associations: AssociationSet[] = []
      for (const { pair, fromId, edges } of batch.associations ?? []) {
        const [before] = await sound.sets(batch.portalId, pair, [fromId])
        associations.push({ pair, fromId, edges: [...(before?.edges ?? []), ...edges] })
      }
      return { ...batch, associations }
    }),
  },
  {
    does: 'takes an empty set for one that is unknown',
    caughtBy: 'An empty set removes all associations of its record',
    breakIt: committing(({ associations = [], ...batch }) => ({
      ...batch,
      associations: associations.filter(({ edges }) => edges.length > 0),
    })),
  },
  {
    does: 'replaces the associations of all records of a pair by those of one',
    caughtBy: 'Sets of other records and of other pairs stay',
    breakIt(sound) {
      const seen = new Set<string>()
      return committing(({ associations = [], ...batch }) => {
        const cleared = associations.flatMap(({ pair }) =>
          [...seen].map((fromId) => ({ pair, fromId, edges: [] })),
        )
        for (const { fromId } of associations) seen.add(fromId)
        return { ...batch, associations: [...cleared, ...associations] }
      })(sound)
    },
  },
  {
    does: 'keeps one association between two records',
    caughtBy: 'Several types of one link are several associations',
    breakIt: setsChanged((set) => ({
      ...set,
      edges: [...new Map(set.edges.map((edge) => [edge.toId, edge])).values()],
    })),
  },
  {
    does: 'keeps the first label of an association',
    caughtBy: 'A label that changes is written, and nothing is added or removed',
    breakIt: committing(async (batch, sound) => {
      const associations: AssociationSet[] = []
      for (const { pair, fromId, edges } of batch.associations ?? []) {
        const [before] = await sound.sets(batch.portalId, pair, [fromId])
        const labelled = edges.map((edge) => {
          const known = before?.edges.find(
            ({ toId, typeId }) => toId === edge.toId && typeId === edge.typeId,
          )
          return known ?? edge
        })
        associations.push({ pair, fromId, edges: labelled })
      }
      return { ...batch, associations }
    }),
  },
  {
    does: 'keeps the first thousand associations of a set',
    caughtBy: 'A set of 1,200 associations is kept whole, and changed whole',
    breakIt: setsChanged((set) => ({ ...set, edges: set.edges.slice(0, 1000) })),
  },
  {
    does: 'leaves out records without associations when it reads sets',
    caughtBy: 'Sets are read in the order they are asked for, empty ones too',
    breakIt: (sound) => ({
      ...sound,
      sets: async (portalId, pair, fromIds) =>
        (await sound.sets(portalId, pair, fromIds)).filter(({ edges }) => edges.length > 0),
    }),
  },
  {
    does: 'writes associations that lack an end',
    caughtBy: 'An association whose far end is missing is left out and counted',
    breakIt(sound) {
      const given = new Map<string, AssociationSet>()
      return {
        ...sound,
        async commit(batch) {
          for (const set of batch.associations ?? []) given.set(`${set.pair}/${set.fromId}`, set)
          return sound.commit(batch)
        },
        sets: async (portalId, pair, fromIds) =>
          (await sound.sets(portalId, pair, fromIds)).map(
            (set) => given.get(`${pair}/${set.fromId}`) ?? set,
          ),
      }
    },
  },
  {
    does: 'does not count the associations that it leaves out',
    caughtBy: 'An association whose near end is missing is left out and counted',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const result = await sound.commit(batch)
        return { ...result, associations: { ...result.associations, unlinked: 0 } }
      },
    }),
  },
  {
    does: 'links archived records',
    caughtBy: 'An association with an archived end is left out and counted',
    breakIt: archivedStayLinked('contacts', 'companies'),
  },
  {
    does: 'writes associations before the rows of their batch',
    caughtBy: 'Ends that come in the same batch are linked',
    breakIt: (sound) => ({
      ...sound,
      async commit(batch) {
        const { portalId, at, associations = [] } = batch
        const first = await sound.commit({ portalId, at, associations })
        const rest = await sound.commit(without(batch, 'associations'))
        return { ...rest, associations: first.associations }
      },
    }),
  },
  {
    does: 'links what it left out as soon as the end is there',
    caughtBy: 'An association left out is linked when its set comes again, and not before',
    breakIt(sound) {
      const given: AssociationSet[] = []
      return committing((batch) => {
        given.push(...(batch.associations ?? []))
        return { ...batch, associations: [...given] }
      })(sound)
    },
  },
  {
    does: 'leaves an archived row its outgoing associations',
    caughtBy: 'A row that is archived loses its outgoing associations',
    breakIt: archivedStayLinked('contacts'),
  },
  {
    does: 'leaves an archived row its incoming associations',
    caughtBy: 'A row that is archived loses its incoming associations',
    breakIt: archivedStayLinked('companies'),
  },
  {
    does: 'leaves a removed row its outgoing associations',
    caughtBy: 'A row that is merged loses its outgoing associations',
    breakIt: removedStayLinked('contacts'),
  },
  {
    does: 'leaves a removed row its incoming associations',
    caughtBy: 'A row that is purged loses its incoming associations',
    breakIt: removedStayLinked('companies'),
  },
]
