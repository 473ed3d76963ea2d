import { z } from '@hono/zod-openapi'
import { moment, pagingSchema, rawSchema, statusSchema } from './schemas.js'

const text = (description: string) => z.string().nullable().openapi({ description })
const yesOrNo = (description: string) => z.boolean().nullable().openapi({ description })
const label = () => text("What HubSpot's pages show.")
const place = () => z.int().nullable().openapi({ description: 'The place among the others.' })
const archivable = (description: string) => statusSchema.openapi({ description })
const dates = { createdAt: moment().nullable(), updatedAt: moment().nullable() }

const member = z.strictObject({
  id: z.string(),
  name: z.string().nullable(),
  isPrimary: yesOrNo("Whether it is the owner's main team. Null if HubSpot doesn't say."),
})

const owner = z.strictObject({
  id: z.string(),
  status: archivable('`ARCHIVED` for one who has left, or whom HubSpot no longer lists.'),
  ...dates,
  email: text('A queue may have none.'),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  type: text('`PERSON` or `QUEUE`.'),
  userId: text("The id of the user, which isn't that of the owner."),
})

const team = z.strictObject({
  id: z.string(),
  status: archivable('`ARCHIVED` once no owner is in it.'),
  name: z.string().nullable(),
})

/** The schemas of owners and teams, by name. */
export const memberSchemas = {
  owners: {
    page: pageOf(owner, 'Owners'),
    detail: owner.extend({ teams: z.array(member), raw: rawSchema }).openapi('OwnersDetail'),
  },
  teams: {
    page: pageOf(team, 'Teams'),
    detail: team.extend({ owners: z.array(member), raw: rawSchema }).openapi('TeamsDetail'),
  },
}

function pageOf(row: z.ZodObject, title: string) {
  return z
    .strictObject({ results: z.array(row.openapi(`${title}Record`)), paging: pagingSchema })
    .openapi(`${title}Page`)
}

const placed = {
  id: z.string().openapi({ description: 'The id that records have.' }),
  status: archivable('`ARCHIVED` once it is deleted. Records may still have its id.'),
  label: label(),
  displayOrder: place(),
  ...dates,
  archivedAt: moment().nullable(),
}

const stage = z
  .strictObject({
    ...placed,
    isClosed: yesOrNo('Whether records in it are done with.'),
    isWon: yesOrNo('Whether it is closed with a probability of 1.'),
    probability: text('The probability of winning, an exact decimal number from 0 to 1.'),
    state: text('`OPEN` or `CLOSED` for tickets.'),
  })
  .openapi('Stage')

const pipeline = z
  .strictObject({
    ...placed,
    stages: z.array(stage).openapi({ description: 'In display order.' }),
  })
  .openapi('Pipeline')

export const pipelinesSchema = z
  .strictObject({ results: z.array(pipeline).openapi({ description: 'In display order.' }) })
  .openapi('Pipelines')

const option = z
  .strictObject({
    value: z.string().openapi({ description: 'The value that records have.' }),
    status: archivable('`ARCHIVED` if HubSpot no longer has it. Records may still have it.'),
    label: label(),
    displayOrder: place(),
    isHidden: yesOrNo("Whether HubSpot's pages no longer offer it."),
  })
  .openapi('Option')

const property = z
  .strictObject({
    name: z.string().openapi({ description: 'The internal name.' }),
    status: archivable('`ARCHIVED` if it is archived in HubSpot, or no longer there.'),
    label: label(),
    type: text('The kind of value: `string`, `number`, `enumeration` and so on.'),
    fieldType: text('The kind of field: `text`, `checkbox` and so on.'),
    description: z.string().nullable(),
    isCalculated: yesOrNo('Whether HubSpot calculates its values.'),
    isCustom: yesOrNo("Whether it is the account's own."),
    isUnique: yesOrNo('Whether no two records may have the same value.'),
    isHidden: yesOrNo("Whether HubSpot's pages hide it."),
    isReadOnly: yesOrNo("Whether its values can't be written."),
    referencesObject: text('The type of object that its values are ids of, such as `OWNER`.'),
    sensitivity: text('`non_sensitive`, `sensitive` or `highly_sensitive`.'),
    ...dates,
    archivedAt: moment().nullable(),
    group: z
      .strictObject({ name: z.string(), label: z.string().nullable() })
      .nullable()
      .openapi({ description: "The group that HubSpot's pages show it in." }),
    options: z.array(option).openapi({ description: 'The choices, in display order.' }),
  })
  .openapi('Property')

export const propertiesSchema = z
  .strictObject({
    results: z.array(property).openapi({ description: 'In the order of their names.' }),
  })
  .openapi('Properties')
