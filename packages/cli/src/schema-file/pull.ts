import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  type DescribedObject,
  type HubspotSync,
  HubsyncError,
  type HubsyncErrorCode,
  type PortalDescription,
} from '@hubsync/core'
import { expectedGot } from '@hubsync/core/store'
import { durationText } from '../durations.js'
import { exitCodes } from '../exit-codes.js'
import { configPath, type LoadedConfig, loadConfig } from '../load-config.js'
import { openPortal } from '../open-mirror.js'
import type { Session } from '../session.js'
import { UsageError } from '../usage-error.js'
import { countText } from '../whole-numbers.js'
import { changedLines } from './changed-lines.js'
import { pulledObjects } from './pulled-objects.js'
import { isDefinition, readSchemaFile, type SchemaBefore } from './read-schema-file.js'
import { schemaFile } from './schema-file-name.js'
import { type PullOptions, schemaText } from './schema-text.js'

/** The options of `pull` on the command line. */
export interface PullFlags {
  object?: string[]
  all?: true
  omit?: string[]
  used?: true
  check?: true
  config?: string
  json?: true
}

/** Writes the file, or says how it differs. */
export async function pull(session: Session, given: string[], flags: PullFlags): Promise<void> {
  const { cwd } = session.surroundings
  const path = join(flags.config ? dirname(resolve(cwd, flags.config)) : cwd, schemaFile)
  const before = await readSchemaFile(path)
  const loaded = await configuration(session, flags.config, before.text !== undefined)
  const options = optionsOf(given, flags) ?? before.options ?? { omit: [], used: false }
  const sync = await openPortal(session, loaded)
  try {
    const described = await describedBy(session, sync, options, before)
    const { objects, told } = pulledObjects(
      described,
      { inFile: before.objects, standard: await standardDefinitions() },
      options,
    )
    const text = schemaText(objects, options)
    const { added, removed } = changedLines(before.text ?? '', text)
    const isSame = text === before.text
    if (!isSame && !flags.check) write(path, text)
    if (!isSame && flags.check) session.exitCode = exitCodes.failed
    const columns = objects.reduce((sum, { columns }) => sum + columns.length, 0)
    for (const { name, columns } of objects)
      if (columns.length > MOST_COLUMNS)
        told.push(
          `${name}: ${columns.length} columns are more than a table can have: about 1,600 in PostgreSQL, 2,000 in SQLite. Leave some out with --used or --omit.`,
        )
    const result = { file: schemaFile, same: isSame, objects: objects.length, columns, told }
    if (flags.json) return session.printJson({ ...result, added, removed })
    for (const line of told) session.say(line)
    session.print(
      flags.check
        ? checkText(session, isSame, before.text !== undefined, { added, removed })
        : `${schemaFile} ${isSame ? 'is as HubSpot has it' : 'is written'}: ${countText(objects.length, 'object')}, ${countText(columns, 'column')}.`,
    )
    if (!flags.check && !importsFile(loaded, cwd, flags.config)) session.say(howToImport)
  } finally {
    await sync.close()
  }
}

