import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { HandlerContext } from '../context.js'
import { csvOf } from '../explorer/csv.js'
import { createExplorerPages } from '../explorer/explorer-pages.js'
import { isPeople, people } from '../explorer/people.js'
import { readTable } from '../explorer/read-table.js'
import { tableMarkup } from '../explorer/table-page.js'
import { readTableQuery } from '../explorer/table-query.js'
import { markup } from '../pages/markup.js'
import { Problem } from '../problem.js'
import { isWithoutPart, readPeople } from '../read-part.js'
import { securityHeaders } from '../reply.js'
import { mountRecordPages } from './explorer-records.js'

/** How many records a table has. */
const ROWS = 50

/** The pages on which people look at records. They read as the API does, and need the right to read. */
export function mountExplorer(app: OpenAPIHono, context: HandlerContext): void {
  const { reader } = context
  const pages = createExplorerPages(app, context)
  const { path, portal, serve, objectOf, cellsOf } = pages
  const limit = Math.min(ROWS, context.maxLimit)

  const table = async (c: Context, signal: AbortSignal) => {
    const object = objectOf(c)
    const { cells, timeZone } = await cellsOf(object)
    const query = readTableQuery(new URL(c.req.url).searchParams, cells)
    const read = () => readTable(reader, object, query, { cells, limit, signal })
    const found = isPeople(object.name)
      ? await readPeople(reader, signal, read, ({ rows, wrong }) => rows.length === 0 && !wrong)
      : await read()
    return { object, path, cells, query, timeZone, ...found }
  }

  /** Owners and teams, if the mirror has them. Before the first run it isn't known. */
  const peopleHere = async () => {
    const { hasPeople } = await portal.get().catch((error: unknown) => {
      if (isWithoutPart(error)) return { hasPeople: false }
      throw error
    })
    return hasPeople ? people : []
  }

  serve('', async () => {
    const shown = reader.objects.length > 0 ? [...reader.objects, ...(await peopleHere())] : []
    const items = shown.map(({ name }) => markup`<li><a href="${path}/${name}">${name}</a></li>`)
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

  mountRecordPages(context, pages)
}
