import type { MirrorReader, ObjectDefinition } from '@hubsync/core'
import { type Label, labelsOf, mirrorSchema } from '@hubsync/core/store'
import { isWithoutPart } from './read-part.js'

type Row = Record<string, unknown>

/** The labels beside the columns of an object: of its owner, its pipeline and its stage. */
export function labelsBeside(object: ObjectDefinition): Label[] {
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
  const owners = new Map<unknown, string | null>()
  const readOwner = async (id: unknown) => {
    if (typeof id !== 'string') return
    const owner = await known(reader.get('owners', id, { raw: false, signal }))
    const fullName = [owner?.firstName, owner?.lastName].filter(Boolean).join(' ')
    owners.set(id, fullName || (owner?.email ?? null))
  }
  const readPipelines = async () =>
    labels.every(({ of }) => of === 'owner')
      ? []
      : ((await known(reader.pipelines(name, { status: 'ALL', signal }))) ?? [])
  const [pipelines] = await Promise.all([readPipelines(), ...[...ids].map(readOwner)])
  return ({ of, column, pipeline }, row) => {
    const value = row[column.name]
    if (of === 'owner') return owners.get(value) ?? null
    if (of === 'pipeline') return pipelines.find(({ id }) => id === value)?.label ?? null
    const stages = pipelines
      .filter(({ id }) => pipeline === undefined || id === row[pipeline.name])
      .flatMap((each) => each.stages)
    return stages.find(({ id }) => id === value)?.label ?? null
  }
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
