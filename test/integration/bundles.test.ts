import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createMirrorReader, type Store } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { besideNothing, formats, makeBundles, packages, root } from './support/bundles.js'
import { expectEqual } from './support/equality.js'
import { temporarySchema } from './support/stores.js'
import { populate } from './support/world.js'

let built: string
beforeAll(async () => {
  built = await makeBundles()
}, 60_000)
afterAll(() => rmSync(built, { recursive: true }))

async function portalOnPort() {
  const portal = createPortal({ seed: 7, limits: false, token: 'a-token' })
  populate(portal, { contacts: 130, companies: 12, deals: 14 })
  const server = await portal.listen()
  onTestFinished(() => server.close())
  return { portal, url: server.url }
}

type World = Awaited<ReturnType<typeof portalOnPort>>

async function expectMirrored({ portal }: World, store: Store): Promise<void> {
  onTestFinished(() => store.close())
  await createMirrorReader({ store }).status()
  await expectEqual(portal, store)
}

test('a bundle of ES modules in several files mirrors a portal', async () => {
  const { portal, url } = await portalOnPort()
  const script = join(built, 'split/bundled-process.mjs')
  const args = [script, 'node:sqlite', join(built, 'split.db'), url]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  expect(JSON.parse(stdout)).toEqual({ status: 'complete' })
  await expectMirrored({ portal, url }, sqliteStore({ file: args[2] as string }))
})

