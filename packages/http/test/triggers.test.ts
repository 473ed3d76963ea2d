import type { Store } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { heldStore } from './support/held-store.js'
import { databases } from './support/stores.js'
import { caller, createWorld, tokens, type World } from './support/world.js'

const post = { method: 'POST' }

/** A handler on a mirror whose run of `contacts` is blocked at its first commit. */
async function heldWorld(world: World) {
  const hold = heldStore(world.database.store(), 'contacts')
  const sync = world.again({ store: hold.store })
  const handler = createHttpHandler({ sync, auth: tokens })
  onTestFinished(async () => {
    hold.release()
    await handler.close()
  })
  const get = caller(handler)
  return { ...hold, sync, handler, get, start: caller(handler, tokens.trigger) }
}

/** A busy machine takes its time for a whole run. */
const patiently = { timeout: 30_000 }

describe.each(databases)('starting everything that is due on $name', ({ open }) => {
  test('answers 202 with all jobs, and the run does those that are due', async () => {
    const { handler, portal, clock, ids } = await createWorld({ database: open() })
    await clock.advance(60_000)
    portal.update('contacts', ids.contacts[0] as string, { firstname: 'New' })
    const { status, headers, body } = await caller(handler, tokens.trigger)('/etl/hubspot', post)
    const jobs = expect.arrayContaining(['contacts', 'pets:archived', 'associations'])
    expect([status, body]).toEqual([
      202,
      { runId: expect.any(String), status: 'running', jobs, startedAt: expect.any(String) },
    ])
    const path = headers.get('location') as string
    const get = caller(handler)
    await vi.waitFor(async () => expect((await get(path)).body.status).toBe('complete'), patiently)
    const run = (await get(path)).body
    expect(run).toMatchObject({ id: body.runId, jobs, counts: { contacts: { updated: 1 } } })
    // The census isn't due yet.
    expect(run.counts).not.toHaveProperty('contacts:census')
  })

  test('with ?wait=true answers when the run has ended, with its report', async () => {
    const { handler } = await createWorld({ database: open(), run: false })
    const start = caller(handler, tokens.trigger)
    const { status, body } = await start('/etl/hubspot?wait=true', post)
    expect([status, body.status, body.counts.contacts.created]).toEqual([200, 'complete', 30])
    expect((await caller(handler)('/etl/hubspot/runs')).body.results[0].jobs).toEqual(body.jobs)
  })

  test('answers 409 while this handler is running it, for a single job too', async () => {
    const { start, held, release, get } = await heldWorld(await createWorld({ database: open() }))
    const answers = await Promise.all([1, 2, 3].map(() => start('/etl/hubspot', post)))
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409])
    const [first] = answers.filter((answer) => answer.status === 202)
    await held
    for (const path of ['/etl/hubspot?wait=true', '/etl/hubspot/pets', '/etl/hubspot'])
      expect(await start(path, post)).toMatchObject({
        status: 409,
        body: { code: 'JOB_RUNNING', runId: first?.body.runId },
      })
    release()
    const path = first?.headers.get('location') as string
    await vi.waitFor(async () => expect((await get(path)).body.status).toBe('complete'), patiently)
    expect((await start('/etl/hubspot?wait=true', post)).status).toBe(200)
  })

  test('answers 409 while the host itself is running it', async () => {
    const { start, sync, held, release } = await heldWorld(await createWorld({ database: open() }))
    const run = sync.run()
    await held
    const { status, body } = await start('/etl/hubspot', post)
    expect([status, body.code]).toEqual([409, 'JOB_RUNNING'])
    release()
    await run
  })

  test('leaves a job to the run that is at it, and does the others', async () => {
    const world = await createWorld({ database: open() })
    const { start, held, release } = await heldWorld(world)
    const { body: other } = await start('/etl/hubspot/contacts', post)
    await held
    const { status, body } = await start('/etl/hubspot?wait=true', post)
    expect([status, body.status]).toEqual([200, 'partial'])
    expect(body.counts).toMatchObject({
      contacts: { status: 'skipped', heldBy: { run: other.runId } },
      companies: { status: 'complete' },
    })
    release()
  })
})

