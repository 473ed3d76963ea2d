import { createHash } from 'node:crypto'
import { HubsyncError } from '@hubsync/core'
import { expectedGot, show } from '@hubsync/core/store'
import { encodeText } from './postgres-text.js'

/** PostgreSQL silently truncates longer names, so that two could become the same. */
const LONGEST_NAME = 63

/**
 * The name in the database. A name that is too long, such as that of a pair of objects with long names, becomes its
 * first 54 characters and eight characters of its hash.
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

/** A table or index with its schema, so that `search_path` doesn't matter. */
export function qualified(schema: string, name: string): string {
  return `${quotedSchema(schema)}.${quoted(name)}`
}

/** The user chooses the schema's name, so it may contain any character. */
export function quotedSchema(schema: string): string {
  return `"${schema.replaceAll('"', '""')}"`
}

/** A string literal, for statements that can't have parameters. */
export function literal(text: string): string {
  return `E'${encodeText(text).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

/**
 * The key of an advisory lock. Only transaction-level locks are used: a session-level lock would stay on a connection
 * that a pooler hands to another client.
 */
export function lockKey(...parts: string[]): bigint {
  return createHash('sha256')
    .update(['hubsync', ...parts].join('\0'))
    .digest()
    .readBigInt64BE()
}
