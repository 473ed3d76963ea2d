import {
  createHubspotSync,
  type HubspotSync,
  type HubspotSyncOptions,
  type ObjectDefinition,
  type Store,
} from '@hubsync/core'
import { createPortal, type Portal, type PortalOptions, type TestClock } from '@hubsync/emulator'
import { onTestFinished } from 'vitest'
import { answerFor } from '../../hubspot-host.js'
import { createQuickClock } from '../../quick-clock.js'

/** A portal, a mirror of it, and the clock of both. */
export interface World<Objects extends readonly ObjectDefinition[]> {
  clock: TestClock
  portal: Portal
  store: Store
  sync: HubspotSync<Objects>
  /** Stops answering HubSpot's host before the test ends, so that the test can have another portal. */
  close(): void
  /** Another mirror of the same portal, as a new process has it. */
  again(options?: Partial<HubspotSyncOptions<Objects>>): HubspotSync<Objects>
}

/**
 * Creates the world of the running test. The portal answers HubSpot's host. Every run makes a census and a sweep.
 * Reference data is left out unless a test is about that. HubSpot's limits are off unless `limited` is given, so that a
 * test doesn't wait for them.
 */
export function createWorld<
  const Objects extends readonly ObjectDefinition[] = NonNullable<HubspotSyncOptions['objects']>,
>(
  store: Store,
  {
    portal: portalOptions = {},
    limited = false,
    ...options
  }: { portal?: PortalOptions; limited?: boolean } & Partial<HubspotSyncOptions<Objects>> = {},
): World<Objects> {
  const clock = createQuickClock({ now: '2026-06-01T08:00:00.000Z' })
  const portal = createPortal({
    seed: 7,
    clock,
    ...(limited ? {} : { limits: false }),
    ...portalOptions,
  })
  const close = answerFor(portal)
  const again = (more: Partial<HubspotSyncOptions<Objects>> = {}) => {
    const sync = createHubspotSync<Objects>({
      accessToken: portal.token,
      store,
      clock,
      census: 0,
      associationSweep: 0,
      reference: false,
      ...(limited ? {} : { limits: { burst: 1e9, search: 1e9, associations: 1e9 } }),
      ...options,
      ...more,
    } as HubspotSyncOptions<Objects>)
    return sync
  }
  onTestFinished(() => store.close())
  return { clock, portal, store, sync: again(), again, close }
}

/** Fills a portal: contacts in companies, deals with a contact and a company, some links Primary. */
export function populate(
  portal: Portal,
  { contacts, companies, deals }: { contacts: number; companies: number; deals: number },
) {
  const ids = {
    companies: portal.createMany('companies', companies, (index) => ({
      name: ` Company ${index} `,
      domain: `company-${index}.example`,
      city: index % 3 === 0 ? null : `City ${index % 40}`,
    })),
    contacts: portal.createMany('contacts', contacts, (index) => ({
      email: `Person.${index}@Example.com`,
      firstname: `First ${index}`,
      lastname: index % 5 === 0 ? '' : `Last ${index}`,
      phone: `+49 (30) ${1_000_000 + index}`,
    })),
    deals: portal.createMany('deals', deals, (index) => ({
      dealname: `Deal ${index}`,
      amount: `${index * 10}.50`,
      dealstage: index % 2 ? 'closedwon' : 'appointmentscheduled',
      closedate: '2026-09-30T00:00:00Z',
    })),
  }
  const pick = (list: string[], index: number) => list[index % list.length] as string
  for (const [index, contact] of ids.contacts.entries())
    if (companies > 0 && index % 4 !== 3)
      portal.associate('contacts', contact, 'companies', pick(ids.companies, index), {
        primary: index % 2 === 0,
      })
  for (const [index, deal] of ids.deals.entries()) {
    if (contacts > 0) portal.associate('contacts', pick(ids.contacts, index * 7), 'deals', deal)
    if (companies > 0) portal.associate('deals', deal, 'companies', pick(ids.companies, index * 3))
  }
  return ids
}
