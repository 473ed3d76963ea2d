import { createHubspotSync, memoryStore } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { setupServer } from 'msw/node'
import { beforeAll, expect, test } from 'vitest'

type Line = { level: string; message: string } & Record<string, unknown>

const lines: Line[] = []
const logging =
  (level: string) =>
  (details: object, message: string): void => {
    lines.push({ ...details, level, message })
  }
const logger = {
  debug: logging('debug'),
  info: logging('info'),
  warn: logging('warn'),
  error: logging('error'),
}
const portal = createPortal({ limits: { burst: 10_000, search: 1_000, associations: 10_000 } })
let runId: string | undefined

beforeAll(async () => {
  const server = setupServer(...portal.handlers())
  server.listen({ onUnhandledFrame: 'error' })
  portal.fault({ kind: 'missing-scope', path: '/deals', times: Number.POSITIVE_INFINITY })
  const sync = createHubspotSync({ accessToken: portal.token, store: memoryStore(), logger })
  await sync.run()
  runId = (await sync.runs())[0]?.id
  await sync.close()
  server.close()
})

test('every line of a run carries its id and its portal', () => {
  const ofRun = lines.filter(({ job }) => job !== 'account')
  expect(ofRun.length).toBeGreaterThan(5)
  for (const line of ofRun)
    expect(line).toMatchObject({ run: runId, portal: String(portal.portalId) })
})

test('a call that HubSpot answered is a line for debugging, with the id that its support asks for', () => {
  const answered = lines.filter(({ message }) => message === 'call answered')
  expect(answered.length).toBeGreaterThan(3)
  for (const line of answered)
    expect(line).toMatchObject({ level: 'debug', correlationId: expect.stringMatching(/./) })
})

test('a job that failed is an error with its code and correlation id', () => {
  expect(lines.find(({ message }) => message === 'deals: failed')).toMatchObject({
    level: 'error',
    code: 'MISSING_SCOPE',
    correlationId: expect.stringMatching(/./),
  })
})

test('a token is in no line', () => {
  expect(JSON.stringify(lines)).not.toContain(portal.token)
})
