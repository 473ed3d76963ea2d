import type { ObjectDefinition } from '@hubsync/core'
import type { Context } from 'hono'
import type { HandlerContext } from '../context.js'
import type { Row } from '../explorer/cells.js'
import type { ExplorerPages, Shown } from '../explorer/explorer-pages.js'
import { readOwnerRecords } from '../explorer/owner-records.js'
import { pastMarkup } from '../explorer/past-page.js'
import { isPeople } from '../explorer/people.js'
import { MOST_ENTRIES, readLinked, readRecord } from '../explorer/read-record.js'
import { recordChanges } from '../explorer/record-changes.js'
import { recordHistory } from '../explorer/record-history.js'
import { headMarkup, linkedSection, personMarkup, recordMarkup } from '../explorer/record-page.js'
import { markup } from '../pages/markup.js'
import { Problem } from '../problem.js'
import { readPeople } from '../read-part.js'
import { securityHeaders } from '../reply.js'
import { othersOf } from './records.js'

/** How many associated records a page of them has. */
const LINKED = 100

/** The page of a record, of an owner and of a team, and the pages that go on from there. */
export function mountRecordPages(context: HandlerContext, pages: ExplorerPages): void {
  const { reader } = context
  const { path, serve, objectOf, idOf, cellsOf } = pages

  /** A row, or the way to the record that it was merged into. */
  const rowOf = async (
    object: ObjectDefinition,
    id: string,
    { raw, signal }: { raw: boolean; signal: AbortSignal },
  ) => {
    const read = () => reader.get(object.name, id, { raw, signal })
    const found = isPeople(object.name)
      ? await readPeople(reader, signal, read, (row) => row === null)
      : await read()
    return (found as unknown as Row | null) ?? leadOn(object, id, signal)
  }

  serve('/{object}/{id}', async (c, signal) => {
    const object = objectOf(c)
    const id = idOf(c)
    return isPeople(object.name)
      ? personPage(object, id, signal)
      : recordPage(object, id, c.req.query('merged'), signal)
  })

  async function recordPage(
    object: ObjectDefinition,
    id: string,
    merged: string | undefined,
    signal: AbortSignal,
  ): Promise<Shown | Response> {
    const { cells, timeZone } = await cellsOf(object)
    const others = othersOf(context, object.name)
    const found = await readRecord(reader, object, id, { cells, others, signal })
    if (!found) return leadOn(object, id, signal)
    const isHere = await wasMerged(object, merged, id, signal)
    const mergedFrom = isHere ? merged : undefined
    const main = recordMarkup({ object, path, cells, timeZone, mergedFrom, ...found })
    return { title: `${object.name} ${id}`, main }
  }

  async function personPage(
    object: ObjectDefinition,
    id: string,
    signal: AbortSignal,
  ): Promise<Shown | Response> {
    const { cells, timeZone } = await cellsOf(object)
    const row = await rowOf(object, id, { raw: true, signal })
    if (row instanceof Response) return row
    const other = otherPeople(object.name)
    const [page, records] = await Promise.all([
      readLinked(reader, object.name, id, { other, limit: LINKED, after: undefined, signal }),
      object.name === 'owners' ? readOwnerRecords(reader, id, signal) : [],
    ])
    const content = { object, path, cells, timeZone, row, linked: [page], records }
    return { title: `${object.name} ${id}`, main: personMarkup(content) }
  }

  for (const past of ['changes', 'history'] as const)
    serve(`/{object}/{id}/${past}`, async (c, signal) => {
      const object = objectOf(c)
      const id = idOf(c)
      if (isPeople(object.name))
        throw new Problem(
          404,
          'NOT_FOUND',
          'Expected a record. Owners and teams have no such page.',
        )
      const { cells, timeZone } = await cellsOf(object)
      const row = await rowOf(object, id, { raw: cells.anyNeedsRaw, signal })
      if (row instanceof Response) return row
      const after = c.req.query('after')
      const wanted = { cells, limit: MOST_ENTRIES[past], signal }
      const page =
        past === 'changes'
          ? await recordChanges(reader, object, row, { ...wanted, before: seqIn(after) })
          : await recordHistory(reader, object, row, { ...wanted, after })
      const head = headMarkup({ object, path, row }, true)
      const record = `${path}/${object.name}/${id}`
      const of = { past, record, timeZone, isLatest: after === undefined }
      return { title: `${past} of ${object.name} ${id}`, main: pastMarkup(head, page, of) }
    })

  serve('/{object}/{id}/{other}', async (c, signal) => {
    const object = objectOf(c)
    const id = idOf(c)
    const other = otherIn(c, object)
    const given = c.req.query('after') ?? ''
    const after = /^\d{1,20}$/.test(given) ? given : undefined
    const row = await rowOf(object, id, { raw: false, signal })
    if (row instanceof Response) return row
    const wanted = { other, limit: LINKED, after, signal }
    const page = await readLinked(reader, object.name, id, wanted)
    const head = headMarkup({ object, path, row }, true)
    const main = markup`${head}
${linkedSection(object, id, page, path)}`
    return { title: `${other} of ${object.name} ${id}`, main }
  })

  function otherIn({ req }: Context, { name }: ObjectDefinition): string {
    const others = isPeople(name) ? [otherPeople(name)] : othersOf(context, name)
    const other = others.find((each) => each === req.param('other'))
    if (other !== undefined) return other
    throw new Problem(404, 'NOT_FOUND', 'Expected an object whose associations are mirrored.')
  }

  /** Whether the record that an address names was merged into this one. Whoever made the address may have made it up. */
  async function wasMerged(
    object: ObjectDefinition,
    merged = '',
    id: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (!/^\d{1,20}$/.test(merged) || merged === id) return false
    return (await reader.resolve(object.name, merged, { signal })) === id
  }

  /** Leads to the record that this one was merged into. */
  async function leadOn({ name }: ObjectDefinition, id: string, signal: AbortSignal) {
    const winner = isPeople(name) ? null : await reader.resolve(name, id, { signal })
    if (winner === null || winner === id)
      throw new Problem(404, 'NOT_FOUND', 'Expected the id of a record in the mirror.')
    const location = `${path}/${name}/${winner}?merged=${id}`
    return new Response(null, {
      status: 302,
      headers: { ...securityHeaders, 'cache-control': 'no-store', location },
    })
  }
}

function otherPeople(name: string): 'owners' | 'teams' {
  return name === 'owners' ? 'teams' : 'owners'
}

/** The place in the change feed that an address names. */
function seqIn(after: string | undefined): number | undefined {
  return after !== undefined && /^[1-9]\d{0,14}$/.test(after) ? Number(after) : undefined
}
