import type { JobReport, MirrorStatus, ObjectStatus } from '@hubsync/core'
import type { Run } from '../../src/runs.js'
import type { StatusPageInput } from '../../src/status-page/status-page-input.js'

export const now = Date.UTC(2026, 5, 1, 12, 0, 0)

const at = (minutesAgo: number) => new Date(now - minutesAgo * 60_000).toISOString()

const object = (more: Partial<ObjectStatus>): ObjectStatus => ({
  active: 0,
  archived: 0,
  phase: 'changes',
  completeUpTo: at(4),
  backfill: null,
  archivedAt: at(30),
  censusAt: at(300),
  openWindows: 0,
  lastRun: null,
  lastError: null,
  unanswered: 0,
  ...more,
})

export const status: NonNullable<StatusPageInput['status']> = {
  portal: {
    portalId: '147000001',
    uiDomain: 'app-eu1.hubspot.com',
    timeZone: 'Europe/Berlin',
    firstRunAt: at(9_000),
    lastRunAt: at(4),
  },
  objects: {
    contacts: object({ active: 184_210, archived: 1_203 }),
    companies: object({ active: 41_877, archived: 96, openWindows: 2 }),
    deals: object({
      active: 9_314,
      phase: 'backfill',
      completeUpTo: null,
      backfill: { read: 9_314, total: 30_000 },
    }),
    tickets: object({ phase: 'new', completeUpTo: null }),
  },
  working: [],
  associations: {
    contacts_companies: { sweptAt: at(500), unanswered: 0 },
    deals_companies: { sweptAt: null, unanswered: 3 },
  },
  lastError: null,
  unindexedFilters: [],
  definitions: { added: [], stale: [], refused: [] },
}

export const lastError: NonNullable<MirrorStatus['lastError']> = {
  job: 'deals',
  code: 'MISSING_SCOPE',
  category: 'MISSING_SCOPES',
  message: 'HubSpot refused to list deals: the token lacks crm.objects.deals.read.',
  correlationId: 'f0c1d2e3-0000-4000-8000-000000000001',
  at: at(4),
  advice: 'Grant the token crm.objects.deals.read, in the settings of the app in HubSpot.',
}

const report = (more: Partial<JobReport>): JobReport => ({
  status: 'complete',
  started: true,
  read: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  archived: 0,
  restored: 0,
  removed: 0,
  misfits: 0,
  misfitExamples: [],
  unlinked: 0,
  unreadable: 0,
  calls: 0,
  retries: 0,
  durationMs: 0,
  ...more,
})

/** A running run. */
export const runningRun = (minutesAgo: number, progress: Run['progress'] = {}): Run =>
  run(minutesAgo, {
    status: 'running',
    finishedAt: null,
    counts: null,
    progress,
    jobs: ['contacts', 'companies', 'deals', 'associations'],
  })

/** The progress of a running job. */
export const job = (done: number, total: number | null = null) => ({
  status: 'running' as const,
  phase: 'changes',
  done,
  total,
})

export const run = (minutesAgo: number, more: Partial<Run> = {}): Run => ({
  id: `run-${minutesAgo}`,
  jobs: ['contacts', 'companies'],
  status: 'complete',
  startedAt: at(minutesAgo),
  finishedAt: at(minutesAgo - 0.2),
  counts: {
    contacts: report({ read: 120, created: 10, updated: 20, archived: 1, removed: 2 }),
    companies: report({ read: 5, updated: 5 }),
  },
  error: null,
  progress: null,
  ...more,
})

export const input = (more: Partial<StatusPageInput> = {}): StatusPageInput => ({
  status,
  runs: [run(5)],
  now,
  basePath: '',
  viewer: {
    rights: { read: true, trigger: true, docs: true },
    formToken: 'a-form-token',
    canSignIn: false,
  },
  canStart: true,
  ...more,
})
