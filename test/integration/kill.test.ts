import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createMirrorReader } from '@hubsync/core'
import { createPortal, type Portal } from '@hubsync/emulator'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { chanceFrom } from './stories/chance.js'
import { buildProcess } from './support/build-process.js'
import { expectEqual } from './support/equality.js'
import { processPlaces } from './support/process-places.js'
import { populate } from './support/world.js'

/** `HUBSYNC_KILLS=500 HUBSYNC_SEED=1 pnpm exec vitest run kill` kills more processes, or the same ones again. */
const kills = Number(process.env.HUBSYNC_KILLS ?? 4)
const seed = Number(process.env.HUBSYNC_SEED ?? 20_260_601)

let script: string

beforeAll(async () => {
  script = await buildProcess('stories/mortal-process.ts', 'kill')
})

interface Ended {
  signal: NodeJS.Signals | null
  told: { status: string; steps: number } | undefined
}

async function live(given: string[]): Promise<Ended> {
  const child = fork(script, given)
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let told: Ended['told']
  child.on('message', (message) => {
    told = message as Ended['told']
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return { signal, told }
}

/** Something of every kind, so that each process has something to write. */
function change(portal: Portal, chance: () => number): void {
  const one = (type: string, archived = false) => {
    const ids = [...portal.records(type, { archived })].map(({ id }) => id)
    return ids[Math.floor(chance() * ids.length)] as string
  }
  portal.update('contacts', one('contacts'), { firstname: `Name ${chance()}` })
  portal.archive('deals', one('deals'))
  portal.purge('contacts', one('contacts'))
  portal.merge('contacts', one('contacts'), portal.create('contacts', {}))
  portal.associate('contacts', one('contacts'), 'companies', one('companies'), { primary: true })
  if (chance() < 0.5) portal.restore('deals', one('deals', true))
}

describe.each(processPlaces)(
  'a process that is ended by SIGKILL at any step, on $name,',
  ({ make }) => {
    test(
      'leaves a mirror from which the next one goes on until it is equal',
      async () => {
        const chance = chanceFrom(seed)
        const portal = createPortal({ seed, limits: false, journal: false })
        populate(portal, { contacts: 230, companies: 12, deals: 20 })
        const server = await portal.listen()
        onTestFinished(() => server.close())
        const place = make()
        const given = [...place.given, server.url, portal.token]
        // A first guess. Each process that ends by itself tells how many steps it took.
        let [steps, killed] = [80, 0]
        for (let life = 1; life <= kills; life++) {
          const diesAt = 1 + Math.floor(chance() * steps)
          const side = chance() < 0.5 ? 'before' : 'after'
          const { signal, told } = await live([...given, String(diesAt), side])
          // A process that died before it had made the tables left no lease.
          await place.waitForSilence().catch(() => {})
          if (signal === 'SIGKILL') killed++
          else expect(told, `seed ${seed}, life ${life}`).toMatchObject({ status: 'complete' })
          steps = told?.steps ?? steps
          change(portal, chance)
        }
        expect(killed).toBeGreaterThan(kills / 3)
        const { told } = await live(given)
        expect(told, `seed ${seed}`).toMatchObject({ status: 'complete' })
        const store = place.open()
        onTestFinished(() => store.close())
        // The store can read its tables only after that.
        await createMirrorReader({ store }).status()
        await expectEqual(portal, store)
      },
      60_000 + kills * 5_000,
    )
  },
)
