import {
  answered,
  type CrmOperation,
  isAnswered,
  ONLY_DATED,
  ofTheClient,
  REFUSED,
  WHAT,
} from './operations.js'

const order = Object.keys(WHAT)

/** The areas of the page, each with the paths that belong to it. The first that fits is the one. */
const AREAS: readonly (readonly [title: string, fits: RegExp])[] = [
  ['Tokens', /^\/oauth\//],
  ['Associations', /(?<!limits\/.*)associations|object-schemas\/.*labels/],
  ['Records', /\/objects\/|deal-splits/],
  ['Properties', /\/propert/],
  ['Pipelines', /crm\/(v3\/)?pipelines|\/pipelines\/\{/],
  ['Object types', /\/schemas/],
  ['Owners', /\/owners/],
  ['Lists', /\/lists/],
  ['Imports', /\/imports/],
  ['Exports', /\/exports/],
  ['Timeline', /\/timeline/],
  ['Extensions', /\/extensions/],
  ['Account and limits', /./],
]
const SHOWN = [
  'Records',
  'Associations',
  'Properties',
  'Pipelines',
  'Object types',
  'Owners',
  'Lists',
  'Tokens',
]

const areaOf = (path: string) => AREAS.find(([, fits]) => fits.test(path))![0]

const call = (method: string, path: string) => `\`${method} ${path}\``

/** An operation, with its path in older versions and that in dated ones, each in a line of its own. */
const doneIn = (operations: readonly CrmOperation[]) =>
  operations
    .toSorted((a, b) => order.indexOf(a.operation!) - order.indexOf(b.operation!))
    .map(({ operation, method, path, dated }) => {
      const calls = [path, dated].filter((one) => one !== undefined)
      return [`- ${WHAT[operation!]}:`, ...calls.map((one) => `  ${call(method, one)}`)].join('\n')
    })
    .join('\n')

/** What HubSpot has and the portal doesn't answer: what the official client calls, and what only dated versions have. */
export const notYet = (): { method: string; path: string }[] => [
  ...ofTheClient().filter(({ method, path }) => !isAnswered(method, path)),
  ...ONLY_DATED,
]

/** The page of the docs that lists every operation of the CRM API. */
export const operationsPage = (): string => {
  const done = answered()
  const missing = notYet()
  const areas = [...SHOWN, 'Account and limits'].map((area) => {
    const own = done.filter(({ path, dated }) => areaOf((path ?? dated)!) === area)
    return `### ${area}\n\n${doneIn(own)}\n`
  })
  const missingAreas = AREAS.flatMap(([area]) => {
    const own = missing.filter(({ path }) => areaOf(path) === area)
    if (own.length === 0) return []
    return `### Not yet: ${area.toLowerCase()}\n\n${own.map(({ method, path }) => `- ${call(method, path)}`).join('\n')}\n`
  })
  const refused = REFUSED.map(
    ({ method, path, status, why }) => `- ${call(method, path)} (${status}):\n  ${why}`,
  ).join('\n')
  return `# What the emulator answers

This page lists the operations of HubSpot's CRM API: those that the emulator has, those that HubSpot doesn't have and
the emulator refuses as well, and those that it doesn't have yet. It is made from the emulator's table of routes, and
a test holds it to that. [Testing with the emulator](testing-with-the-emulator.md) shows how to use it.

In the paths, \`{type}\`, \`{from}\` and \`{to}\` stand for an object type by any of its names: \`contacts\`, \`contact\`,
\`0-1\`, and for a custom object \`2-1234567\`, \`p_pets\` or \`p147000001_pets\`. \`{version}\` stands for \`2025-09\`,
\`2026-03\`, \`2026-09\`, their betas, or the last number that the path had before. HubSpot's official client has
further paths with the name of a type in them, such as \`/crm/v3/objects/contacts\`: they are the same operations.
An operation with two paths has them in older and in dated versions.

The emulator has ${done.length} operations. ${missing.length} are missing.

## Done

${areas.join('\n')}
## Refused

HubSpot has no such operation, or not in this version. The emulator refuses these calls with the status that is given.

${refused}

## Not yet

These calls are answered with 404, or with 400 where the path could be one of an object type. They are the other calls
of HubSpot's official client about the CRM, and what only dated versions have.

${missingAreas.join('\n')}`
}
