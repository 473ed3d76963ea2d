import {
  createClock,
  createPortal,
  type Portal,
  type PortalOptions,
  type TestClock,
} from '../src/index.js'

/** A reply. The body is any JSON. */
interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of any form.
  readonly body: any
}

/** A portal on its own clock, with functions to call it. */
export interface Harness {
  readonly portal: Portal
  readonly clock: TestClock
  get(path: string, token?: string): Promise<Answer>
  post(path: string, body?: unknown, token?: string): Promise<Answer>
  put(path: string, body?: unknown, token?: string): Promise<Answer>
  patch(path: string, body?: unknown, token?: string): Promise<Answer>
  remove(path: string, token?: string): Promise<Answer>
}

export const MORNING = Date.UTC(2026, 2, 30, 12)

/** Creates a portal without limits, unless a test sets them. */
export const setUp = (options: PortalOptions = {}): Harness => {
  const clock = createClock({ now: MORNING })
  const portal = createPortal({ clock, limits: false, ...options })
  const call = async (path: string, token: string, init: RequestInit): Promise<Answer> => {
    const request = new Request(`https://api.hubapi.com${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    })
    const response = await portal.fetch(request)
    const text = await response.text()
    const json = response.headers.get('content-type')?.startsWith('application/json')
    const { status, headers } = response
    return { status, headers, text, body: json && text !== '' ? JSON.parse(text) : text }
  }
  const send =
    (method: string) =>
    (path: string, body: unknown = {}, token = portal.token) =>
      call(path, token, { method, body: JSON.stringify(body) })
  return {
    portal,
    clock,
    get: (path, token = portal.token) => call(path, token, {}),
    post: send('POST'),
    put: send('PUT'),
    patch: send('PATCH'),
    remove: (path, token = portal.token) => call(path, token, { method: 'DELETE' }),
  }
}

/** The ids of the results. */
export const idsOf = (answer: Answer): string[] =>
  answer.body.results.map(({ id }: { id: string }) => id)

/** A search for contacts modified since a time. */
export const modifiedSince = (at: number, more: object = {}) => ({
  filterGroups: [
    { filters: [{ propertyName: 'lastmodifieddate', operator: 'GTE', value: String(at) }] },
  ],
  sorts: [{ propertyName: 'lastmodifieddate', direction: 'ASCENDING' }],
  limit: 200,
  ...more,
})

export const ascending = (ids: readonly (string | number)[]): (string | number)[] =>
  [...ids].sort((a, b) => Number(a) - Number(b))
