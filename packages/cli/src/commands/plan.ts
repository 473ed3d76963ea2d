import type { BackfillPlan } from '@hubsync/core'
import type { Command } from 'commander'
import { durationText } from '../durations.js'
import { type MirrorFlags, openSync, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'
import { table } from '../table.js'
import { numberText } from '../whole-numbers.js'

export function planCommand(program: Command, session: Session): void {
  const command = program
    .command('plan')
    .summary('tell what a backfill costs')
    .description(
      "Tells the rows, calls, minutes and share of the day's calls that a backfill of everything takes. Makes a few calls, and writes nothing.",
    )
  withMirrorFlags(command).action(async (flags: MirrorFlags) => {
    const mirror = await openSync(session, flags)
    try {
      const plan = await mirror.plan()
      if (flags.json) session.printJson(plan)
      else session.print(planText(plan))
    } finally {
      await mirror.close()
    }
  })
}

function planText({ portalId, objects, rows, calls, minutes, dailyShare }: BackfillPlan): string {
  const lines = Object.entries(objects).map(([name, object]) => {
    const { rows, properties, listCalls, batchReadCalls, associationCalls, refreshCalls } = object
    const figures = [rows, properties, listCalls, batchReadCalls, associationCalls, refreshCalls]
    // HubSpot doesn't tell how large a bin is: before it was read once nobody knows.
    const bin = object.binCalls === null ? '?' : numberText(object.binCalls)
    return [name, ...figures.map(numberText), bin]
  })
  const share = dailyShare === null ? '' : `, ${(dailyShare * 100).toFixed(2)}% of the day's calls`
  return [
    `portal ${portalId}: ${numberText(rows)} rows, ${numberText(calls)} calls, at least ${durationText(minutes * 60_000)}${share}`,
    '',
    table(
      [
        'object',
        'rows',
        'properties',
        'lists',
        'batch reads',
        'associations',
        '(refresh)',
        '(bin)',
      ],
      lines,
    ),
    ...unknownLines(objects),
  ].join('\n')
}

/** A name that is mistyped gives no error in HubSpot, only an empty column. */
function unknownLines(objects: BackfillPlan['objects']): string[] {
  const lines = Object.entries(objects).flatMap(([name, { unknownProperties }]) =>
    unknownProperties.length === 0
      ? []
      : [
          `${name}: HubSpot has no property named ${unknownProperties.join(', ')}. What is mapped to it stays empty.`,
        ],
  )
  return lines.length === 0 ? [] : ['', ...lines]
}