describe.each(databases)('starting a job on $name', ({ open }) => {
  test('answers 202 with the URL of its run, which shows its progress and its end', async () => {
    const { start, get, held, release } = await heldWorld(await createWorld({ database: open() }))
    const { status, headers, body } = await start('/etl/hubspot/contacts', post)
    expect(status).toBe(202)
    expect(body).toEqual({
      runId: expect.any(String),
      status: 'running',
      jobs: ['contacts'],
      startedAt: expect.any(String),
    })
    expect(headers.get('location')).toBe(`/etl/hubspot/runs/${body.runId}`)
    await held
    const path = headers.get('location') as string
    expect((await get(path)).body).toMatchObject({
      id: body.runId,
      status: 'running',
      finishedAt: null,
      counts: null,
      progress: { contacts: { status: 'running' } },
    })
    release()
    await vi.waitFor(async () => expect((await get(path)).body.status).toBe('complete'))
    expect((await get(path)).body).toMatchObject({
      jobs: ['contacts'],
      error: null,
      progress: null,
      counts: { contacts: { status: 'complete', calls: expect.any(Number) } },
    })
    const runs = (await get('/etl/hubspot/runs')).body.results
    expect(runs.map(({ id }: { id: string }) => id)).toContain(body.runId)
  })

  test('with ?wait=true answers when the run has ended, with its report', async () => {
    const { handler, portal, clock, ids } = await createWorld({ database: open() })
    await clock.advance(60_000)
    portal.update('contacts', ids.contacts[0] as string, { firstname: 'New' })
    portal.archive('contacts', ids.contacts[1] as string)
    const start = caller(handler, tokens.trigger)
    const contacts = await start('/etl/hubspot/contacts?wait=true', post)
    expect([contacts.status, contacts.body.status]).toEqual([200, 'complete'])
    expect(contacts.body.counts.contacts).toMatchObject({ updated: 1 })
    const archived = await start('/etl/hubspot/contacts/archived?wait=true', post)
    expect(archived.body.counts['contacts:archived']).toMatchObject({ archived: 1 })
    const associations = await start('/etl/hubspot/associations?wait=true', post)
    expect(associations.body.counts.associations).toMatchObject({ status: 'complete' })
    const { body } = await caller(handler)(`/contacts/${ids.contacts[0]}`)
    expect(body.firstName).toBe('New')
  })

  test('answers 409 while this handler is running it, and lets other jobs start', async () => {
    const { start, held, release, get } = await heldWorld(await createWorld({ database: open() }))
    const answers = await Promise.all([1, 2, 3].map(() => start('/etl/hubspot/contacts', post)))
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409])
    await held
    const { status, body } = await start('/etl/hubspot/contacts?wait=true', post)
    const [first] = answers.filter((answer) => answer.status === 202)
    expect([status, body.code, body.runId]).toEqual([409, 'JOB_RUNNING', first?.body.runId])
    expect((await start('/etl/hubspot/pets?wait=true', post)).status).toBe(200)
    release()
    const path = first?.headers.get('location') as string
    await vi.waitFor(async () => expect((await get(path)).body.status).toBe('complete'))
    expect((await start('/etl/hubspot/contacts?wait=true', post)).status).toBe(200)
  })

  test('answers 409 while the host itself is running it', async () => {
    const { start, sync, held, release } = await heldWorld(await createWorld({ database: open() }))
    const run = sync.run()
    await held
    const { status, body } = await start('/etl/hubspot/contacts', post)
    expect([status, body.code]).toEqual([409, 'JOB_RUNNING'])
    release()
    await run
    expect((await start('/etl/hubspot/contacts?wait=true', post)).status).toBe(200)
  })

  test('answers 409 while another process is running it, until that process is dead', async () => {
    const world = await createWorld({ database: open() })
    const other = heldStore(world.database.store(), 'contacts')
    const run = world.again({ store: other.store }).run({ jobs: ['contacts'] })
    await other.held
    const start = caller(world.handler, tokens.trigger)
    const { status, body } = await start('/etl/hubspot/contacts', post)
    expect([status, body.code]).toEqual([409, 'JOB_RUNNING'])
    const running = (await caller(world.handler)(`/etl/hubspot/runs/${body.runId}`)).body
    expect(running).toMatchObject({ id: body.runId, status: 'running', jobs: ['contacts'] })
    expect((await start('/etl/hubspot/deals?wait=true', post)).status).toBe(200)
    await world.database.silence(world.clock, 121_000)
    expect((await caller(world.handler)(`/etl/hubspot/runs/${body.runId}`)).body.status).toBe(
      'lost',
    )
    expect((await start('/etl/hubspot/contacts?wait=true', post)).status).toBe(200)
    other.release()
    // It wasn't dead after all: its page is refused, and it leaves the job to the other.
    const report = await run
    expect([report.status, report.jobs.contacts?.status]).toEqual(['partial', 'skipped'])
  })

  test('answers 409 where another process has begun in the same moment', async () => {
    const world = await createWorld({ database: open() })
    const other = heldStore(world.database.store(), 'contacts')
    let run: Promise<unknown> | undefined
    const store = world.database.store()
    const late = new Proxy(store, {
      get: (target, name) =>
        name === 'migrate'
          ? async (...given: Parameters<Store['migrate']>) => {
              run ??= world.again({ store: other.store }).run({ jobs: ['contacts'] })
              await other.held
              return store.migrate(...given)
            }
          : Reflect.get(target, name),
    })
    const handler = createHttpHandler({ sync: world.again({ store: late }), auth: tokens })
    const start = caller(handler, tokens.trigger)
    const { status, body } = await start('/etl/hubspot/contacts?wait=true', post)
    expect([status, body.code]).toEqual([409, 'JOB_RUNNING'])
    expect((await world.sync.running()).map(({ id }) => id)).toEqual([body.runId])
    other.release()
    await run
  })

  test('answers 409 where another process has taken the job over', async () => {
    const world = await createWorld({ database: open() })
    const { start, held, release } = await heldWorld(world)
    const answer = start('/etl/hubspot/contacts?wait=true', post)
    await held
    await world.database.silence(world.clock, 121_000)
    await world.again().run({ jobs: ['contacts'] })
    release()
    const { status, body } = await answer
    expect([status, body.code]).toEqual([409, 'JOB_RUNNING'])
  })
})

