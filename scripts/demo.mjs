// The demo of the README: mirrors an emulated portal into demo.db, changes the portal, mirrors the changes, and
// compares both. With HUBSPOT_ACCESS_TOKEN set it mirrors that real portal into hubspot.db, and changes nothing in it.
// With HUBSYNC_STORE set to sqlite:FILE or postgres://… it mirrors into that.

import { parseArgs } from 'node:util'
import {
  companies,
  contacts,
  createHubspotSync,
  deals,
  HubsyncError,
  isHubsyncError,
} from '@hubsync/core'
import { compare, truthOfApi, truthOfPortal } from './demo/compare.mjs'
import { openMirror } from './demo/open-mirror.mjs'
import { createDemoPortal, daysUntil } from './demo/portal.mjs'
import { showProgress } from './demo/progress.mjs'
import { tableOf } from './demo/table.mjs'

const { values: given } = parseArgs({
  options: {
    file: { type: 'string' },
    contacts: { type: 'string', default: '10000' },
    companies: { type: 'string', default: '2000' },
    deals: { type: 'string', default: '3000' },
  },
})
const token = process.env.HUBSPOT_ACCESS_TOKEN?.trim()
// One file for the emulated and one for the real portal, because a store holds only one portal.
const file = given.file ?? (token ? 'hubspot.db' : 'demo.db')
const place = process.env.HUBSYNC_STORE?.trim() || `sqlite:${file}`
const objects = [contacts, companies, deals.extend({ history: ['stage'] })]
const questions = ({ daysBetween }) => [
  [
    'Which companies have the most contacts?',
    `SELECT companies.name, count(DISTINCT contacts.source_id) AS contacts
     FROM companies
     JOIN contacts_companies AS link
       ON (link.portal_id, link.to_id) = (companies.portal_id, companies.source_id)
     JOIN contacts
       ON (contacts.portal_id, contacts.source_id) = (link.portal_id, link.from_id)
     GROUP BY companies.portal_id, companies.source_id ORDER BY 2 DESC, 1 LIMIT 3`,
  ],
  [
    'What is the open pipeline of each owner, by stage?',
    `SELECT coalesce(owners.first_name || ' ' || owners.last_name, email) AS owner,
       pipelines.label AS pipeline, stage.label AS stage, count(*) AS deals,
       round(sum(CAST(deals.amount AS numeric)), 2) AS amount
     FROM deals
     JOIN owners
       ON (owners.portal_id, owners.source_id) = (deals.portal_id, deals.owner_id)
     JOIN pipelines
       ON (pipelines.portal_id, pipelines.object, pipelines.source_id)
        = (deals.portal_id, 'deals', deals.pipeline)
     JOIN pipeline_stages AS stage
       ON (stage.portal_id, stage.object, stage.pipeline_id, stage.source_id)
        = (deals.portal_id, 'deals', deals.pipeline, deals.stage)
     WHERE deals.source_status = 'ACTIVE' AND NOT stage.is_closed
     GROUP BY owners.portal_id, owners.source_id, pipelines.label, stage.label,
       pipelines.display_order, stage.display_order, owners.first_name,
       owners.last_name, email
     ORDER BY owner, pipelines.display_order, stage.display_order LIMIT 20`,
  ],
  [
    'How many days are deals in each stage, until they leave it?',
    `SELECT pipelines.label AS pipeline, stage.label AS stage, count(*) AS stays,
       round(CAST(avg(${daysBetween('stay.entered_at', 'stay.left_at')})
         AS numeric), 1) AS days
     FROM deals_stages AS stay
     JOIN pipelines
       ON (pipelines.portal_id, pipelines.object, pipelines.source_id)
        = (stay.portal_id, 'deals', stay.pipeline_id)
     JOIN pipeline_stages AS stage
       ON (stage.portal_id, stage.object, stage.pipeline_id, stage.source_id)
        = (stay.portal_id, 'deals', stay.pipeline_id, stay.stage_id)
     WHERE stay.left_at IS NOT NULL
     GROUP BY stay.portal_id, stay.pipeline_id, pipelines.label, stay.stage_id,
       stage.label, pipelines.display_order, stage.display_order
     ORDER BY pipelines.display_order, stage.display_order`,
  ],
  [
    'What changed last?',
    `SELECT object, source_id, kind, columns
     FROM sync_changes ORDER BY seq DESC LIMIT 5`,
  ],
]

let mirror
try {
  mirror = openMirror(place)
  const equal = token ? await mirrorRealPortal() : await mirrorEmulatedPortal()
  if (!equal) process.exitCode = 1
} catch (error) {
  console.error(isHubsyncError(error) ? `\n${error.code}: ${error.message}` : error)
  if (isHubsyncError(error) && error.code === 'PORTAL_MISMATCH')
    console.error(`To mirror into another file: HUBSYNC_STORE=sqlite:mine.db npm run demo`)
  process.exitCode = 1
} finally {
  await mirror?.close()
}

