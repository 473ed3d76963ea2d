import type { Membership, MirrorReader, ObjectDefinition, RelatedRecord } from '@hubsync/core'
import { withLabels } from '../labels.js'
import { nameOf } from '../summary-name.js'
import type { Cells, Row } from './cells.js'
import { recordChanges } from './record-changes.js'
import { recordHistory } from './record-history.js'
import type { LinkedPage } from './record-page.js'
import type { TimeLinePage } from './time-line.js'

/** So many associated records of each object are on the page of a record. */
const LINKED = 25
/** So many entries are on a page of each time line. A change may have many columns. */
export const MOST_ENTRIES = { changes: 50, history: 100 }

/** A record with what is around it. */
export interface WholeRecord {
  row: Row
  linked: LinkedPage[]
  changes: TimeLinePage
  history: TimeLinePage
}

/** Reads a record with its `raw`, what it is associated with, and what happened to it. Null if there is none. */
export async function readRecord(
  reader: MirrorReader,
  object: ObjectDefinition,
  id: string,
  { cells, others, signal }: { cells: Cells; others: readonly string[]; signal: AbortSignal },
): Promise<WholeRecord | null> {
  const [found, ...linked] = await Promise.all([
    reader.get(object.name, id, { signal }) as Promise<unknown> as Promise<Row | null>,
    ...others.map((other) =>
      readLinked(reader, object.name, id, { other, limit: LINKED, after: undefined, signal }),
    ),
  ])
  if (!found) return null
  const [[labelled], changes, history] = await Promise.all([
    withLabels(reader, object, [found], signal),
    recordChanges(reader, object, found, { cells, limit: MOST_ENTRIES.changes, signal }),
    recordHistory(reader, object, found, { cells, limit: MOST_ENTRIES.history, signal }),
  ])
  return { row: labelled as Row, changes, history, linked }
}

/** Reads a page of the records of another object that a record is associated with. */
export async function readLinked(
  reader: MirrorReader,
  object: string,
  id: string,
  {
    other,
    limit,
    after,
    signal,
  }: { other: string; limit: number; after: string | undefined; signal: AbortSignal },
): Promise<LinkedPage> {
  const from = after === undefined ? {} : { after }
  const more = { limit: limit + 1, ...from, raw: false, signal }
  const found = (await reader.related(object, id, other, more)) as unknown as End[]
  const results = found.slice(0, limit).map((end) => ({
    id: end.record.id,
    name: nameOf(end.record),
    labels: labelsOf(end),
  }))
  return { other, results, next: found.length > limit ? results.at(-1)?.id : undefined }
}

/** What is at the other end: an associated record, or the team of an owner, or an owner of a team. */
type End = RelatedRecord<Row> | Membership<Row>

function labelsOf(end: End): string[] {
  if ('isPrimary' in end) return end.isPrimary === true ? ['main team'] : []
  return end.associations.flatMap(({ label }) => (label === null ? [] : [label]))
}
