import { companies, contacts, deals } from '@hubsync/core'
import { expect, test } from 'vitest'
import { visitor } from '../support/visitor.js'
import { createWorld, pets } from '../support/world.js'

async function explorer(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld({ handler: { auth: 'all' }, ...options })
  const browser = visitor(world.handler)
  await browser.signIn('all')
  return { ...world, browser }
}

/** The values that the time line of a section goes to, in its order, over all its pages. */
async function walk(
  browser: Awaited<ReturnType<typeof explorer>>['browser'],
  start: string,
  past: 'changes' | 'history',
) {
  const pages: string[][] = []
  for (let path: string | undefined = start; path; ) {
    const { status, text } = await browser.open(path)
    expect([path, status]).toEqual([path, 200])
    const [, line = ''] =
      new RegExp(`<h2 id="${past}-heading">(.*?)</section>`, 's').exec(text) ?? []
    pages.push([...line.matchAll(/name \d+(?=<\/bdi><\/li>)/g)].map(([value]) => value))
    path = new RegExp(`href="([^"]*/${past}\\?after=[^"]+)" rel="next"`).exec(line)?.[1]
  }
  return pages
}

const namesDown = (from: number) =>
  Array.from({ length: from }, (_, index) => `name ${from - index}`)

test('all changes of a record are on pages that follow each other', async () => {
  const { browser, portal, sync, clock, ids } = await explorer()
  const pet = ids.pets[0] as string
  for (let index = 1; index <= 110; index++) {
    await clock.advance(60_000)
    portal.update('2-1234567', pet, { name: `name ${index}` })
    await sync.run({ jobs: ['pets'] })
  }
  const pages = await walk(browser, `/explorer/pets/${pet}`, 'changes')
  expect(pages.map(({ length }) => length)).toEqual([50, 50, 10])
  expect(pages.flat()).toEqual(namesDown(110))
  const first = await browser.open(`/explorer/pets/${pet}/changes`)
  expect(first.text).not.toContain('>Latest</a>')
  expect(first.text).toContain(`<h1><a href="/explorer/pets/${pet}"><bdi>name 110</bdi></a></h1>`)
  const last = await browser.open(`/explorer/pets/${pet}/changes?after=1`)
  expect(last.text).toContain('Nothing earlier.')
  expect(last.text).toContain(`href="/explorer/pets/${pet}/changes">Latest</a>`)
}, 120_000)

test('the whole history of a record is on pages that follow each other', async () => {
  const kept = pets.extend({ history: ['name'] })
  const { browser, portal, sync, clock, ids } = await explorer({
    objects: [contacts, companies, deals, kept],
  })
  const pet = ids.pets[0] as string
  for (let round = 0; round < 13; round++) {
    for (let index = 1; index <= 19; index++) {
      await clock.advance(1_000)
      portal.update('2-1234567', pet, { name: `name ${round * 19 + index}` })
    }
    await sync.run({ jobs: ['pets'] })
  }
  const pages = await walk(browser, `/explorer/pets/${pet}`, 'history')
  expect(pages.flat()).toEqual(namesDown(247))
  expect(pages.map(({ length }) => length)).toEqual([100, 100, 47])
}, 120_000)

test('a place that no page names is none, and what is not there is not found', async () => {
  const { browser, ids, portal, sync, clock } = await explorer()
  const pet = ids.pets[0] as string
  await clock.advance(60_000)
  portal.update('2-1234567', pet, { name: 'name 1' })
  await sync.run()
  for (const after of ['x', '-1', '1e9', '%00', '9'.repeat(40), 'MDAwMA', '<b>'])
    for (const past of ['changes', 'history']) {
      const { status, text } = await browser.open(`/explorer/pets/${pet}/${past}?after=${after}`)
      expect([after, past, status]).toEqual([after, past, 200])
      expect(text.includes('<bdi>name 1</bdi></li>')).toBe(past === 'changes')
    }
  for (const path of ['pets/1/changes', 'pets/1/history', 'owners/1/changes', 'nope/1/changes'])
    expect([path, (await browser.open(`/explorer/${path}`)).status]).toEqual([path, 404])
})
