import type { IncomingHttpHeaders } from 'node:http'

/** Who may drive a portal over HTTP. */
export type ControlCallers = 'loopback' | 'anyone' | 'nobody'

/** From where a request comes. */
export interface Origin {
  readonly address: string | undefined
  readonly headers: IncomingHttpHeaders
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i

/** Headers that a proxy or a tunnel on this machine adds to what it passes on from elsewhere. */
const PASSED_ON = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/** Why a request may not drive the portal; undefined if it may. */
export function refusalOf(
  { address, headers }: Origin,
  callers: ControlCallers,
): string | undefined {
  if (callers === 'anyone') return undefined
  if (callers === 'nobody')
    return 'Expected a portal that can be driven over HTTP, got one with `control: "nobody"`.'
  if (!LOOPBACK.test(address ?? ''))
    return `Expected a caller on this machine, got one at ${address}. ${HOW}`
  // The address of a page that has made its own name lead here.
  if (!LOCAL_HOST.test(headers.host ?? ''))
    return `Expected the header Host to be localhost or 127.0.0.1, got ${headers.host}. ${HOW}`
  const passedOn = PASSED_ON.find((name) => headers[name] !== undefined)
  if (passedOn)
    return `Expected a direct call, got one that a proxy has passed on (header ${passedOn}). ${HOW}`
  if (headers.origin !== undefined)
    return `Expected a call that is not from a web page, got one from ${headers.origin}. ${HOW}`
  return undefined
}

const HOW =
  'To let everyone who can reach the port drive the portal, start it with `control: "anyone"`, or `hubsync emulate --control anyone`.'
