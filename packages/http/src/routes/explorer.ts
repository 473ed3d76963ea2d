import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ObjectDefinition } from '@hubsync/core'
import type { Context } from 'hono'
import type { HandlerContext } from '../context.js'
import { Cells } from '../explorer/cells.js'
import { readChoices } from '../explorer/choices.js'
import { csvOf } from '../explorer/csv.js'
import { knownZone } from '../explorer/moments.js'
import { readLinked, readRecord } from '../explorer/read-record.js'
import { readTable } from '../explorer/read-table.js'
import { linkedSection, recordMarkup } from '../explorer/record-page.js'
import { Remembered } from '../explorer/remembered.js'
import { tableMarkup } from '../explorer/table-page.js'
import { readTableQuery } from '../explorer/table-query.js'
import { inTime, PATIENCE_MS } from '../in-time.js'
import { type Markup, markup } from '../pages/markup.js'
import { pageHeaders, renderPage } from '../pages/page.js'
import { viewerOf } from '../pages/viewer.js'
import { addPath } from '../paths.js'
import { noSuchObject, Problem } from '../problem.js'
import { securityHeaders } from '../reply.js'
import { honoPath } from '../router.js'
import { othersOf } from './records.js'

/** How many records a table has, and a page of associated records. */
const ROWS = 50
const LINKED = 100
/** How long the time zone of the portal and the labels of choices are kept. */
const ZONE_MS = 10 * 60_000
const CHOICES_MS = 60_000

interface Shown {
  title: string
  main: Markup
  isWide?: boolean
  status?: 200 | 400
}

/** The pages on which people look at records. They read as the API does, and need the right to read. */
export function mountExplorer(app: OpenAPIHono, context: HandlerContext): void {
  const { guard, paths, basePath, reader } = context
  const limit = Math.min(ROWS, context.maxLimit)
  const path = `${basePath}/explorer`
  const zone = new Remembered(ZONE_MS, async (signal) =>
    knownZone((await reader.status({ signal })).portal.timeZone),
  )
  const choices = new Map(
    reader.objects.map((object) => [
      object.name,
      new Remembered(CHOICES_MS, (signal) => readChoices(reader, object, signal)),
    ]),
  )

  const serve = (
    under: string,
    answer: (c: Context, signal: AbortSignal) => Promise<Shown | Response>,
  ) => {
    addPath(paths, 'read', 'get', `/explorer${under}`)
    app.get(honoPath(`/explorer${under}`), guard.requires('read'), (c) =>
      inTime(PATIENCE_MS, c.req.raw.signal, async (signal) => {
        const shown = await answer(c, signal)
        if (shown instanceof Response) return shown
        const { status = 200, title, ...page } = shown
        const viewer = await viewerOf(guard, c.req.raw)
        const place = 'explorer' as const
        const html = renderPage({ title: `${title}: hubsync`, ...page, viewer, basePath, place })
        return new Response(html, { status, headers: pageHeaders })
      }),
    )
  }

  const objectOf = ({ req }: Context): ObjectDefinition => {
    const object = reader.objects.find(({ name }) => name === req.param('object'))
    if (object) return object
    throw noSuchObject(reader.objects, 'Expected the name of an object in the mirror.')
  }
  const idOf = ({ req }: Context): string => {
    const id = req.param('id') ?? ''
    if (/^\d{1,20}$/.test(id)) return id
    throw new Problem(404, 'NOT_FOUND', 'Expected the id of a record: 1 to 20 digits.')
  }
  const cellsOf = async (object: ObjectDefinition) => {
    const [timeZone, labels] = await Promise.all([zone.get(), choices.get(object.name)?.get()])
    if (!labels) throw noSuchObject(reader.objects, 'Expected the name of an object.')
    return { timeZone, cells: new Cells(object, labels, timeZone) }
  }
  const table = async (c: Context, signal: AbortSignal) => {
    const object = objectOf(c)
    const { cells, timeZone } = await cellsOf(object)
    const query = readTableQuery(new URL(c.req.url).searchParams, cells)
    const found = await readTable(reader, object, query, { cells, limit, signal })
    return { object, path, cells, query, timeZone, ...found }
  }

  serve('', async () => {
    const items = reader.objects.map(
      ({ name }) => markup`<li><a href="${path}/${name}">${name}</a></li>`,
    )
    const list =
      items.length > 0
        ? markup`<ul class="links">${items}</ul>`
        : markup`<p>Nothing has been mirrored yet. The first run reads everything.</p>`
    const main = markup`<h1>Records</h1><section aria-label="Objects">${list}</section>`
    return { title: 'Records', main }
  })

  serve('/{object}', async (c, signal) => {
    const content = await table(c, signal)
    const status = content.wrong === undefined ? 200 : 400
    return { title: content.object.name, main: tableMarkup(content), isWide: true, status }
  })

  serve('/{object}/csv', async (c, signal) => {
    const { object, cells, query, rows, wrong } = await table(c, signal)
    if (wrong !== undefined) throw new Problem(400, 'INVALID_INPUT', wrong)
    const lines = rows.map((row) => [
      row.id,
      ...query.columns.map((name) => cells.plain(name, row)),
    ])
    return new Response(csvOf([['id', ...query.columns], ...lines]), {
      headers: {
        ...securityHeaders,
        'cache-control': 'no-store',
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${object.name}.csv"`,
      },
    })
  })

  serve('/{object}/{id}', async (c, signal) => {
    const object = objectOf(c)
    const id = idOf(c)
    const { cells, timeZone } = await cellsOf(object)
    const others = othersOf(context, object.name)
    const found = await readRecord(reader, object, id, { cells, others, signal })
    if (!found) return leadOn(object, id, signal)
    const asked = c.req.query('merged') ?? ''
    const mergedFrom = /^\d{1,20}$/.test(asked) ? asked : undefined
    const main = recordMarkup({ object, path, cells, timeZone, mergedFrom, ...found })
    return { title: `${object.name} ${id}`, main }
  })

  serve('/{object}/{id}/{other}', async (c, signal) => {
    const object = objectOf(c)
    const id = idOf(c)
    const other = othersOf(context, object.name).find((name) => name === c.req.param('other'))
    if (other === undefined)
      throw new Problem(404, 'NOT_FOUND', 'Expected an object whose associations are mirrored.')
    const given = c.req.query('after') ?? ''
    const after = /^\d{1,20}$/.test(given) ? given : undefined
    const page = await readLinked(reader, object.name, id, { other, limit: LINKED, after, signal })
    const main = markup`<h1><a href="${path}/${object.name}/${id}">${object.name} ${id}</a></h1>${linkedSection(object, id, page, path)}`
    return { title: `${other} of ${object.name} ${id}`, main }
  })

  /** Leads to the record that this one was merged into. */
  async function leadOn(object: ObjectDefinition, id: string, signal: AbortSignal) {
    const winner = await reader.resolve(object.name, id, { signal })
    if (winner === null || winner === id)
      throw new Problem(404, 'NOT_FOUND', 'Expected the id of a record in the mirror.')
    const location = `${path}/${object.name}/${winner}?merged=${id}`
    return new Response(null, {
      status: 302,
      headers: { ...securityHeaders, 'cache-control': 'no-store', location },
    })
  }
}
