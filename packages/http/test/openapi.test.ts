import { companies, contacts, deals } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { heldStore } from './support/held-store.js'
import { type Answer, caller, createWorld, pets } from './support/world.js'

interface Operation {
  responses: Record<string, { content?: Record<string, unknown> }>
  parameters?: { name: string; in: string; schema: Record<string, unknown> }[]
  security: unknown[]
}

async function describe() {
  const world = await createWorld({
    ...{ run: false, handler: { auth: 'all' } },
    objects: [contacts, companies, deals.extend({ history: ['stage', 'amount'] }), pets],
  })
  const owner = world.portal.createOwner({ email: 'ada@example.com', firstName: 'Ada' })
  const team = world.portal.createTeam('Sales')
  world.portal.joinTeam(owner, team, { primary: true })
  await world.sync.run()
  const { body } = await caller(world.handler, 'all')('/api/docs-json')
  return {
    ...world,
    owner,
    team,
    document: body as { paths: Record<string, Record<string, Operation>> },
  }
}

test('the document is valid OpenAPI 3.1', async () => {
  const { document } = await describe()
  const validator = new Validator()
  expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
})

test('the document has the columns of the definitions, including custom objects', async () => {
  const { document } = await describe()
  expect(document).toMatchObject({
    components: {
      schemas: {
        PetsRecord: { properties: { name: {}, dossier: {}, updatedAt: { format: 'date-time' } } },
        ContactsDetail: { properties: { companies: {}, deals: {}, pets: {}, email: {} } },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'hubsync_session' },
      },
    },
  })
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/pets', '/pets/{id}', '/etl/hubspot/pets/archived', '/health']),
  )
  const limit = document.paths['/contacts']?.get?.parameters?.find(({ name }) => name === 'limit')
  expect(limit).toMatchObject({
    in: 'query',
    schema: { type: 'integer', minimum: 1, maximum: 100 },
  })
  expect(document.paths['/contacts']?.get?.security).toEqual([{ token: [] }, { session: [] }])
  expect(document.paths['/health']?.get?.security).toEqual([])
})

test('every reply of every route matches the document', async () => {
  const { document, handler, ids, owner, team, portal, clock, sync, again, database } =
    await describe()
  await clock.advance(60_000)
  portal.update('contacts', ids.contacts[0] as string, { firstname: 'New' })
  portal.archive('contacts', ids.contacts[1] as string)
  portal.merge('contacts', ids.contacts[2] as string, ids.contacts[3] as string)
  await sync.run()
  const other = heldStore(database.store(), 'deals')
  const running = again({ store: other.store }).run({ jobs: ['deals'] })
  await other.held

  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema(document, 'openapi')
  const met = new Set<string>()
  const hold = (answer: Answer, method: string, path: string) => {
    const type = answer.headers.get('content-type') ?? ''
    const part = (text: string) =>
      encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'))
    const pointer = [
      'paths',
      path,
      method,
      'responses',
      String(answer.status),
      'content',
      type,
      'schema',
    ]
    const validate = ajv.getSchema(`openapi#/${pointer.map(part).join('/')}`)
    expect(validate, `${method} ${path}: ${answer.status} ${type}`).toBeTypeOf('function')
    expect(validate?.(answer.body), JSON.stringify([path, answer.body, validate?.errors])).toBe(
      true,
    )
    met.add(`${method} ${path} ${answer.status}`)
  }
  const some: Record<string, string> = {
    contacts: ids.contacts[0] as string,
    companies: ids.companies[0] as string,
    deals: ids.deals[0] as string,
    pets: ids.pets[0] as string,
    owners: owner,
    teams: team,
    runs: (await sync.runs())[1]?.id as string,
  }
  const addressOf = (path: string, id?: string) =>
    path
      .replace('{object}', 'deals')
      .replace(/([a-z]+)\/\{id\}/, (_, name: string) => `${name}/${id ?? some[name]}`)
  // Last, because single jobs are refused while it runs.
  const all = '/etl/hubspot'
  const { [all]: startsAll = {}, ...others } = document.paths
  for (const [path, operations] of Object.entries({ ...others, [all]: startsAll }))
    for (const [method, { security }] of Object.entries(operations)) {
      const init = { method: method.toUpperCase() }
      const call = caller(handler, 'all')
      hold(await call(addressOf(path), init), method, path)
      if (method === 'post') hold(await call(`${path}?wait=true`, init), method, path)
      hold(await call(`${addressOf(path)}?wrong=1`, init), method, path)
      if (security.length > 0) hold(await caller(handler, '')(addressOf(path), init), method, path)
      if (!path.includes('{id}')) continue
      const nowhere = path.includes('/runs/') ? '00000000-0000-4000-8000-000000000000' : '99'
      hold(await call(addressOf(path, nowhere), init), method, path)
    }
  const get = caller(handler, 'all')
  for (const query of ['?raw=true', ''])
    for (const contact of ids.contacts.slice(0, 4))
      hold(await get(`/contacts/${contact}${query}`), 'get', '/contacts/{id}')
  hold(await get('/contacts?status=ALL&limit=5'), 'get', '/contacts')
  hold(await get(`/owners/${owner}?raw=true`), 'get', '/owners/{id}')
  for (const part of ['pipelines', 'properties'])
    for (const object of [...Object.keys(ids), 'tickets'])
      hold(await get(`/${part}/${object}?status=ALL`), 'get', `/${part}/{object}`)
  const [now] = await sync.running()
  hold(await get(`/etl/hubspot/runs/${now?.id}`), 'get', '/etl/hubspot/runs/{id}')
  const limited = createHttpHandler({ sync, auth: { read: 'r', docs: 'all' } })
  hold(await caller(limited, 'all')('/contacts'), 'get', '/contacts')
  other.release()
  await running

  const operations = Object.entries(document.paths).flatMap(([path, each]) =>
    Object.keys(each).map((method) => `${method} ${path}`),
  )
  for (const operation of operations)
    for (const status of operation.startsWith('post') ? [202, 400, 401] : [200, 400])
      if (operation !== 'post /etl/hubspot/deals' || status !== 202)
        expect([...met], `${operation} ${status}`).toContain(`${operation} ${status}`)
  expect([...met]).toContain('post /etl/hubspot/deals 409')
  expect([...met]).toContain('get /contacts 403')
  expect([...met]).toContain('get /contacts/{id} 404')
  expect([...met]).toContain('get /pipelines/{object} 404')
}, 180_000)

test('the document has the parameters of owners, and the objects that have pipelines and properties', async () => {
  const { document } = await describe()
  const namesAt = (path: string) =>
    document.paths[path]?.get?.parameters?.map(({ name }) => name) ?? []
  expect(namesAt('/owners')).toEqual([
    'limit',
    'after',
    'status',
    'email',
    'firstName',
    'lastName',
    'type',
    'userId',
  ])
  expect(namesAt('/teams')).toEqual(['limit', 'after', 'status', 'name'])
  for (const path of ['/pipelines/{object}', '/properties/{object}'])
    expect(document.paths[path]?.get?.parameters).toContainEqual(
      expect.objectContaining({
        name: 'object',
        in: 'path',
        schema: expect.objectContaining({ enum: ['contacts', 'companies', 'deals', 'pets'] }),
      }),
    )
})
