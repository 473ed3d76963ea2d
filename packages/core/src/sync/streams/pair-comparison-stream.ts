import { ASSOCIATION_INPUTS } from '../../client/endpoints.js'
import { readAssociations } from '../../extract/association-reader.js'
import { MERGED_IDS } from '../../extract/merged-ids.js'
import { readRecords } from '../../extract/record-reader.js'
import type { AssociationEdge } from '../../model.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import type { Pair } from '../../objects/pairs.js'
import type { PairComparisonState } from '../checkpoint-states.js'
import type { Job } from '../job.js'
import { nothing, type Position, pageOf } from '../page.js'
import type { Stream } from '../stream.js'
import { notActiveHere } from '../versions.js'
import { walkIds } from './id-walk.js'

/** How many records with differing associations are kept. */
const EXAMPLES = 1_000

/** Compares the associations of every record at a pair's near end with HubSpot's, and repairs them if asked to. */
export function pairComparisonStream(
  pair: Pair,
  { repair, round }: { repair: boolean; round: number },
): Stream<PairComparisonState> {
  return {
    name: `${pair.name}:verify`,
    kind: repair ? 'aside' : 'writes nothing',
    count: (job, result) => job.tally.addAssociations(result),
    async *pages(begun, job) {
      const goesOn = begun?.round === round && begun.after !== null
      let state: Position<PairComparisonState> = { ...(goesOn ? begun : beginning(begun)), round }
      // A comparison that repairs has already asked for what was left unanswered before. One that doesn't meets it
      // again.
      let askedAgain = goesOn || repair ? undefined : begun?.pending
      for await (const { ids, after, last } of walkIds(
        job,
        pair.from,
        state.after,
        ASSOCIATION_INPUTS,
      )) {
        const { found, unanswered, differing } = await compareSets(job, pair, ids, state.found)
        const now = new Date(job.clock.now()).toISOString()
        state = { ...state, found, after, ...(last ? { completedAt: now } : {}) }
        const content = {
          ...nothing,
          near: repair ? [{ pair, ids: differing }] : [],
          unanswered: { [pair.from.name]: unanswered },
        }
        const again = askedAgain ? { askedAgain } : {}
        yield pageOf(content, { phase: 'verify', ...again, next: state, last })
        askedAgain = undefined
      }
    },
  }
}

async function compareSets(
  job: Job,
  pair: Pair,
  ids: string[],
  before: PairComparisonState['found'],
) {
  const { sets, unanswered } = await readAssociations(job.hubspot, {
    from: pair.from.type,
    to: pair.to.type,
    ids,
  })
  // A verification that an earlier version began didn't count these.
  const found = { ...before, unlinked: before.unlinked ?? 0, ids: [...before.ids] }
  const strangers = await notHere(job, pair, sets)
  const here = await job.sets(pair.name, [...sets.keys()])
  const compared = here.map(({ fromId, edges }) => {
    const all = sets.get(fromId) ?? []
    const real = new Set(all.filter(({ toId }) => !strangers.has(toId)).map(keyOf))
    const mirrored = new Map(edges.map((edge) => [keyOf(edge), edge]))
    found.unlinked += all.filter(({ toId }) => strangers.has(toId)).length
    found.compared += real.size
    return {
      fromId,
      missing: [...real].filter((key) => !mirrored.has(key)).length,
      extra: [...mirrored].filter(([key]) => !real.has(key)).map(([, edge]) => edge),
    }
  })
  const left = await endsThatLeft(job, pair, compared)
  const differing: string[] = []
  for (const { fromId, missing, extra } of compared) {
    const wrong = extra.filter(({ toId }) => !left.near.has(fromId) && !left.far.has(toId))
    found.unlinked += extra.length - wrong.length
    if (missing + wrong.length === 0) continue
    found.missing += missing
    found.extra += wrong.length
    differing.push(fromId)
    if (found.ids.length < EXAMPLES) found.ids.push(fromId)
  }
  return { found, unanswered, differing }
}

/**
 * The ends of extra associations that are no longer active in HubSpot. They were archived, merged or purged since the
 * last run, and their associations went with them. The comparison of their own object reports them.
 */
async function endsThatLeft(
  { hubspot }: Job,
  { from, to }: Pair,
  compared: readonly { fromId: string; extra: readonly AssociationEdge[] }[],
): Promise<{ near: Set<string>; far: Set<string> }> {
  const notActive = async ({ type, modifiedProperty }: ObjectDefinition, ids: string[]) => {
    const properties = [modifiedProperty, MERGED_IDS]
    const { aliases, missing } = await readRecords(hubspot, { type, ids, properties })
    return new Set([...aliases.keys(), ...missing])
  }
  const alone = compared.filter(({ extra }) => extra.length > 0)
  const nearIds = alone.map(({ fromId }) => fromId)
  const farIds = alone.flatMap(({ extra }) => extra.map(({ toId }) => toId))
  return { near: await notActive(from, nearIds), far: await notActive(to, farIds) }
}

/** The far ends that the mirror doesn't have, or has in the bin. The comparison of their own object reports them. */
async function notHere(
  job: Job,
  pair: Pair,
  sets: ReadonlyMap<string, AssociationEdge[]>,
): Promise<Set<string>> {
  const far = new Set([...sets.values()].flat().map(({ toId }) => toId))
  return await notActiveHere(job, pair.to, far)
}

function keyOf({ toId, category, typeId, label }: AssociationEdge): string {
  return JSON.stringify([toId, category, typeId, label])
}

function beginning(last: PairComparisonState | null): Position<PairComparisonState> {
  return {
    round: 0,
    after: null,
    startedAt: null,
    completedAt: last?.completedAt ?? null,
    found: { compared: 0, missing: 0, extra: 0, unlinked: 0, ids: [] },
  }
}
