import type { HubspotSync, Logger, MirrorReader } from '@hubsync/core'
import type { Guard } from './auth.js'
import type { Paths } from './paths.js'
import type { RunningJobs } from './running-jobs.js'
import type { Tries } from './sign-in/tries.js'
import type { WebhookReceiver } from './webhooks/create-webhook-receiver.js'

/** The parts of a handler that its routes share. */
export interface HandlerContext {
  readonly reader: MirrorReader
  /** Undefined if the handler can only read. */
  readonly sync: HubspotSync | undefined
  readonly jobs: RunningJobs | undefined
  /** Undefined if webhooks aren't received. */
  readonly webhooks: WebhookReceiver | undefined
  readonly guard: Guard
  /** Wrong tokens of those who sign in. */
  readonly tries: Tries
  readonly paths: Paths
  readonly basePath: string
  readonly maxLimit: number
  readonly logger: Logger | undefined
  /** Aborts when the handler is closed, which ends streaming replies. */
  readonly closing: AbortSignal
}
