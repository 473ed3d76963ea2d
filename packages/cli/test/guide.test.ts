import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPortal } from '@hubsync/emulator'
import { expect, onTestFinished, test } from 'vitest'
import { configFile } from '../src/config-file.js'
import { fillPortal } from '../src/fill-portal.js'
import { hubsync, temporaryFolder } from './support/world.js'

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/command-line.md'), 'utf8')

/** A command of the guide, and the output that is shown for it. */
const shown = [...guide.matchAll(/```sh\nhubsync (.+)\n```\n+```text\n([\s\S]*?)\n```/g)].map(
  ([, args = '', output = '']) => ({ args, output }),
)

/** Without what differs between runs: figures, cursors, files, and the widths that depend on figures. */
function shapeOf(text: string): string {
  return text
    .replaceAll(/--after \S+/g, '--after cursor')
    .replaceAll(/sqlite:\S+\.db/g, 'sqlite:file')
    .replaceAll(/\d[\d,.]*/g, '0')
    .replaceAll(/ +/g, ' ')
    .trim()
}

test('the guide shows what the commands print', async () => {
  const portal = createPortal({
    seed: 'hubsync',
    limits: { burst: 10_000, search: 1_000, associations: 10_000 },
  })
  fillPortal(portal, { contacts: 1_000, companies: 200, deals: 300 })
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const env = { HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_BASE_URL: server.url }
  const world = { folder: temporaryFolder(), env }
  expect(shown.map(({ args }) => args.split(' ')[0])).toEqual([
    ...['plan', 'sync', 'sync', 'status', 'changes', 'verify', 'views'],
  ])
  for (const { args, output } of shown) {
    if (args.startsWith('changes')) {
      const [first, second] = [...portal.records('contacts')].map(({ id }) => id)
      portal.update('contacts', first ?? '', { lifecyclestage: 'opportunity' })
      portal.archive('contacts', second ?? '')
      await hubsync(world, 'sync')
    }
    const { out } = await hubsync(world, args)
    expect(shapeOf(out), args).toBe(shapeOf(output))
  }
})

test('the guide shows the configuration that init writes', () => {
  const objects = ['contacts', 'companies', 'deals', 'tickets']
  expect(guide).toContain(configFile({ store: 'sqlite:hubspot.db', objects, properties: 'mapped' }))
})