describe.each(formats)('a bundle of %s', (format) => {
  test.each(['node:sqlite', 'better-sqlite3', 'sql.js'] as const)(
    'mirrors a portal into a file by %s',
    async (driver) => {
      const { folder, install, run } = besideNothing(built, format)
      if (driver !== 'node:sqlite') install(driver)
      const world = await portalOnPort()
      const file = join(folder, 'hubspot.db')
      expect(await run([driver, file, world.url])).toEqual({ status: 'complete' })
      await expectMirrored(world, sqliteStore({ file }))
    },
  )

  test.each([
    ['', 'all'],
    [', made small', 'small'],
  ])('mirrors a portal into Postgres by a pg that lies beside it%s', async (_, name) => {
    const { install, run } = besideNothing(built, format, name)
    install('pg')
    const [world, connectionString, schema] = [
      await portalOnPort(),
      inject('databaseUrl'),
      temporarySchema(),
    ]
    expect(await run(['pg', connectionString, world.url, schema])).toEqual({ status: 'complete' })
    await expectMirrored(world, postgresStore({ connectionString, schema }))
  })

  test.each(['pg', 'better-sqlite3', 'sql.js', '@opentelemetry/api'])(
    'leaves %s out, made small',
    (name) => {
      const text = readFileSync(join(built, `small.${format === 'esm' ? 'mjs' : 'cjs'}`), 'utf8')
      for (const call of ['import', 'require'])
        expect(text).not.toMatch(new RegExp(`${call}\\(["'\`]${name}["'\`]\\)`))
    },
  )

  test('says of a package inside it that can not run there to leave it out', async () => {
    const { folder, breakPackage, run } = besideNothing(built, format)
    breakPackage('pg')
    writeFileSync(
      join(folder, 'node_modules/pg/index.js'),
      `throw new Error('Dynamic require of "events" is not supported')`,
    )
    const { url } = await portalOnPort()
    expect(await run(['pg', 'postgres://localhost/none', url])).toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/"events" is not supported\. The bundle has it inside/),
    })
  })

  test('mirrors a portal into Postgres by a pg that is inside it', async () => {
    const { run } = besideNothing(built, format, 'pool')
    const [world, connectionString, schema] = [
      await portalOnPort(),
      inject('databaseUrl'),
      temporarySchema(),
    ]
    expect(await run([connectionString, world.url, schema])).toEqual({ status: 'complete' })
    await expectMirrored(world, postgresStore({ connectionString, schema }))
  })

  test.each(['pg', 'better-sqlite3', 'sql.js'])('says that %s is not beside it', async (driver) => {
    const { folder, run } = besideNothing(built, format)
    expect(
      await run([driver, join(folder, 'hubspot.db'), (await portalOnPort()).url]),
    ).toMatchObject({
      code: 'DRIVER_MISSING',
      message: expect.stringContaining(`npm install ${driver} (for a bundle, beside it`),
    })
  })

  test.each(['pg', 'better-sqlite3', 'sql.js'])(
    'says why a %s that is there does not load',
    async (driver) => {
      const { folder, breakPackage, run } = besideNothing(built, format)
      breakPackage(driver)
      expect(await run([driver, join(folder, 'hubspot.db'), (await portalOnPort()).url])).toEqual({
        code: 'STORE_FAILED',
        message: expect.stringMatching(
          /"\S+" to load: undefined symbol: napi_x\. Install it again/,
        ),
        cause: 'Error: undefined symbol: napi_x',
      })
    },
  )

  test('refuses a better-sqlite3 that would end the process on this Node.js', async () => {
    const { folder, breakPackage, run } = besideNothing(built, format)
    breakPackage('better-sqlite3')
    const older = join(folder, 'older-node.cjs')
    const versions = JSON.stringify({ ...process.versions, napi: '9' })
    writeFileSync(older, `Object.defineProperty(process, 'versions', { value: ${versions} })`)
    const { url } = await portalOnPort()
    const given = ['better-sqlite3', join(folder, 'hubspot.db'), url]
    expect(await run(given, { NODE_OPTIONS: `--require=${older}` })).toMatchObject({
      code: 'DRIVER_MISSING',
      message: expect.stringContaining('for better-sqlite3 99.0.0'),
    })
  })

  test('names what a package needs that is not there', async () => {
    const { folder, breakPackage, run } = besideNothing(built, format)
    breakPackage('pg')
    writeFileSync(join(folder, 'node_modules/pg/index.js'), "require('pg-types')")
    expect(
      await run(['pg', 'postgres://localhost/none', (await portalOnPort()).url]),
    ).toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/"pg" to load: Cannot find module 'pg-types'/),
    })
  })

  test('names the file of sql.js that is not there', async () => {
    const { folder, run } = besideNothing(built, format)
    cpSync(packages['sql.js'], join(folder, 'node_modules/sql.js'), {
      recursive: true,
      dereference: true,
      filter: (file) => !file.endsWith('.wasm'),
    })
    expect(
      await run(['sql.js', join(folder, 'hubspot.db'), (await portalOnPort()).url]),
    ).toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/"sql\.js" to load: .*sql-wasm\.wasm/),
    })
  })

  test('says that the client of HubSpot is not beside one that leaves it out', async () => {
    const { run } = besideNothing(built, format, 'without-client')
    expect(await run(['memory', '', (await portalOnPort()).url])).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('npm install @hubspot/api-client'),
    })
  })

  test('says why the client of HubSpot does not load', async () => {
    const { folder, breakPackage, run } = besideNothing(built, format, 'without-client')
    breakPackage('@hubspot/api-client')
    const file = join(folder, 'node_modules/@hubspot/api-client/lib/src/services/http/Request.js')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, 'throw new Error("undefined symbol: napi_x")')
    expect(await run(['memory', '', (await portalOnPort()).url])).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/"@hubspot\/api-client" to load: undefined symbol: napi_x\./),
    })
  })

  test('shows Swagger UI by the files that lie beside it', async () => {
    const { folder, run } = besideNothing(built, format)
    cpSync(join(root, 'packages/http/dist/swagger-ui'), join(folder, 'swagger-ui'), {
      recursive: true,
    })
    expect(await run(['show', '/api/docs/swagger-ui.css'])).toEqual({ status: 200, told: [] })
  })

  test('says which files of Swagger UI are not beside it', async () => {
    const { folder, run } = besideNothing(built, format)
    expect(await run(['show', '/api/docs/swagger-ui.css'])).toEqual({
      status: 500,
      told: [expect.stringContaining(`files of Swagger UI in "${join(folder, 'swagger-ui')}"`)],
    })
  })
})
