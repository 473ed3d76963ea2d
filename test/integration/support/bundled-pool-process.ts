// A program that is bundled into one file together with pg, and lends its pool to the mirror.
import { postgresStore } from '@hubsync/adapter-postgres'
import { createHubspotSync } from '@hubsync/core'
import pg from 'pg'

const [connectionString = '', baseUrl = '', schema = ''] = process.argv.slice(2)

async function main(): Promise<void> {
  const pool = new pg.Pool({ connectionString })
  const store = postgresStore({ pool, schema })
  const sync = createHubspotSync({ store, accessToken: 'a-token', baseUrl })
  const { status } = await sync.run()
  await sync.close()
  await pool.end()
  console.log(JSON.stringify({ status }))
}

void main()
