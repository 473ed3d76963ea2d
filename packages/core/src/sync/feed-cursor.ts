import { createHash } from 'node:crypto'
import { HubsyncError } from '../errors.js'
import { expectedGot, unexpected } from '../expected.js'
import type { ChangeEntry } from '../store/store.js'

/**
 * What a cursor of the change feed names: the number of the entry that was read last, and a mark. The mark is a hash of
 * the feed's life and of those parts of the entry that stay when its record is purged. The life distinguishes a feed
 * that has started again. A feed that was restored from a backup has the same life, but another entry under that
 * number, or none.
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
 * A place as cursors name it after a backfill has ended. `end` stands for this end and all before it. A feed that was
 * restored from before that end doesn't have it, so it can tell that a cursor isn't its own.
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
 * @throws `CURSOR_LOST` for a cursor of earlier versions, which was only a number; `InvalidOptionError` for anything
 * else that isn't a cursor.
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

/** @param why - says what was expected, and what came. */
export function cursorLost(why: string): HubsyncError {
  return new HubsyncError(
    'CURSOR_LOST',
    `${why} Start again: get the cursor of now with \`changes({ after: 'now' })\`, read the records for a new snapshot, then follow the feed from that cursor.`,
  )
}

function markOf(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)
}
