import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { PipelineRow, PropertyRow, ReferencePart, ReferenceReadOptions } from '@hubsync/core'
import type { HandlerContext } from '../context.js'
import { objectParameters, query, statusFilter } from '../parameters.js'
import { noSuchObject } from '../problem.js'
import { readPart } from '../read-part.js'
import { pipelinesSchema, propertiesSchema } from '../reference-schemas.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'

/** What is read of an object, besides its records. */
interface Definitions {
  name: 'pipelines' | 'properties'
  part: ReferencePart
  summary: string
  description: string
  schema: z.ZodObject
  read(object: string, options: ReferenceReadOptions): Promise<PipelineRow[] | PropertyRow[]>
}

/** The routes of the pipelines and the properties of an object. */
export function mountDefinitions(app: OpenAPIHono, context: HandlerContext): void {
  const { reader } = context
  mount(app, context, {
    name: 'pipelines',
    part: 'pipelines',
    summary: 'The pipelines of an object with their stages, in display order',
    description: 'Without results for an object that has none.',
    schema: pipelinesSchema,
    read: (object, options) => reader.pipelines(object, options),
  })
  mount(app, context, {
    name: 'properties',
    part: 'catalogue',
    summary: "The definitions of an object's properties, with their groups and options",
    description: '`status` selects properties, and the options of each.',
    schema: propertiesSchema,
    read: (object, options) => reader.properties(object, options),
  })
}

function mount(
  app: OpenAPIHono,
  context: HandlerContext,
  { name, part, summary, description, schema, read }: Definitions,
): void {
  const { reader } = context
  const names = reader.objects.map((object) => object.name)
  const route = defineRoute(context, 'read', {
    method: 'get',
    path: `/${name}/{object}`,
    tags: [name],
    summary,
    description,
    request: { params: objectParameters(names), query: query({ status: statusFilter }) },
    responses: {
      200: {
        description: `The ${name}.`,
        content: { 'application/json': { schema } },
      },
      ...problems(400, 404),
    },
  })
  serve(app, route, async (c, signal) => {
    const { object } = c.req.valid('param')
    const { status } = c.req.valid('query')
    if (!names.includes(object))
      throw noSuchObject(names, 'Expected the name of an object in the mirror.')
    const results = await readPart(
      { reader, part, of: object, signal },
      () => read(object, { status, signal }),
      async ({ length }) =>
        length === 0 && (await read(object, { status: 'ALL', signal })).length === 0,
    )
    return reply(c, { results }, { cache: 'revalidate' }) as never
  })
}
