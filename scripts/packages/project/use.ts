import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { storeCases } from '@hubsync/conformance'
import { boolean, contacts, createHubspotSync, type InferRow } from '@hubsync/core'
import { createPortal, type Portal } from '@hubsync/emulator'

const mine = contacts.extend({ columns: { vip: boolean('is_vip') } })
const sync = createHubspotSync({ objects: [mine], store: sqliteStore({ file: 'hubspot.db' }) })
const row: InferRow<typeof mine> | null = await sync.get('contacts', '1')
export const vip: boolean | null | undefined = row?.vip
export const portal: Portal = createPortal()
export const store = postgresStore({ connectionString: 'postgres://localhost/none' })
export const names: string[] = storeCases.map(({ name }) => name)
