import { createHubspotSync, memoryStore } from '@hubsync/core'
import { createClock } from '@hubsync/emulator'
import { latency, makePortal, requesterOf } from './support/portal.ts'

const scale = Number(process.argv[2] ?? 0.02)
const clock = createClock()
const portal = makePortal(
  {
    contacts: 40000 * scale,
    companies: 8000 * scale,
    deals: 12000 * scale,
    latency,
    limits: { burst: Number(process.argv[3] ?? 190) },
  },
  clock,
)
const sync = createHubspotSync({
  accessToken: portal.token,
  client: requesterOf(portal),
  store: memoryStore(),
  clock,
})
const report = await sync.run()
const t0 = Date.parse(report.startedAt)
const all = process.argv[4] === 'all'
const calls = portal.calls
const lists = calls.filter((c) => c.operation === 'list')
for (const [i, c] of calls.entries())
  if (all || c.operation !== 'list' || i < 30 || i > calls.length - 60)
    console.log(
      String(c.at - t0).padStart(7),
      String((c.answeredAt ?? 0) - t0).padStart(7),
      c.operation,
      c.objectType,
      c.lane,
      c.status,
      c.results,
    )
console.log(
  report.status,
  (Date.parse(report.finishedAt) - t0) / 1000,
  report.calls,
  'lists',
  lists.length,
)
for (const [n, j] of Object.entries(report.jobs))
  console.log(n, j.status, j.calls, j.durationMs, j.read)
const per: number[] = []
for (const c of calls)
  if (c.lane === 'burst')
    per[Math.floor((c.at - t0) / 1000)] = (per[Math.floor((c.at - t0) / 1000)] ?? 0) + 1
console.log('burst calls per second', per.join(' '))
