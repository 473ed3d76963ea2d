import { mapHistory } from '../map/map-history.js'
import { mapRecord } from '../map/map-record.js'
import { mapMerges } from '../map/map-tombstone.js'
import type { AssociationSet, MirrorRow, Tombstone } from '../model.js'
import type { RowGroup } from '../store/store.js'
import type { Job } from './job.js'
import type { Doubts } from './job-tally.js'
import type { Links } from './links.js'
import type { Page } from './page.js'

/** What is written for a page and its links. */
interface MappedPage {
  /** HubSpot's present moment. It decides whether a row is later than a tombstone, whichever machines wrote the two. */
  at: string
  rows: RowGroup[]
  associations: AssociationSet[]
  tombstones: Tombstone[]
  /** To be counted after the commit. */
  doubts: Doubts
}

/** Makes rows and tombstones from the records of a page and from the far ends that were read with it. */
export function mapPage(
  { origin, hubspotNow }: Pick<Job, 'origin' | 'hubspotNow'>,
  page: Pick<Page<unknown>, 'records' | 'tombstones' | 'feed'>,
  links: Links,
): MappedPage {
  const mapped: MappedPage = {
    at: hubspotNow(),
    rows: [],
    associations: links.sets,
    tombstones: [...page.tombstones, ...links.tombstones],
    doubts: { misfits: [], unsettled: [], undated: 0 },
  }
  const { doubts } = mapped
  // Far ends belong to objects that are backfilled: the feed has entries for them, even if not for the page.
  const ends = links.ends.map((end) => ({ ...end, feed: true }))
  for (const group of [...page.records, ...ends]) {
    const { definition, readAt, partial, feed = page.feed } = group
    const rows: MirrorRow[] = []
    for (const record of group.records) {
      const { row, misfits } = mapRecord(definition, record, origin)
      row.readAt = readAt
      if (partial) row.partial = true
      const replaces = group.replaces?.get(record.id)
      if (replaces) row.replaces = replaces
      rows.push(row)
      doubts.misfits.push(...misfits)
      const { history, unsettled, unreadable } = mapHistory(definition, record)
      if (history) row.history = history
      doubts.unsettled.push(...unsettled)
      doubts.undated += unreadable
      mapped.tombstones.push(...mapMerges(definition, record))
    }
    mapped.rows.push({ object: definition.name, rows, feed })
  }
  return mapped
}
