import { renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Interruption } from '../interruption.js'
import { loadConfig } from '../load-config.js'
import { openRecorded } from '../open-mirror.js'
import type { Session } from '../session.js'
import { countText } from '../whole-numbers.js'
import { Pretence } from './pretence.js'
import { createRecorder, type Taken } from './recorder.js'
import { seedOf } from './seed-of.js'

/** The options of `record` on the command line. */
export interface RecordFlags {
  out: string
  records: number
  keep?: string[]
  replace?: string[]
  config?: string
  json?: true
}

/** Reads a portal as a mirror does, and writes what it was told as a seed without personal data. */
export async function record(
  session: Session,
  objects: readonly string[],
  flags: RecordFlags,
): Promise<void> {
  const { keep = [], replace = [], out } = flags
  const loaded = await loadConfig(session.surroundings.cwd, flags.config)
  let taken: Taken | undefined
  const sync = await openRecorded(session, loaded, objects, (baseUrl) => {
    const recorder = createRecorder(baseUrl, flags.records)
    taken = recorder.taken
    return recorder.client
  })
  const interruption = new Interruption(session)
  try {
    const report = await sync.run({ signal: interruption.first })
    if (report.status !== 'complete')
      session.say(`The recording lacks what could not be read: the run was ${report.status}.`)
    const seed = seedOf(taken!, new Pretence({ keep, replace }))
    const file = resolve(session.surroundings.cwd, out)
    writeFileSync(`${file}.new`, `${JSON.stringify(seed, undefined, 1)}\n`)
    renameSync(`${file}.new`, file)
    const counts = Object.entries(seed.records ?? {}).map(([type, { length }]) => [type, length])
    if (flags.json)
      return session.printJson({
        file: out,
        status: report.status,
        records: Object.fromEntries(counts),
      })
    const all = counts.reduce((sum, [, length]) => sum + Number(length), 0)
    session.print(
      `${out} has ${countText(all, 'record')} of ${countText(counts.length, 'object type')}, and ${countText(seed.associations?.length ?? 0, 'association')}. Names, e-mail addresses, phone numbers and free text are replaced: look through it before you share it.\nTo start it: ${session.command} emulate --data ${out}`,
    )
  } finally {
    interruption.dispose()
    await sync.close()
  }
}
