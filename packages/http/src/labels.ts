import type { MirrorReader, ObjectDefinition, OwnerRow } from '@hubsync/core'
import { type Label, labelsOf, mirrorSchema } from '@hubsync/core/store'
import { isPeople } from './explorer/people.js'
import { isWithoutPart } from './read-part.js'

type Row = Record<string, unknown>
type Owner = Pick<OwnerRow, 'id' | 'firstName' | 'lastName' | 'email'>

/** The labels beside the columns of an object: of its owner, its pipeline and its stage. */
export function labelsBeside(object: ObjectDefinition): Label[] {
  if (isPeople(object.name)) return []
  return mirrorSchema([object], []).objects.flatMap((table) => labelsOf(table))
}

/**
 * Rows with the labels of their owners, pipelines and stages, each after its column. A label is null if HubSpot doesn't
 * list the value, or the mirror is without that part.
 */
export async function withLabels(
  reader: MirrorReader,
  object: ObjectDefinition,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<Row[]> {
  const labels = labelsBeside(object)
  if (labels.length === 0) return [...rows]
  const textOf = await textsFor(reader, object, labels, rows, signal)
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([name, value]) => [
        [name, value],
        ...labels
          .filter(({ column }) => column.name === name)
          .map((label) => [label.name, textOf(label, row)]),
      ]),
    ),
  )
}

/** Reads the owners and pipelines of these rows, and gives what the label of a row says. */
async function textsFor(
  reader: MirrorReader,
  { name }: ObjectDefinition,
  labels: readonly Label[],
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<(label: Label, row: Row) => string | null> {
  const columns = labels.filter(({ of }) => of === 'owner').map(({ column }) => column.name)
  const ids = new Set(columns.flatMap((column) => rows.map((row) => row[column])))
  const readPipelines = async () =>
    labels.every(({ of }) => of === 'owner')
      ? []
      : ((await known(reader.pipelines(name, { status: 'ALL', signal }))) ?? [])
  const [pipelines, owners] = await Promise.all([readPipelines(), readOwners(reader, ids, signal)])
  return ({ of, column, pipeline }, row) => {
    const value = row[column.name]
    if (of === 'owner') return fullNameOf(owners.get(value))
    if (of === 'pipeline') return pipelines.find(({ id }) => id === value)?.label ?? null
    const stages = pipelines
      .filter(({ id }) => pipeline === undefined || id === row[pipeline.name])
      .flatMap((each) => each.stages.filter(({ id }) => id === value))
    return (stages.find(({ status }) => status === 'ACTIVE') ?? stages[0])?.label ?? null
  }
}

/** The most owners that one question to the mirror gives. */
const OWNERS = 1_000

/** Reads the owners with these ids: by one question, unless the portal has more owners than that gives. */
async function readOwners(
  reader: MirrorReader,
  ids: ReadonlySet<unknown>,
  signal: AbortSignal,
): Promise<Map<unknown, Owner>> {
  const found = new Map<unknown, Owner>()
  const named = [...ids].filter((id) => typeof id === 'string')
  const readEach = async (ids: readonly string[]) => {
    const owners = ids.map((id) => known(reader.get('owners', id, { raw: false, signal })))
    for (const owner of await Promise.all(owners)) if (owner) found.set(owner.id, owner)
  }
  if (named.length < 2) {
    await readEach(named)
    return found
  }
  const wanted = { status: 'ALL', limit: OWNERS, raw: false, signal } as const
  const page = await known(reader.list('owners', wanted))
  for (const owner of page?.results ?? []) found.set(owner.id, owner)
  if (page?.paging.next) await readEach(named.filter((id) => !found.has(id)))
  return found
}

function fullNameOf(owner: Owner | undefined): string | null {
  const name = [owner?.firstName, owner?.lastName].filter(Boolean).join(' ')
  return name || (owner?.email ?? null)
}

/** What was read, or null if the mirror is without that part: left out, or not read by a run yet. */
async function known<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read
  } catch (error) {
    if (isWithoutPart(error)) return null
    throw error
  }
}