async function mirrorEmulatedPortal() {
  const before = await mirror.lastSync()
  const sizes = {
    contacts: Number(given.contacts),
    companies: Number(given.companies),
    deals: Number(given.deals),
  }
  const { portal, clock, nextDay } = createDemoPortal({
    days: before ? daysUntil(before) : 0,
    ...sizes,
  })
  const server = await portal.listen()
  // Each run of the demo includes a census and a sweep. In an application one a day is enough.
  const sync = createHubspotSync({
    accessToken: portal.token,
    baseUrl: server.url,
    store: mirror.store,
    objects,
    clock,
    census: 0,
    associationSweep: 0,
  })
  try {
    console.log(
      `An emulated HubSpot portal with ${portal.count('contacts')} contacts, ${portal.count('companies')} companies and ${portal.count('deals')} deals, at ${server.url}`,
    )
    await runOnce(
      sync,
      before
        ? `${mirror.name} is there already: what has changed since ${before}?`
        : `The first run, into ${mirror.name}`,
    )
    console.log('\nMeanwhile in HubSpot:')
    for (const line of nextDay()) console.log(`  ${line}`)
    await runOnce(sync, 'The next run, with what changed')
    return await compareAndAsk(truthOfPortal(portal), String(portal.portalId))
  } finally {
    await sync.close()
    await server.close()
  }
}

async function mirrorRealPortal() {
  const baseUrl = process.env.HUBSPOT_BASE_URL ?? 'https://api.hubapi.com'
  const sync = createHubspotSync({
    baseUrl,
    store: mirror.store,
    objects,
    census: 0,
    associationSweep: 0,
  })
  try {
    const first = (await mirror.lastSync()) === undefined
    const report = await runOnce(
      sync,
      first
        ? `Your portal, into ${mirror.name}`
        : `What has changed in your portal since the last run?`,
    )
    if (first) await runOnce(sync, 'Once more, with what changed meanwhile')
    console.log(
      '\nReading the portal again to compare. A record that changes meanwhile may be reported as different.',
    )
    return await compareAndAsk(truthOfApi(baseUrl, token), report.portalId)
  } finally {
    await sync.close()
  }
}

async function runOnce(sync, title) {
  console.log(`\n${title}`)
  const started = performance.now()
  const report = await sync.run({ onEvent: showProgress() })
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  const { associations, ...jobs } = report.jobs
  const parts = ['owners', 'pipelines', 'catalogue']
  const records = Object.entries(jobs).flatMap(([name, job]) => (parts.includes(name) ? [] : job))
  const around = parts.flatMap((name) => jobs[name] ?? [])
  const sum = (key, of = records) => of.reduce((total, job) => total + job[key], 0)
  // Most associations are written with their records, so that a sweep usually finds none. A zero would look like a
  // fault.
  const swept = [
    [associations.created, 'found'],
    [associations.removed, 'removed'],
  ]
    .filter(([count]) => count > 0)
    .map(([count, what]) => `; ${count} associations ${what} by the sweep`)
    .join('')
  const written = ['created', 'updated', 'archived'].reduce((n, key) => n + sum(key, around), 0)
  if (written > 0) console.log(`  written about owners, pipelines and properties: ${written} rows`)
  console.log(
    `  ${report.status}: ${report.calls} calls (${report.throttled} refused for speed) in ${seconds} s; ${sum('created')} created, ${sum('updated')} updated, ${sum('archived')} archived, ${sum('restored')} restored, ${sum('removed')} removed${swept}`,
  )
  if (report.status !== 'complete')
    throw new HubsyncError(
      'ABORTED',
      `The run is ${report.status}. Run the demo again to continue.`,
    )
  return report
}

async function compareAndAsk(truth, portalId) {
  const { counted, differences } = await compare(truth, mirror.query, portalId)
  for (const [question, sql] of questions(mirror)) {
    console.log(`\n${question}\n${sql.replace(/^ {5}/gm, '').replace(/^/gm, '  ')}`)
    console.log(`\n${tableOf(await mirror.query(sql))}`)
  }
  console.log('\nPortal and mirror, record by record:')
  for (const [what, count] of Object.entries(counted))
    console.log(`  ${String(count).padStart(7)} ${what}`)
  for (const difference of differences.slice(0, 10)) console.log(`  ${difference}`)
  console.log(differences.length === 0 ? 'equal' : `${differences.length} differences`)
  return differences.length === 0
}
