import { hash } from 'node:crypto'
import { HubsyncError } from '../errors.js'
import { expectedGot, unexpected } from '../expected.js'
import type { ChangeEntry } from '../store/store.js'

/**
 * What a cursor of the change feed names: the entry that was read last, by its number and a mark. The mark is a hash of the feed's life,
 * which tells a feed that was made anew, and of what stays of an entry when its record is purged. A feed that was restored from a backup
 * has the same life, but has given the number to another entry since, or to none.
 */
export type FeedPlace = { seq: number; mark: string }

/** Before the first entry of a feed. */
export function beginningOf(life: string): FeedPlace {
  return { seq: 0, mark: markOf([life]) }
}

export function placeOf(
  life: string,
  { seq, object, id, kind, at }: Omit<ChangeEntry, 'columns'>,
): FeedPlace {
  return { seq, mark: markOf([life, seq, object, id, kind, at]) }
}

/**
 * A place as cursors name it once a backfill has ended: `end` stands for that, and for all that ended before. A feed
 * that is set back to before that end doesn't know it, so it knows a cursor that was given later from one of its own.
 */
export function placeAfter(end: string | undefined, place: FeedPlace): FeedPlace {
  return end === undefined ? place : { seq: place.seq, mark: markOf([end, place.mark]) }
}

export function isSamePlace(one: FeedPlace, other: FeedPlace): boolean {
  return one.seq === other.seq && one.mark === other.mark
}

export function cursorOf({ seq, mark }: FeedPlace): string {
  return `${seq}.${mark}`
}

/**
 * The place that a cursor names.
 *
 * @throws `CURSOR_LOST` for a cursor of the versions that gave an entry's number alone, `InvalidOptionError` for what is no cursor.
 */
export function placeNamed(cursor: unknown): FeedPlace {
  const text = typeof cursor === 'string' || typeof cursor === 'number' ? String(cursor) : ''
  const [, seq, mark] = /^(\d{1,16})(?:\.([\w-]{16}))?$/.exec(text) ?? []
  if (seq === undefined)
    throw unexpected("`after` to be the cursor of a page of changes, or 'now'", cursor)
  if (mark === undefined)
    throw cursorLost(
      expectedGot(
        'a cursor as this version of hubsync gives it',
        `${seq}, which is one of an earlier version`,
      ),
    )
  return { seq: Number(seq), mark }
}

/** @param why - what was expected, and what came. */
export function cursorLost(why: string): HubsyncError {
  return new HubsyncError(
    'CURSOR_LOST',
    `${why} Start again: get the cursor of now with \`changes({ after: 'now' })\`, read the records for a new snapshot, then follow the feed from that cursor.`,
  )
}

function markOf(parts: readonly (string | number)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 16)
}
