import { randomBytes } from 'node:crypto'
import { postgresStore } from '@hubsync/adapter-postgres'
import { createMirrorReader } from '@hubsync/core'
import pg from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { temporarySchema } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

/** A mirror, and a reader of it whose role can't see the rows of one table. */
async function readerWithout(table: string) {
  const connectionString = inject('databaseUrl')
  const schema = temporarySchema()
  const { portal, sync } = createWorld(postgresStore({ connectionString, schema }))
  populate(portal, { contacts: 3, companies: 2, deals: 2 })
  await sync.run()
  const owner = new pg.Client({ connectionString })
  await owner.connect()
  const role = `reader_${randomBytes(6).toString('hex')}`
  onTestFinished(async () => {
    await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
    await owner.end()
  })
  await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`)
  await owner.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`)
  await owner.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`)
  await owner.query(`ALTER TABLE ${schema}.${table} ENABLE ROW LEVEL SECURITY`)
  const url = Object.assign(new URL(connectionString), { username: role, password: role })
  const store = postgresStore({ connectionString: url.href, schema })
  const reader = createMirrorReader({ store })
  onTestFinished(() => reader.close())
  return { reader, told: { code: 'ROWS_HIDDEN', message: expect.stringContaining(`"${table}"`) } }
}

for (const table of ['sync_portals', 'sync_checkpoints', 'contacts'])
  test(`a reader from whom row-level security hides ${table} is told, and sees no empty mirror`, async () => {
    const { reader, told } = await readerWithout(table)
    await expect(reader.list('contacts')).rejects.toMatchObject(told)
    await expect(reader.status()).rejects.toMatchObject(told)
    await expect(reader.completeUpTo('contacts')).rejects.toMatchObject(told)
  })