/** Writes a file whole or not at all: it holds the names of the columns. */
function write(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

/** What the command line asks for. Undefined if it says nothing. */
function optionsOf(given: string[], flags: PullFlags): PullOptions | undefined {
  const names = [...given, ...(flags.object ?? [])]
  if (flags.all && names.length > 0)
    throw new UsageError(
      expectedGot('names of objects, or --all', 'both', 'Leave out one of them.'),
    )
  if (names.length === 0 && !flags.all && !flags.used && !flags.omit) return undefined
  const objects = flags.all ? 'all' : names.length > 0 ? names : undefined
  return { ...(objects && { objects }), omit: flags.omit ?? [], used: flags.used ?? false }
}

/**
 * The configuration. It may import the file that is to be written: if there is none yet, it can't be loaded, and the
 * defaults are taken.
 */
async function configuration(
  session: Session,
  wanted: string | undefined,
  hasFile: boolean,
): Promise<LoadedConfig> {
  const { cwd } = session.surroundings
  try {
    return await loadConfig(cwd, wanted)
  } catch (error) {
    const path = configPath(cwd, wanted)
    if (hasFile || path === undefined || !mentionsFile(path)) throw error
    session.say(
      `The configuration imports ${schemaFile}, which isn't there yet. So contacts, companies and deals are pulled, unless objects are named.`,
    )
    return { config: {}, file: undefined }
  }
}

function mentionsFile(path: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8').includes(schemaFile.replace(/\.ts$/, ''))
}

function importsFile({ file }: LoadedConfig, cwd: string, wanted: string | undefined): boolean {
  const path = configPath(cwd, wanted)
  return file === undefined ? path !== undefined : path !== undefined && mentionsFile(path)
}

/** PostgreSQL counts dropped columns too, and every table has ten more. */
const MOST_COLUMNS = 1_500

const howToImport = `Use it in hubsync.config.ts:
  import { objects } from './hubsync.schema.js'
  export default defineConfig({ objects })`

/** The objects that are asked for, with all their properties. */
async function describedBy(
  session: Session,
  sync: HubspotSync,
  { objects, used }: PullOptions,
  before: SchemaBefore,
): Promise<DescribedObject[]> {
  const isAll = objects === 'all'
  const portal = await sync.describe({ objects })
  const kept = isAll ? withoutRecords(session, portal, before) : []
  const asked = portal.objects.filter(({ isAsked }) => isAsked)
  const whole =
    kept.length > 0
      ? await sync.describe({ objects: [...asked, ...kept].map(({ type }) => type) })
      : portal
  const described = readable(session, whole, isAll ? before : undefined)
  if (!used) return described
  const names = described.flatMap(({ properties }) => properties ?? [])
  const searches = Math.ceil(names.length / NAMES_A_SEARCH)
  const time = durationText((searches / SEARCHES_A_SECOND) * 1_000)
  session.say(
    `To see which of ${countText(names.length, 'property', 'properties')} have values takes up to about ${countText(searches, 'search', 'searches')}, ${time}.`,
  )
  const again = await sync.describe({ objects: described.map(({ type }) => type), used })
  return readable(session, again, undefined)
}

/**
 * The objects of the file that the portal has no records of at present. They stay, as the mirror of them does. What the
 * portal doesn't have at all goes, and it is told.
 */
function withoutRecords(
  session: Session,
  { objects, missing }: PortalDescription,
  before: SchemaBefore,
): DescribedObject[] {
  const kept: DescribedObject[] = []
  for (const { type, name } of before.objects) {
    const described = objects.find((each) => each.type === type)
    if (!described && missing.length > 0) throw untold([name], missing)
    if (!described)
      session.say(
        `${name}: HubSpot has no such object any more, so it is left out. Its table stays.`,
      )
    else if (!described.isAsked) kept.push(described)
  }
  return kept
}

/** HubSpot searches by five properties at once, and about four times a second. */
const NAMES_A_SEARCH = 5
const SEARCHES_A_SECOND = 4

/**
 * The objects that are asked for. Nothing is written without one of them: its columns would be lost from the file.
 *
 * @param before - given if all objects are asked for: one that can't be read and isn't in the file is left out.
 */
function readable(
  session: Session,
  { objects, missing }: PortalDescription,
  before: SchemaBefore | undefined,
): DescribedObject[] {
  const asked = objects.filter(({ isAsked }) => isAsked)
  const unread = asked.filter(({ properties }) => properties === null)
  const isLost = ({ type }: DescribedObject) =>
    !before || before.objects.some((each) => each.type === type)
  if (asked.length === unread.length || unread.some(isLost))
    throw untold(unread.map(nameOf), missing)
  for (const object of unread) session.say(`${nameOf(object)}: left out, HubSpot refuses to tell.`)
  return asked.filter(({ properties }) => properties !== null)
}

function untold(names: string[], [first]: PortalDescription['missing']): HubsyncError {
  return new HubsyncError(
    (first?.code ?? 'HUBSPOT_REPLY') as HubsyncErrorCode,
    `Expected HubSpot to tell all properties of ${names.join(', ') || 'the objects'}, but it didn't, so nothing was written. ${first?.message ?? 'Run again later.'}`,
  )
}

function nameOf({ name, type }: DescribedObject): string {
  return name ?? type
}

function checkText(
  { command }: Session,
  isSame: boolean,
  isThere: boolean,
  { added, removed }: { added: readonly string[]; removed: readonly string[] },
): string {
  if (isSame) return `${schemaFile} is as HubSpot has it.`
  if (!isThere) return `There is no ${schemaFile} yet. \`${command} pull\` writes it.`
  const lines = [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)]
  const more = lines.length - MOST_LINES
  const shown = lines.slice(0, MOST_LINES).map((line) => `  ${line}`)
  return [
    `${schemaFile} differs from HubSpot. \`${command} pull\` writes it anew.`,
    ...shown,
    ...(more > 0 ? [`  and ${countText(more, 'more line')}`] : []),
  ].join('\n')
}

/** Most lines of a difference that are shown. */
const MOST_LINES = 40

/** Core's own definitions, by the names of its exports. */
async function standardDefinitions() {
  const exported = Object.entries(await import('@hubsync/core'))
  return new Map(exported.flatMap(([name, each]) => (isDefinition(each) ? [[name, each]] : [])))
}
