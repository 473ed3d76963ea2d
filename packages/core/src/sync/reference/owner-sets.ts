import { HubspotError } from '../../errors.js'
import { readOwners } from '../../extract/owner-reader.js'
import type { Owner } from '../../extract/parse-owner.js'
import type { ReferenceRow } from '../../store/reference-tables.js'
import type { PartJob, PartReading } from './part-reading.js'

/** Reads the owners with their teams. Teams come with the owners, so they need no other scope. */
export async function readOwnersPart({ hubspot, store, origin }: PartJob): Promise<PartReading> {
  const stored = await store.reference(origin.portalId, 'owners', [])
  const active = stored.filter(({ status }) => status === 'ACTIVE')
  const known = active.map(({ key }) => String(key[0]))
  const read = await readOwners(hubspot, known).catch((error: unknown) => {
    if (error instanceof HubspotError && error.code === 'MISSING_SCOPE') return error
    throw error
  })
  if (read instanceof HubspotError)
    return { sets: [], unreadable: 0, refusals: [{ of: 'owners', error: read }] }
  const { owners, unnamed } = read
  const whole = { of: 'owners', scope: [] }
  return {
    sets: [
      { ...whole, table: 'owners', rows: owners.map(ownerRow) },
      { ...whole, table: 'teams', rows: teamRows(owners) },
      { ...whole, table: 'owners_teams', rows: owners.flatMap(membershipRows) },
    ],
    unreadable: unnamed,
    refusals: [],
  }
}

function ownerRow(owner: Owner): ReferenceRow {
  const { id, archived, createdAt, updatedAt, teams: _, raw, ...values } = owner
  return {
    key: [id],
    status: archived ? 'ARCHIVED' : 'ACTIVE',
    values: { sourceCreatedAt: createdAt, sourceUpdatedAt: updatedAt, ...values },
    raw,
  }
}

/** The teams that anybody is in: HubSpot's list of owners names no others. */
function teamRows(owners: readonly Owner[]): ReferenceRow[] {
  const names = new Map<string, string | null>()
  for (const { teams } of owners)
    for (const { id, name } of teams) names.set(id, name ?? names.get(id) ?? null)
  return [...names].map(([id, name]) => ({
    key: [id],
    status: 'ACTIVE',
    values: { name },
    raw: { id, name },
  }))
}

function membershipRows({ id, teams }: Owner): ReferenceRow[] {
  return teams.map((team) => ({
    key: [id, team.id],
    status: 'ACTIVE',
    values: { isPrimary: team.primary },
    raw: null,
  }))
}
