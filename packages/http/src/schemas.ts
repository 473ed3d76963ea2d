import { z } from '@hono/zod-openapi'

export const moment = () => z.string().openapi({ format: 'date-time' })
export const count = () => z.int().min(0)

export const statusSchema = z.enum(['ACTIVE', 'ARCHIVED'])

const nextSchema = z
  .strictObject({ after: z.string() })
  .optional()
  .openapi({ description: 'The cursor of the next page. Absent on the last page.' })
export const pagingSchema = z.strictObject({ next: nextSchema })

export const rawSchema = z
  .looseObject({})
  .optional()
  .openapi({ description: "HubSpot's whole object. Only with `raw=true`." })

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: 'The kind of error, for programs to decide by.' }),
    detail: z.string(),
    errors: z
      .array(z.strictObject({ in: z.string(), name: z.string(), expected: z.string() }))
      .optional(),
    mergedInto: z.string().optional(),
    runId: z.string().optional(),
  })
  .openapi('Problem')
