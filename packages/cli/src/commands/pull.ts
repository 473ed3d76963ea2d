import type { Command } from 'commander'
import { listed } from '../listed.js'
import type { PullFlags } from '../schema-file/pull.js'
import { schemaFile } from '../schema-file/schema-file-name.js'
import type { Session } from '../session.js'

export function pullCommand(program: Command, session: Session): void {
  program
    .command('pull')
    .summary(`write the portal's properties as columns into ${schemaFile}`)
    .description(
      `Asks HubSpot which properties the portal has, and writes ${schemaFile}: a definition for each object, with a typed column for each property. hubsync.config.ts imports it. Without options it asks for what the file says that it was written with. Columns keep their names. Writes nothing else, and needs no store.`,
    )
    .argument('[objects...]', 'names of objects. Default: those of the configuration')
    .option('--object <name>', 'the same. Can be given several times', listed)
    .option('--all', 'all objects that the portal has records of')
    .option('--used', 'only properties that any record has a value of. Says first what that takes')
    .option(
      '--omit <pattern>',
      "leave out the properties of these names, such as 'hs_*'. Can be given several times",
      listed,
    )
    .option('--check', `write nothing: say how ${schemaFile} differs, and exit 1 if it does`)
    .option(
      '--config <file>',
      'the configuration. Default: hubsync.config.ts, .js or .mjs in this folder',
    )
    .option('--json', 'print one line of JSON')
    .action(async (objects: string[], flags: PullFlags) => {
      // It loads core, which takes a while.
      const { pull } = await import('../schema-file/pull.js')
      await pull(session, objects, flags)
    })
}
