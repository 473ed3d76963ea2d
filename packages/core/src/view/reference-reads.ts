import { resolveRead } from '../call-options.js'
import { InvalidOptionError } from '../errors.js'
import { expectedGot } from '../expected.js'
import type { RecordStatus } from '../model.js'
import type { ReferenceName, StoredReferenceRow } from '../store/reference-tables.js'
import { referenceTables } from '../store/reference-tables.js'
import { heard } from '../sync/heeding-store.js'
import type { ReferenceRows } from './reference-rows.js'
import { resolveWhere } from './where.js'

/** Gives a part of a reference table of the mirror. */
export type RowsOf = (
  table: ReferenceName,
  scope?: readonly (string | number)[],
) => Promise<StoredReferenceRow[]>

/** Whether rows of this name are reference data that is read like objects. */
export function isReferenceName(name: string): name is keyof ReferenceRows {
  return name === 'owners' || name === 'teams'
}

/** The reads of reference data. They take the rows from the store alone. */
export function createReferenceReads(rowsOf: RowsOf) {
  return {
    async get(name: keyof ReferenceRows, id: string, given: unknown) {
      const { raw, signal } = resolveRead('get', given)
      const [row] = await heard(signal, () => rowsOf(name, [String(id)]))
      return row ? publicRow(row, raw) : null
    },

    async list(name: keyof ReferenceRows, given: unknown) {
      const { after, limit, status, updatedSince, where, raw, signal } = resolveRead('list', given)
      if (updatedSince !== undefined)
        throw new InvalidOptionError(
          `Expected no \`updatedSince\` in list('${name}', …): HubSpot doesn't date all changes of ${name}. Leave it out.`,
        )
      const wanted = Object.entries(resolveWhere({ name, columns: columnsOf(name) }, where) ?? {})
      const rows = (await heard(signal, () => rowsOf(name))).filter(
        ({ key: [id = ''], values, ...row }) =>
          (after === undefined || String(id) > after) &&
          isOf(status, row.status) &&
          wanted.every(([column, value]) => (values[column] ?? null) === value),
      )
      const results = rows.slice(0, limit)
      const last = results.at(-1)
      return {
        results: results.map((row) => publicRow(row, raw)),
        paging: rows.length > limit && last ? { next: { after: String(last.key[0]) } } : {},
      }
    },

    async related(name: keyof ReferenceRows, id: string, other: string, given: unknown) {
      const { after, limit, raw, signal } = resolveRead('related', given)
      const far = name === 'owners' ? 'teams' : 'owners'
      if (other !== far)
        throw new InvalidOptionError(
          expectedGot(
            `${name} to be related with ${far}`,
            `"${other}"`,
            'Filter records by ownerId.',
          ),
        )
      return heard(signal, async () => {
        const [near, end] = name === 'owners' ? [0, 1] : [1, 0]
        const links = await rowsOf('owners_teams', name === 'owners' ? [String(id)] : [])
        const byId = new Map((await rowsOf(far)).map((row) => [row.key[0], row]))
        return links
          .filter(({ key }) => key[near] === String(id))
          .flatMap(({ key, values: { isPrimary = null } }) => {
            const row = byId.get(key[end] as string)
            return row ? [{ record: publicRow(row, raw), isPrimary }] : []
          })
          .filter(({ record }) => after === undefined || record.id > after)
          .slice(0, limit)
      })
    },

    async pipelines(object: string, given: unknown) {
      const { status, signal } = resolveRead('pipelines', given)
      return heard(signal, async () => {
        const pipelines = await rowsOf('pipelines', [object])
        const stages = await rowsOf('pipeline_stages', [object])
        return shown(pipelines, status).map((row) => ({
          ...placeRow(row, 1),
          stages: shown(
            stages.filter(({ key }) => key[1] === row.key[1]),
            status,
          ).map((stage) => placeRow(stage, 2)),
        }))
      })
    },

    async properties(object: string, given: unknown) {
      const { status, signal } = resolveRead('properties', given)
      return heard(signal, async () => {
        const definitions = await rowsOf('property_definitions', [object])
        const groups = await rowsOf('property_groups', [object])
        const options = Map.groupBy(
          await rowsOf('property_options', [object]),
          ({ key }) => key[1] as string,
        )
        const labels = new Map(groups.map(({ key, values }) => [key[1], values.label ?? null]))
        return definitions
          .filter((row) => isOf(status, row.status))
          .map(({ key: [, name = ''], status: own, values }) => {
            const { groupName, sourceCreatedAt, sourceUpdatedAt, sourceArchivedAt, ...rest } =
              values
            return {
              name,
              status: own,
              ...rest,
              createdAt: sourceCreatedAt,
              updatedAt: sourceUpdatedAt,
              archivedAt: sourceArchivedAt,
              group: groupName
                ? { name: groupName, label: labels.get(String(groupName)) ?? null }
                : null,
              options: shown(options.get(String(name)) ?? [], status).map((option) => ({
                value: option.key[2],
                status: option.status,
                ...option.values,
              })),
            }
          })
      })
    },
  }
}

/** The rows of a status, in display order. HubSpot shows those with a negative place after all others. */
function shown(
  rows: readonly StoredReferenceRow[],
  status: RecordStatus | 'ALL',
): StoredReferenceRow[] {
  const placeOf = ({ values: { displayOrder } }: StoredReferenceRow) =>
    typeof displayOrder === 'number' && displayOrder >= 0 ? displayOrder : Number.MAX_SAFE_INTEGER
  return rows
    .filter((row) => isOf(status, row.status))
    .sort((one, other) => placeOf(one) - placeOf(other))
}

function isOf(wanted: RecordStatus | 'ALL', status: RecordStatus): boolean {
  return wanted === 'ALL' || wanted === status
}

/** The columns that rows can be filtered by. */
function columnsOf(name: keyof ReferenceRows) {
  const columns = referenceTables.find((table) => table.name === name)?.columns ?? []
  const own = columns.filter((column) => !column.name.startsWith('source'))
  return Object.fromEntries(own.map((column) => [column.name, { kind: column.kind }]))
}

function publicRow({ key, status, values, raw }: StoredReferenceRow, withRaw = true) {
  const { sourceCreatedAt: createdAt, sourceUpdatedAt: updatedAt, ...rest } = values
  const dated = createdAt === undefined ? {} : { createdAt, updatedAt }
  const row = { id: String(key[0]), status, ...dated, ...rest }
  return withRaw ? { ...row, raw } : row
}

function placeRow({ key, status, values }: StoredReferenceRow, place: 1 | 2) {
  const { sourceCreatedAt, sourceUpdatedAt, sourceArchivedAt, ...rest } = values
  return {
    id: key[place],
    status,
    ...rest,
    createdAt: sourceCreatedAt,
    updatedAt: sourceUpdatedAt,
    archivedAt: sourceArchivedAt,
  }
}
