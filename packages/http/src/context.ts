import type { HubspotSync, Logger, MirrorReader } from '@hubsync/core'
import type { Guard } from './auth.js'
import type { Paths } from './paths.js'
import type { RunningJobs } from './running-jobs.js'
import type { WebhookReceiver } from './webhooks/create-webhook-receiver.js'

/** What the routes of one handler share. */
export interface HandlerContext {
  readonly reader: MirrorReader
  /** Absent where the handler reads alone. */
  readonly sync: HubspotSync | undefined
  readonly jobs: RunningJobs | undefined
  /** Absent where webhooks aren't received. */
  readonly webhooks: WebhookReceiver | undefined
  readonly guard: Guard
  readonly paths: Paths
  readonly basePath: string
  readonly maxLimit: number
  readonly logger: Logger | undefined
  /** Fires when the handler is closed: replies that stay open end by it. */
  readonly closing: AbortSignal
}
