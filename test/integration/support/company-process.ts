// A process that runs or watches a mirror when it is told to, and sends the reports.
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import {
  companies,
  contacts,
  createHubspotSync,
  deals,
  type HubspotSyncOptions,
} from '@hubsync/core'

const [place = '', schema = '', baseUrl = '', accessToken = '', history] = process.argv.slice(2)
/** With `history`: the definitions of this process keep the history of two properties. */
const kept = history === undefined ? deals : deals.extend({ history: ['stage', 'amount'] })

/** HubSpot by plain `fetch`: the package of its client can't be found from the folder of the built script. */
const client: HubspotSyncOptions['client'] = {
  apiRequest({ method, path, qs = {}, body, headers = {}, signal }) {
    const url = `${baseUrl}${path}?${new URLSearchParams(qs)}`
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    return fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...content,
      signal: signal ?? null,
    })
  },
}

const sync = createHubspotSync({
  store:
    schema === ''
      ? sqliteStore({ file: place })
      : postgresStore({ connectionString: place, schema }),
  ...{ client, accessToken, objects: [contacts, companies, kept] },
  limits: { burst: 1e6, search: 1e6, associations: 1e6 },
})

process.on('message', async (message) => {
  if (message === 'watch') {
    const { signal } = new AbortController()
    await sync.watch({
      ...{ every: '1s', signal },
      onReport: (report) => process.send?.(report),
      onError: (error) => process.send?.({ status: String(error), calls: 0 }),
    })
  } else {
    const failed = (error: unknown) => ({ status: String(error), calls: 0 })
    process.send?.(await sync.run().catch(failed))
  }
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
