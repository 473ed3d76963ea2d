import { BATCH_READ_INPUTS } from '../client/endpoints.js'
import type { HubspotClient } from '../client/hubspot-client.js'
import { allProperties } from '../extract/property-reader.js'
import { readRecords } from '../extract/record-reader.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { ResolvedOptions, RunOptions } from '../options.js'
import type { WalkState } from './checkpoint.js'
import { walkIds } from './id-walk.js'
import type { Job, Position } from './job.js'
import { allOf } from './pending.js'
import { readDiffering } from './read-changed.js'
import type { RunReport } from './report.js'
import { RunContext } from './run-context.js'
import { runStream, type Stream } from './run-stream.js'

/** How many records are read and written together. */
const ROWS = 10 * BATCH_READ_INPUTS

/** How far a refresh has come, and of which properties. */
type RefreshState = WalkState & { properties: string[] }

/** The properties that are meant: those named, or all that HubSpot calculates. */
async function propertiesToRefresh(
  job: Pick<Job, 'hubspot' | 'properties'>,
  definition: ObjectDefinition,
  wanted: readonly string[] | 'calculated',
): Promise<string[]> {
  const mirrored = await job.properties(definition)
  if (wanted !== 'calculated') return wanted.filter((name) => mirrored.includes(name))
  const known = await allProperties(job.hubspot, definition.type)
  return known
    .filter(({ name, calculated }) => calculated && mirrored.includes(name))
    .map(({ name }) => name)
}

/**
 * Reads just these properties of every active record and merges them in: HubSpot changes calculated ones without touching the
 * modification date, so that no change window ever names them. A record that has changed as well is read whole.
 */
function refreshStream(definition: ObjectDefinition, properties: string[]): Stream<RefreshState> {
  return {
    name: `${definition.name}:refresh`,
    kind: 'aside',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      const { type, name } = definition
      const { portalId } = job.origin
      const goesOn = begun?.after != null && begun.properties.join() === properties.join()
      let state: Position<RefreshState> = {
        after: goesOn ? begun.after : null,
        properties,
        startedAt: null,
        completedAt: begun?.completedAt ?? null,
      }
      const total = (await job.store.counts(portalId))[name]?.active
      for await (const { ids, after, last } of walkIds(job, definition, state.after, ROWS)) {
        const answer = await readRecords(job.hubspot, { type, ids, properties })
        const { records, readAt, unanswered } = answer
        const differing = await job.differing(name, records)
        const changed = new Set(differing.map(({ id }) => id))
        const now = new Date(job.clock.now()).toISOString()
        state = { ...state, after, ...(last ? { completedAt: now } : {}) }
        const whole = await readDiffering(job, definition, differing)
        const same = records.filter(({ id }) => !changed.has(id))
        yield {
          ...whole,
          phase: 'refresh',
          total,
          feed: true,
          records: [...whole.records, { definition, records: same, readAt, partial: true }],
          unanswered: allOf(Object.entries(whole.unanswered), [[name, unanswered]]),
          next: state,
          last,
        }
      }
    },
  }
}

/** Refreshes objects, as a run of its own. */
export async function refreshProperties(
  options: ResolvedOptions,
  client: HubspotClient,
  objects: readonly ObjectDefinition[],
  wanted: readonly string[] | 'calculated',
  given: Omit<RunOptions, 'jobs'>,
): Promise<RunReport> {
  const context = new RunContext(options, client, given)
  await context.begin(objects.map(({ name }) => `${name}:refresh`))
  await Promise.all(
    objects.map((definition) =>
      context.runJob(`${definition.name}:refresh`, async (job) => {
        const properties = await propertiesToRefresh(job, definition, wanted)
        return properties.length === 0
          ? undefined
          : runStream(refreshStream(definition, properties), job)
      }),
    ),
  )
  return context.end()
}
