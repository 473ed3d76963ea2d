import { type Line, median, timed } from './benchmark.ts'

/** A read, as the explorer and the API answer it. */
interface Read {
  read: string
  page: string
  api: string
}

/** Reads pages of the explorer and the same from the API, in turn, and compares how long they take. */
export async function readExplorer(
  store: string,
  url: string,
  ids: { at(share: number): string; details: readonly string[] },
  rounds: number,
): Promise<Line[]> {
  const reads = readsOf(ids)
  const taken = new Map<string, number[]>()
  for (let round = 0; round <= rounds; round++)
    // Whichever comes second finds more in the caches of the database.
    for (const { page, api } of reads)
      for (const path of round % 2 === 0 ? [page, api] : [api, page]) {
        const ms = await timed(() => read(`${url}${path}`))
        // One round to warm up.
        if (round > 0) taken.set(path, [...(taken.get(path) ?? []), ms])
      }
  const ms = (path: string) => median(taken.get(path) ?? [])
  return reads.map(({ read, page, api }) => ({
    ratio: ms(page) / ms(api),
    goal: '',
    store,
    read,
    'page, ms': ms(page),
    'API, ms': ms(api),
  }))
}

function readsOf({
  at,
  details,
}: {
  at(share: number): string
  details: readonly string[]
}): Read[] {
  const id = details[Math.floor(details.length / 2)]
  const tables = [0, 0.5, 0.999].map((depth) => {
    const after = depth === 0 ? '' : `&after=${at(depth)}`
    return {
      read: `a table at ${depth * 100} %`,
      page: `/explorer/contacts?${after}`,
      api: `/contacts?limit=50${after}`,
    }
  })
  const after = at(0.5)
  return [
    ...tables,
    {
      read: 'a table filtered by a stage',
      page: `/explorer/contacts?by=lifecycleStage&is=customer&after=${after}`,
      api: `/contacts?limit=50&lifecycleStage=customer&after=${after}`,
    },
    { read: 'a record', page: `/explorer/contacts/${id}`, api: `/contacts/${id}?raw=true` },
    {
      read: 'an e-mail address looked up',
      page: '/explorer/contacts?search=person.1500@example.com',
      api: '/contacts?limit=50&email=person.1500@example.com',
    },
  ]
}

async function read(address: string): Promise<void> {
  const reply = await fetch(address)
  const text = await reply.text()
  if (!reply.ok || !text.includes('@')) throw new Error(`Expected contacts at ${address}.`)
}
