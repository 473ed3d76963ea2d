import type { BackfillPlan, ObjectDefinition } from '@hubsync/core'
import type { Command } from 'commander'
import { definitionsLines } from '../definitions-text.js'
import { durationText } from '../durations.js'
import { type MirrorFlags, openSync, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'
import { table } from '../table.js'
import { countText, numberText } from '../whole-numbers.js'

export function planCommand(program: Command, session: Session): void {
  const command = program
    .command('plan')
    .summary('say what the next run costs')
    .description(
      "Says how many calls the next run takes, how long, and which share of the day's calls: the whole backfill before the first run, later what is left of it and what is due. Makes a few calls, and writes nothing.",
    )
  withMirrorFlags(command).action(async (flags: MirrorFlags) => {
    const mirror = await openSync(session, flags)
    try {
      const plan = await mirror.plan()
      if (flags.json) session.printJson(plan)
      else session.print(planText(session, plan, mirror.objects))
    } finally {
      await mirror.close()
    }
  })
}

function planText(
  session: Session,
  plan: BackfillPlan,
  definitions: readonly ObjectDefinition[],
): string {
  const { portalId, objects, rows, rowsLeft, calls, minutes, dailyShare } = plan
  const share = dailyShare === null ? '' : `, ${shareText(dailyShare)} of the day's calls`
  const backfill = rowsLeft === 0 ? 'the backfill is done' : `${numberText(rowsLeft)} still to read`
  const lines = Object.entries(objects).map(([name, object]) => {
    const { rows, rowsLeft, properties } = object
    const { listCalls, batchReadCalls, historyCalls, associationCalls, otherCalls } = object
    const calls = [listCalls, batchReadCalls, historyCalls, associationCalls, otherCalls]
    return [name, ...[rows, rowsLeft, properties, ...calls].map(numberText)]
  })
  const headings = [
    'rows',
    'to read',
    'properties',
    'lists',
    'by id',
    'history',
    'associations',
    'other',
  ]
  // Before the first run the table has it all.
  const isNew = (name: string) =>
    plan.definitions.added.some((each) => each.isNew && each.table === name)
  const isFirst = Object.keys(objects).every(isNew)
  return [
    `portal ${portalId}: ${countText(rows, 'row')}, ${backfill}`,
    `The next run takes about ${countText(calls, 'call')}, at least ${durationText(minutes * 60_000)}${share}.`,
    '',
    table(['object', ...headings], lines),
    ...notes(plan, definitions),
    ...definitionsLines(session, isFirst ? { ...plan.definitions, added: [] } : plan.definitions),
  ].join('\n')
}

function notes(
  { objects, referenceCalls }: BackfillPlan,
  definitions: readonly ObjectDefinition[],
): string[] {
  const unread = Object.entries(objects).filter(
    ([, { binCalls, error }]) => binCalls === null && !error,
  )
  const names = unread.map(([name]) => name).join(', ')
  const lines = [
    ...refusedLines(objects),
    ...unknownLines(objects),
    ...historyLines(objects, definitions),
    // HubSpot doesn't give the size of a bin.
    ...(names === ''
      ? []
      : [`A recycle bin takes a call for 100 records. Not read yet: ${names}.`]),
    ...(referenceCalls === 0
      ? []
      : [`Owners, pipelines and definitions take ${countText(referenceCalls, 'call')}.`]),
  ]
  return lines.length === 0 ? [] : ['', ...lines]
}

/** The numbers of such an object are 0 because nothing is known of it. */
function refusedLines(objects: BackfillPlan['objects']): string[] {
  return Object.entries(objects).flatMap(([name, { error }]) =>
    error === undefined ? [] : [`${name}: not priced. ${error.message}`],
  )
}

function shareText(share: number): string {
  return share < 0.0001 ? 'less than 0.01%' : `${(share * 100).toFixed(2)}%`
}

/** HubSpot gives no error for a mistyped name, only an empty column. */
function unknownLines(objects: BackfillPlan['objects']): string[] {
  return Object.entries(objects)
    .filter(([, { unknownProperties }]) => unknownProperties.length > 0)
    .map(
      ([name, { unknownProperties }]) =>
        `${name}: HubSpot has no property named ${unknownProperties.join(', ')}. Its columns stay empty.`,
    )
}

/** Why the lists take twice the calls. The calls for history that is asked for later are in the table. */
function historyLines(
  objects: BackfillPlan['objects'],
  definitions: readonly ObjectDefinition[],
): string[] {
  const read = definitions.filter(
    ({ name, history }) =>
      (history === 'all' || history.length > 0) && (objects[name]?.rowsLeft ?? 0) > 0,
  )
  const names = read.map(({ name }) => name).join(', ')
  return names === '' ? [] : [`With history HubSpot gives 50 records in a call, not 100: ${names}.`]
}
