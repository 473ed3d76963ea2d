import type { Lease, LeaseRequest } from '@hubsync/core/store'
import { leasesAt, planLease, type StoredLease } from '@hubsync/core/store'
import type { BrokenStore } from './broken-store.js'

/** A store whose leases are kept here, by another plan than the sound one, or another way to carry it out. */
function leasing(
  plan: typeof planLease,
  { keyOf = ({ portalId }: Pick<LeaseRequest, 'portalId'>) => portalId, pause = false } = {},
): BrokenStore['breakIt'] {
  return (sound) => {
    const kept = new Map<string, Map<string, StoredLease>>()
    const of = (request: Pick<LeaseRequest, 'portalId'>) => {
      const key = keyOf(request)
      const leases = kept.get(key) ?? new Map<string, StoredLease>()
      kept.set(key, leases)
      return leases
    }
    return {
      ...sound,
      async lease(request) {
        const leases = of(request)
        const {
          written,
          released,
          leases: answer,
        } = plan(request, [...leases.values()], request.at)
        if (pause) await new Promise((resolve) => setImmediate(resolve))
        for (const lease of written) leases.set(lease.job, lease)
        for (const job of released) leases.delete(job)
        return answer
      },
      leases: async (portalId, at) => leasesAt([...of({ portalId }).values()], at),
    }
  }
}

const changed =
  (change: (request: LeaseRequest) => LeaseRequest): typeof planLease =>
  (request, stored, now) =>
    planLease(change(request), stored, now)

/** Wrong about who is at which job. */
export const brokenLeases: readonly BrokenStore[] = [
  {
    does: 'reads leases in one transaction and writes them in the next',
    caughtBy: 'Of several that ask for a job at once one gets it',
    breakIt: leasing(planLease, { pause: true }),
  },
  {
    does: 'gives a job to whoever asks for it',
    caughtBy: 'A job that another holds is left to it, and others are taken',
    breakIt: leasing((request, _, now) => planLease(request, [], now)),
  },
  {
    does: 'takes what it gets where all or none was asked for',
    caughtBy: 'Who asks for all jobs or none gets none where one is held',
    breakIt: leasing(
      changed((request) => (request.want === 'take all' ? { ...request, want: 'take' } : request)),
    ),
  },
  {
    does: 'leaves a job to a holder that died',
    caughtBy:
      'A holder keeps its job while it renews the lease, and loses it by two minutes of silence',
    breakIt: leasing((request, stored, now) =>
      planLease(
        request,
        stored.map((lease) => ({ ...lease, renewedAt: now })),
        now,
      ),
    ),
  },
  {
    does: 'renews no lease',
    caughtBy:
      'A holder keeps its job while it renews the lease, and loses it by two minutes of silence',
    breakIt: leasing((request, stored, now) => {
      const plan = planLease(request, stored, now)
      return request.want === 'renew' ? { ...plan, written: [] } : plan
    }),
  },
  {
    does: 'lets a holder that lost its job renew it',
    caughtBy: 'Who has lost a job neither renews nor releases it, nor gets back what is gone',
    breakIt: leasing((request, stored, now) =>
      request.want === 'renew'
        ? planLease({ ...request, want: 'take' }, [], now)
        : planLease(request, stored, now),
    ),
  },
  {
    does: 'lets anybody release a lease',
    caughtBy: 'Who has lost a job neither renews nor releases it, nor gets back what is gone',
    breakIt: leasing((request, stored, now) => {
      if (request.want !== 'release') return planLease(request, stored, now)
      const own = stored.map((lease) => ({ ...lease, holder: request.holder }))
      return planLease(request, own, now)
    }),
  },
  {
    does: 'keeps a job for a holder that is known to be over',
    caughtBy: 'A job is taken from a holder that is known to be over',
    breakIt: leasing(changed(({ over: _, ...request }) => request)),
  },
  {
    does: 'has one place for the leases of all portals',
    caughtBy: 'Leases of one portal are no others',
    breakIt: leasing(planLease, { keyOf: () => 'all' }),
  },
  {
    does: 'loses its leases with the next commit',
    caughtBy: 'Leases and commits leave each other alone',
    breakIt: (sound) => {
      let hasCommitted = false
      const noLeases: Lease[] = []
      return {
        ...sound,
        commit: (batch) => {
          hasCommitted = true
          return sound.commit(batch)
        },
        leases: async (...given) => (hasCommitted ? noLeases : sound.leases(...given)),
      }
    },
  },
]
