import { postgresStore } from '@hubsync/adapter-postgres'
import { createHubspotSync, type HubspotSync } from '@hubsync/core'
import type pg from 'pg'

/** A portal of the fleet. Read yours from a table, and their tokens from where you keep secrets. */
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
    // With an OAuth app, fetch a new token here. This function is called again before a token expires.
    accessToken: async () => portal.accessToken,
    store: postgresStore({ pool }),
  })
}