describe('a run that takes longer than the database may', () => {
  test('is waited for with ?wait=true', async () => {
    const { start, held, release } = await heldWorld(await createWorld())
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
    onTestFinished(() => void vi.useRealTimers())
    const answer = start('/etl/hubspot/contacts?wait=true', post)
    await held
    await vi.advanceTimersByTimeAsync(31_000)
    release()
    const { status, body } = await answer
    expect([status, body.status]).toEqual([200, 'complete'])
  })
})

describe('a run that fails at once', () => {
  test('is reported by its problem, and can be looked up', async () => {
    const { again } = await createWorld({ run: false })
    const handler = createHttpHandler({ sync: again({ accessToken: 'refused' }), auth: 'all' })
    const call = caller(handler, 'all')
    const { status, body } = await call('/etl/hubspot/contacts?wait=true', post)
    expect([status, body.code]).toEqual([502, 'UNAUTHORIZED'])
    const run = (await call(`/etl/hubspot/runs/${body.runId}`)).body
    expect(run).toMatchObject({ status: 'failed', counts: null, error: { code: 'UNAUTHORIZED' } })
    expect((await call('/etl/hubspot/runs')).body.results).toEqual([run])
  })

  test.each([
    ['from the start', undefined],
    ['at a page', 'contacts'],
  ])('reveals nothing of the message of a database that fails %s', async (_, stream) => {
    const { again, database } = await createWorld({ run: false })
    await again().run({ jobs: ['pets'] })
    const store = database.store()
    const commit: Store['commit'] = async (batch) => {
      if (batch.checkpoint?.stream === stream) throw new Error('disk of the crm server is full')
      return store.commit(batch)
    }
    const failing = new Proxy(store, {
      get: (target, name) => (name === 'commit' ? commit : Reflect.get(target, name)),
    })
    const handler = createHttpHandler({ sync: again({ store: failing }), auth: 'all' })
    const call = caller(handler, 'all')
    const { status, body, text } = await call('/etl/hubspot/contacts?wait=true', post)
    expect(text).not.toContain('the crm server')
    const outcome = [status, body.code ?? body.error.code]
    expect(outcome).toEqual(stream ? [200, 'UNEXPECTED'] : [500, 'INTERNAL'])
    for (const path of ['/etl/hubspot/runs', '/status'])
      expect((await call(path)).text).not.toContain('the crm server')
  })
})

describe('a run whose store goes away', () => {
  test.each(['of this handler', 'of the host'])(
    '%s has ended when the job is started again, once the store is back',
    async (whose) => {
      const { again, database } = await createWorld()
      const store = database.store()
      let isAway: boolean | undefined
      const leaving = new Proxy(store, {
        get: (target, name) => {
          const member = Reflect.get(target, name)
          if (typeof member !== 'function') return member
          return async (...given: [{ checkpoint?: { stream: string } }]) => {
            if (name === 'commit' && given[0].checkpoint?.stream === 'contacts') isAway ??= true
            if (isAway) throw new Error('the database is gone')
            return member.apply(target, given)
          }
        },
      })
      const sync = again({ store: leaving })
      const call = caller(createHttpHandler({ sync, auth: 'all' }), 'all')
      if (whose === 'of the host') await expect(sync.run()).rejects.toThrow('is gone')
      else expect((await call('/etl/hubspot/contacts?wait=true', post)).status).toBe(500)
      isAway = false
      const { status, body } = await call('/etl/hubspot/contacts?wait=true', post)
      expect([status, body.code]).toEqual([200, undefined])
    },
  )
})

