import type { ResolvedRunOptions } from '../call-options.js'
import { allProperties } from '../extract/property-reader.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { ResolvedOptions } from '../options.js'
import type { Job } from './job.js'
import { RecordedRun } from './recorded-run.js'
import type { RunReport } from './report.js'
import { runStream } from './run-stream.js'
import type { SharedWork } from './shared-work.js'
import { refreshStream } from './streams/refresh-stream.js'

/** Refreshes properties, in a run of its own. */
export async function refreshProperties(
  options: ResolvedOptions,
  shared: SharedWork,
  objects: readonly ObjectDefinition[],
  wanted: readonly string[] | 'calculated',
  given: ResolvedRunOptions,
): Promise<RunReport> {
  const context = new RecordedRun(options, shared, given)
  await context.begin()
  const jobs = objects.map(({ name }) => `${name}:refresh`)
  return context.during(
    jobs,
    async () => ({ due: jobs }),
    async () => {
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
    },
  )
}

/** The properties to refresh: those named, or all that HubSpot calculates. */
async function propertiesToRefresh(
  job: Pick<Job, 'hubspot' | 'wanted'>,
  definition: ObjectDefinition,
  wanted: readonly string[] | 'calculated',
): Promise<string[]> {
  const { properties: mirrored } = await job.wanted(definition)
  if (wanted !== 'calculated') return wanted.filter((name) => mirrored.includes(name))
  const known = await allProperties(job.hubspot, definition.type)
  return known
    .filter(({ name, calculated }) => calculated && mirrored.includes(name))
    .map(({ name }) => name)
}
