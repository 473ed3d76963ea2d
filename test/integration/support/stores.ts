import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { memoryStore, type Store } from '@hubsync/core'
import { onTestFinished } from 'vitest'

/** The stores that every integration test runs on. */
export const stores: { name: string; open: () => Store }[] = [
  { name: 'memory', open: () => memoryStore() },
  { name: 'SQLite', open: () => sqliteStore({ file: join(temporaryFolder(), 'hubspot.db') }) },
]

/** A folder of the running test's own, gone with it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
