import type { Command } from 'commander'
import { listed } from '../listed.js'
import type { RecordFlags } from '../record/record.js'
import type { Session } from '../session.js'
import { wholeNumber } from '../whole-numbers.js'

export function recordCommand(program: Command, session: Session): void {
  program
    .command('record')
    .summary('record a portal without personal data, for emulate')
    .description(
      'Reads a portal, and writes its definitions, owners, pipelines, records and associations into a file that emulate begins with. Only reads. Names, e-mail addresses, phone numbers and free text are replaced: the same value by the same replacement.',
    )
    .argument('[objects...]', 'names of objects. Default: all that the portal has records of')
    .option('--out <file>', 'the file', 'portal.json')
    .option('--records <number>', 'at most so many records of each object', wholeNumber(1), 1_000)
    .option(
      '--keep <patterns>',
      "properties whose texts are kept, such as 'sku,external_*'. Can be given several times",
      listed,
    )
    .option(
      '--replace <patterns>',
      'properties whose numbers, dates and choices are replaced too. Can be given several times',
      listed,
    )
    .option(
      '--config <file>',
      'the configuration. Default: hubsync.config.ts, .js or .mjs in this folder',
    )
    .option('--json', 'print one line of JSON')
    .action(async (objects: string[], flags: RecordFlags) => {
      // It loads core, which takes a while.
      const { record } = await import('../record/record.js')
      await record(session, objects, flags)
    })
}
