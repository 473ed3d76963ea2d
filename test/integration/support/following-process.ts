// A process that follows the change feed and writes each entry to a file. It kills itself after a number of entries,
// before its cursor has moved.
import { appendFileSync } from 'node:fs'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync } from '@hubsync/core'

const [place = '', schema = '', file = '', diesAt = ''] = process.argv.slice(2)
const store =
  schema === '' ? sqliteStore({ file: place }) : postgresStore({ connectionString: place, schema })
const sync = createHubspotSync({ store, accessToken: 'pat-na1-0' })
let noted = 0
await sync.follow(
  'search',
  ({ results }) => {
    for (const { id } of results) appendFileSync(file, `${id}\n`)
    noted += results.length
    if (noted >= Number(diesAt)) process.kill(process.pid, 'SIGKILL')
  },
  { from: 'oldest', limit: 2 },
)
