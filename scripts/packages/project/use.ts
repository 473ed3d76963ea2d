import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { defineConfig } from '@hubsync/cli'
import { storeCases } from '@hubsync/conformance'
import {
  column,
  contacts,
  createHubspotSync,
  createMirrorReader,
  type HubspotSync,
  type InferRow,
  type MirrorReader,
} from '@hubsync/core'
import { type Batch, lookupsOf } from '@hubsync/core/store'
import { createPortal, type Portal } from '@hubsync/emulator'
import { createHttpHandler, type HttpHandler } from '@hubsync/http'

const mine = contacts.extend({ columns: { vip: column.boolean('is_vip') } })
const sync = createHubspotSync({ objects: [mine], store: sqliteStore({ file: 'hubspot.db' }) })
const reader = createMirrorReader({ objects: [mine], store: sqliteStore({ file: 'hubspot.db' }) })
const row: InferRow<typeof mine> | null = await sync.get('contacts', '1')
export const lookups = (batch: Batch) => lookupsOf(batch).records.size
// A mirror of any objects can be given where any mirror fits.
export const mirrors: [HubspotSync, MirrorReader] = [sync, reader]
export const vip: boolean | null | undefined = row?.vip
export const portal: Portal = createPortal()
export const store = postgresStore({ connectionString: 'postgres://localhost/none' })
export const names: string[] = storeCases.map(({ name }) => name)
export const handler: HttpHandler = createHttpHandler({ sync, auth: 'a-token' })
export default defineConfig({ objects: [mine], store: 'sqlite:hubspot.db' })
