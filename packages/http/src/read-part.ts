import { isHubsyncError, type MirrorReader, type ReferencePart } from '@hubsync/core'
import { Problem } from './problem.js'

/** What the parts of reference data are called in sentences. */
const called: Record<ReferencePart, string> = {
  owners: 'owners and teams',
  pipelines: 'pipelines',
  catalogue: "definitions of this object's properties",
}

/** What is read from reference data. */
interface Asked {
  reader: MirrorReader
  part: ReferencePart
  /** The name of the object that it is read of; for owners and teams, `owners`. */
  of: string
  signal: AbortSignal
}

/**
 * Reads from a part of reference data.
 *
 * @param isMissing - whether the store has nothing at all of the part, so that it may not have been read.
 * @throws a problem with status 404 that says why the mirror is without that part.
 */
export async function readPart<T>(
  asked: Asked,
  read: () => Promise<T>,
  isMissing: (found: T) => Promise<boolean>,
): Promise<T> {
  let found: T
  try {
    found = await read()
  } catch (error) {
    if (isWithoutPart(error)) await expectPart(asked)
    throw error
  }
  if (await isMissing(found)) await expectPart(asked)
  return found
}

/**
 * Reads owners or teams.
 *
 * @param isNothing - whether what was found is nothing, so that no run may have read them yet. Teams come with owners.
 */
export function readPeople<T>(
  reader: MirrorReader,
  signal: AbortSignal,
  read: () => Promise<T>,
  isNothing: (found: T) => boolean,
): Promise<T> {
  return readPart(
    { reader, part: 'owners', of: 'owners', signal },
    read,
    async (found) => isNothing(found) && (await hasNoOwner(reader, signal)),
  )
}

/** Whether the store has no owner at all. */
async function hasNoOwner(reader: MirrorReader, signal: AbortSignal): Promise<boolean> {
  const any = { limit: 1, status: 'ALL', raw: false, signal } as const
  return (await reader.list('owners', any)).results.length === 0
}

/** Whether a read failed with an error that it has for a part that is left out, or that no run has read. */
export function isWithoutPart(error: unknown): boolean {
  return isHubsyncError(error) && ['INVALID_OPTION', 'NOT_MIRRORED'].includes(error.code)
}

/** @throws a problem if the mirror is without that part, and `NOT_MIRRORED` before the first run. */
async function expectPart({ reader, part, of, signal }: Asked): Promise<void> {
  const state = (await reader.status({ signal })).reference[part]
  const name = called[part]
  if (!state)
    throw new Problem(
      404,
      'PART_LEFT_OUT',
      `The mirror has no ${name}: the mirror's option \`reference\` leaves them out.`,
    )
  if (state.leftOut?.of.includes(of)) {
    const { scopes } = state.leftOut
    const what = scopes.length > 0 ? `lacks ${scopes.join(', ')}` : 'may not read them'
    throw new Problem(
      404,
      'PART_LEFT_OUT',
      `The last run could not read all ${name}: the mirror's access token ${what}.`,
    )
  }
  // Every object has properties. One without them came to the mirror after the last reading.
  if (state.readAt === null || part === 'catalogue')
    throw new Problem(404, 'PART_NOT_READ', `No run has read the ${name} yet.`)
}