describe('close()', () => {
  test('lets the page of a running job finish, then refuses to start others', async () => {
    const world = await createWorld({ run: false })
    await world.again().run({ jobs: ['pets'] })
    const { start, handler, get, held, release } = await heldWorld(world)
    const { body } = await start('/etl/hubspot/contacts', post)
    await held
    let closed = false
    const closing = handler.close().then(() => {
      closed = true
    })
    expect((await start('/etl/hubspot/deals', post)).body.code).toBe('CLOSED')
    expect(closed).toBe(false)
    release()
    await closing
    const run = (await get(`/etl/hubspot/runs/${body.runId}`)).body
    expect(run.status).not.toBe('running')
    expect(run.counts.contacts.created).toBe((await world.database.dump()).contacts?.length)
    expect((await get('/pets')).status).toBe(200)
  })
})

describe('server-sent events', () => {
  const wantEvents = {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${tokens.read}` },
  }

  /** The events of a stream, with names and data. */
  async function* eventsOf(response: Response) {
    let text = ''
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(chunk)
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? []
        if (event) yield { event, run: JSON.parse(data as string) }
        text = text.slice(end + 2)
      }
    }
  }

  test('report every step of a run of this process, and its end', async () => {
    const { handler, start, held, release } = await heldWorld(await createWorld())
    const { headers, body } = await start('/etl/hubspot/contacts', post)
    await held
    const url = `http://crm.example${headers.get('location')}`
    const response = await handler.fetch(new Request(url, wantEvents))
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const seen = []
    for await (const { event, run } of eventsOf(response)) {
      expect(run.id).toBe(body.runId)
      seen.push([event, run.status])
      release()
    }
    expect(seen[0]).toEqual(['progress', 'running'])
    expect(seen.length).toBeGreaterThan(2)
    expect(seen.at(-1)).toEqual(['end', 'complete'])
  })

  test('report a run of another process', async () => {
    const world = await createWorld()
    const other = heldStore(world.database.store(), 'contacts')
    const run = world.again({ store: other.store }).run({ jobs: ['contacts'] })
    await other.held
    const [{ id = '' } = {}] = await world.sync.running()
    const response = await world.handler.fetch(
      new Request(`http://crm.example/etl/hubspot/runs/${id}`, wantEvents),
    )
    const seen = []
    for await (const { event, run } of eventsOf(response)) {
      seen.push([event, run.status])
      other.release()
    }
    expect(seen[0]).toEqual(['progress', 'running'])
    expect(seen.at(-1)).toEqual(['end', 'complete'])
    await run
  })

  test('of an ended run are only its end', async () => {
    const { handler, sync } = await createWorld()
    const [{ id = '' } = {}] = await sync.runs()
    const response = await handler.fetch(
      new Request(`http://crm.example/etl/hubspot/runs/${id}`, wantEvents),
    )
    const seen = []
    for await (const { event, run } of eventsOf(response)) seen.push([event, run.status])
    expect(seen).toEqual([['end', 'complete']])
  })

  test('end when the handler is closed', async () => {
    const world = await createWorld()
    const other = heldStore(world.database.store(), 'contacts')
    const run = world.again({ store: other.store }).run({ jobs: ['contacts'] })
    await other.held
    const [{ id = '' } = {}] = await world.sync.running()
    const response = await world.handler.fetch(
      new Request(`http://crm.example/etl/hubspot/runs/${id}`, wantEvents),
    )
    await world.handler.close()
    const seen = []
    for await (const { event } of eventsOf(response)) seen.push(event)
    expect(seen).toEqual(['progress'])
    other.release()
    await run
  })

  test('are refused to more than 100 followers at once, and possible again when some leave', async () => {
    const { handler, start, held } = await heldWorld(await createWorld())
    const { headers } = await start('/etl/hubspot/contacts', post)
    await held
    const url = `http://crm.example${headers.get('location')}`
    const follow = () => handler.fetch(new Request(url, wantEvents))
    const open = await Promise.all(Array.from({ length: 100 }, follow))
    expect((await follow()).status).toBe(503)
    await open[0]?.body?.cancel()
    expect((await follow()).status).toBe(200)
  })

  test('are not started for a HEAD request', async () => {
    const { handler, start, held } = await heldWorld(await createWorld())
    const { headers } = await start('/etl/hubspot/contacts', post)
    await held
    const url = `http://crm.example${headers.get('location')}`
    const ask = (method: string) => handler.fetch(new Request(url, { ...wantEvents, method }))
    for (let asked = 0; asked < 101; asked++) {
      const head = await ask('HEAD')
      expect([head.status, head.body]).toEqual([200, null])
      expect(head.headers.get('content-type')).toBe('text/event-stream')
    }
    expect((await ask('GET')).status).toBe(200)
  })
})
