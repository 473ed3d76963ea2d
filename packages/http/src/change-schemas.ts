import { z } from '@hono/zod-openapi'
import { moment } from './schemas.js'

const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])

export const changesSchema = z
  .strictObject({
    results: z.array(
      z
        .strictObject({
          seq: z.int(),
          object: z.string(),
          id: z.string(),
          kind: z.enum(['created', 'updated', 'archived', 'restored', 'merged', 'removed']),
          columns: z.record(z.string(), z.strictObject({ old: valueSchema, new: valueSchema })),
          at: moment(),
        })
        .openapi('Change'),
    ),
    cursor: z.string().openapi({
      description:
        'The `after` of the next page. It stays the same if nothing is new. Treat it as opaque: its format may change.',
    }),
    forgotten: z.boolean().openapi({
      description: 'Without `after`: whether changes before these were already forgotten.',
    }),
  })
  .openapi('ChangePage')
