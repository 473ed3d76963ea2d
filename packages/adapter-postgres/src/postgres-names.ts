import { createHash } from 'node:crypto'
import { HubsyncError } from '@hubsync/core'
import { expectedGot, show } from '@hubsync/core/store'
import { encodeText } from './postgres-text.js'

/** PostgreSQL cuts a longer name off without a word, and two names could become one. */
const LONGEST_NAME = 63

/**
 * A name of ours as it is in the database: itself, or where it is too long its first 54 characters and eight of its hash, as for
 * a pair of two objects with long names.
 */
export function storedName(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    throw new HubsyncError('STORE_FAILED', expectedGot('a table or column name', show(name)))
  if (name.length <= LONGEST_NAME) return name
  return `${name.slice(0, 54)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}

/** Names reach SQL only through here. */
export function quoted(name: string): string {
  return `"${storedName(name)}"`
}

/** A table or index with its schema: `search_path` is never relied on. */
export function qualified(schema: string, name: string): string {
  return `${quotedSchema(schema)}.${quoted(name)}`
}

/** The schema's name is the user's own, with whatever is in it. */
export function quotedSchema(schema: string): string {
  return `"${schema.replaceAll('"', '""')}"`
}

/** A text within a statement that takes no parameters. */
export function literal(text: string): string {
  return `E'${encodeText(text).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

/**
 * The key of a lock that lasts as long as the transaction. Only such locks are used: one of the session would stay with a
 * connection that a pooler has handed to somebody else.
 */
export function lockKey(...parts: string[]): bigint {
  return createHash('sha256')
    .update(['hubsync', ...parts].join('\0'))
    .digest()
    .readBigInt64BE()
}
