import { postgresStore } from '@hubsync/adapter-postgres'
import { createHubspotSync, type HubspotSync } from '@hubsync/core'
import type pg from 'pg'

/** A portal of the fleet. Yours come from a table, and their tokens from where you keep secrets. */
export interface FleetPortal {
  portalId: string
  accessToken: string
  baseUrl: string
}

export function fleetPortals(): FleetPortal[] {
  return JSON.parse(process.env.FLEET ?? '[]')
}

/** The mirror of one portal: all of them share the pool and the tables. */
export function mirrorOf(portal: FleetPortal, pool: pg.Pool): HubspotSync {
  return createHubspotSync({
    ...portal,
    // For apps with OAuth this is where a fresh token is fetched: it is called again before one expires.
    accessToken: async () => portal.accessToken,
    store: postgresStore({ pool }),
  })
}
