import type { ControlCallers, Origin } from './guard.js'

/** Where a portal is driven, beside the paths of HubSpot. */
export const CONTROL = '/_emulator'

/** A call to drive the portal. */
interface ControlCall {
  readonly method: string
  readonly url: URL
  readonly body: string
  readonly origin: Origin
}

/** The answer: a status, and JSON unless there is no body. */
export interface ControlReply {
  readonly status: number
  readonly body?: unknown
}

/** Answers the calls that drive a portal. */
export type Control = (call: ControlCall, callers: ControlCallers) => Promise<ControlReply>
