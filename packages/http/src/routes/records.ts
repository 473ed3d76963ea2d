import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { ObjectDefinition, RelatedRecord } from '@hubsync/core'
import type { HandlerContext } from '../context.js'
import { withLabels } from '../labels.js'
import { afterId, idParameters, limit, query } from '../parameters.js'
import { Problem } from '../problem.js'
import { recordSchemas, summaryPageSchema } from '../record-schemas.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { nameOf } from '../summary-name.js'
import { detailRoute, listed, pageRoute, usualLimit } from './row-routes.js'

/** The maximum number of associated records per object in a record's reply. Its `paging` leads to the others. */
const DETAIL_SUMMARIES = 1_000

/** A row of any object. */
type Row = { id: string } & Record<string, unknown>

/** The routes of an object: pages of records, one record, and pages of its associated records. */
export function mountRecords(app: OpenAPIHono, context: HandlerContext, object: ObjectDefinition) {
  const others = othersOf(context, object.name)
  const schemas = recordSchemas(object, others)
  mountPage(app, context, object, schemas.page)
  mountDetail(app, context, object, others, schemas.detail)
  for (const other of others) mountRelated(app, context, object, other)
}

/** The objects that are paired with this one, in either direction. */
export function othersOf({ reader }: Pick<HandlerContext, 'reader'>, name: string): string[] {
  const others = reader.pairs.flatMap(([from, to]) =>
    from === name ? [to] : to === name ? [from] : [],
  )
  return [...new Set(others)]
}

function mountPage(
  app: OpenAPIHono,
  context: HandlerContext,
  object: ObjectDefinition,
  schema: ReturnType<typeof recordSchemas>['page'],
): void {
  const { reader } = context
  const { name, columns } = object
  const route = pageRoute(context, {
    name,
    columns,
    isDated: true,
    description:
      'In the order of the ids as text. A record that changes between two pages does not move the others. Filters by columns are combined: a record has all their values.',
    schema,
  })
  serve(app, route, async (c, signal) => {
    const wanted = { ...listed(c.req.valid('query'), context), signal }
    const { results, paging } = await reader.list(name, wanted)
    const page = {
      results: await withLabels(reader, object, results, signal),
      paging,
      completeUpTo: await reader.completeUpTo(name, { signal }),
    }
    return reply(c, page, { cache: 'revalidate' }) as never
  })
}

function mountDetail(
  app: OpenAPIHono,
  context: HandlerContext,
  object: ObjectDefinition,
  others: readonly string[],
  schema: ReturnType<typeof recordSchemas>['detail'],
): void {
  const { reader } = context
  const { name } = object
  const route = detailRoute(context, {
    name,
    summary: `One of the ${name}, with its associated records`,
    description: `With the labels of its owner, pipeline and stage. Of each other object the first ${DETAIL_SUMMARIES}; where there are more, \`paging\` says where they go on. For a record that was merged the problem has \`mergedInto\`.`,
    is: 'The record.',
    schema,
  })
  serve(app, route, async (c, signal) => {
    const { id } = c.req.valid('param')
    const raw = c.req.valid('query').raw === 'true'
    const ends = others.map(async (other) => {
      const page = await summaries(context, name, id, other, { limit: DETAIL_SUMMARIES, signal })
      return { other, ...page }
    })
    const [row, ...associated] = await Promise.all([reader.get(name, id, { raw, signal }), ...ends])
    if (!row) throw await notHere(context, name, id, signal)
    const [detail = {}] = await withLabels(reader, object, [row], signal)
    const cut: Record<string, unknown> = {}
    for (const { other, results, paging } of associated) {
      detail[other] = results
      if (paging.next) cut[other] = paging
    }
    if (Object.keys(cut).length > 0) detail.paging = cut
    return reply(c, detail, { cache: 'revalidate' }) as never
  })
}

function mountRelated(
  app: OpenAPIHono,
  context: HandlerContext,
  { name }: ObjectDefinition,
  other: string,
): void {
  const { reader, maxLimit } = context
  const route = defineRoute(context, 'read', {
    method: 'get',
    path: `/${name}/{id}/${other}`,
    tags: [name],
    summary: `A page of the ${other} that one of the ${name} is associated with`,
    request: { params: idParameters, query: query({ limit: limit(maxLimit), after: afterId }) },
    responses: {
      200: {
        description: 'A page.',
        content: { 'application/json': { schema: summaryPageSchema } },
      },
      ...problems(400, 404),
    },
  })
  serve(app, route, async (c, signal) => {
    const { id } = c.req.valid('param')
    const { limit = usualLimit(maxLimit), after } = c.req.valid('query')
    if (!(await reader.get(name, id, { raw: false, signal })))
      throw await notHere(context, name, id, signal)
    const page = await summaries(context, name, id, other, { limit, after, signal })
    return reply(c, page, { cache: 'revalidate' })
  })
}

/** A page of the records that this one is associated with. */
async function summaries(
  { reader }: HandlerContext,
  name: string,
  id: string,
  other: string,
  { limit, after, signal }: { limit: number; after?: string | undefined; signal: AbortSignal },
): Promise<z.output<typeof summaryPageSchema>> {
  const cursor = after === undefined ? {} : { after }
  const found = await reader.related(name, id, other, { limit, ...cursor, raw: false, signal })
  const results = (found as RelatedRecord<Row>[]).map(({ record, associations }) => ({
    id: record.id,
    name: nameOf(record),
    labels: associations.flatMap(({ label }) => (label === null ? [] : [label])),
  }))
  const last = results.at(-1)
  if (results.length < limit || !last) return { results, paging: {} }
  const next = { limit: 1, after: last.id, raw: false, signal }
  const more = await reader.related(name, id, other, next)
  return { results, paging: more.length > 0 ? { next: { after: last.id } } : {} }
}

/** The problem of a record that isn't in the mirror. It says where one that was merged lives on. */
export async function notHere(
  { reader }: HandlerContext,
  name: string,
  id: string,
  signal: AbortSignal,
): Promise<Problem> {
  const mergedInto = await reader.resolve(name, id, { signal })
  // `mergedInto === id`: the record was added between the two reads.
  if (mergedInto === null || mergedInto === id)
    return new Problem(404, 'NOT_FOUND', 'Expected the id of a record in the mirror.')
  return new Problem(
    404,
    'MERGED',
    'The record was merged into the one with the id `mergedInto`.',
    { mergedInto },
  )
}
