import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { changesCommand } from './commands/changes.js'
import { completionCommand } from './commands/completion.js'
import { emulateCommand } from './commands/emulate.js'
import { initCommand } from './commands/init.js'
import { planCommand } from './commands/plan.js'
import { pruneCommand } from './commands/prune.js'
import { pullCommand } from './commands/pull.js'
import { recordCommand } from './commands/record.js'
import { serveCommand } from './commands/serve.js'
import { statusCommand } from './commands/status.js'
import { syncCommand } from './commands/sync.js'
import { verifyCommand } from './commands/verify.js'
import { viewsCommand } from './commands/views.js'
import { readEnvFile } from './env-file.js'
import { type ExitCode, exitCodes } from './exit-codes.js'
import { failureOf } from './failures.js'
import type { MirrorFlags } from './open-mirror.js'
import { Session, type Surroundings } from './session.js'

const commands = [
  syncCommand,
  statusCommand,
  verifyCommand,
  planCommand,
  changesCommand,
  pullCommand,
  viewsCommand,
  pruneCommand,
  serveCommand,
  emulateCommand,
  initCommand,
  recordCommand,
  completionCommand,
]

const after = `
Environment. A file .env beside the configuration is read too; variables that are set win.
  HUBSPOT_ACCESS_TOKEN   the access token
  HUBSPOT_BASE_URL       an emulator or a proxy instead of https://api.hubapi.com
  HUBSYNC_STORE          where the mirror is, as in --store
  HUBSYNC_API_TOKEN      the bearer token that clients of serve must send

Exit codes: 0 complete, 1 failed, 2 usage, 3 partial (ended early; run again to go on),
4 busy (another run does the work)`

/** The program with its commands and their options. */
export function createProgram(session: Session): Command {
  const program = new Command('hubsync')
    .description('Keeps an exact copy of a HubSpot CRM in your own SQLite or Postgres.')
    .version(createRequire(import.meta.url)('../package.json').version, '-v, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => session.print(text.trimEnd()),
      writeErr: (text) => session.say(text.trimEnd()),
    })
    .addHelpText('after', after)
    .hook('preAction', (_, command) => {
      const isOfMirror = command.options.some(({ long }) => long === '--config')
      if (isOfMirror) readEnvFile(session, command.opts<MirrorFlags>().config)
    })
  for (const add of commands) add(program, session)
  program.showHelpAfterError(`Commands: ${names(program)}. See hubsync --help.`)
  for (const command of program.commands) {
    const flags = command.options.map(({ long }) => long).join(', ')
    command.showHelpAfterError(`Options: ${flags}. See hubsync ${command.name()} --help.`)
  }
  return program
}

function names(program: Command): string {
  return program.commands.map((command) => command.name()).join(', ')
}

/** Runs the program, and resolves to its exit code. */
export async function runProgram(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const session = new Session(surroundings)
  try {
    await createProgram(session).parseAsync(args, { from: 'user' })
    return session.exitCode
  } catch (error) {
    if (error instanceof CommanderError) return endOf(error, args, session)
    const { exitCode, text, json } = await failureOf(session, error)
    if (args.includes('--json')) session.printJson(json)
    session.say(text)
    return exitCode
  }
}

/** Ends with 0 if help was asked for. The message about a wrong use is already printed. */
function endOf({ exitCode, message }: CommanderError, args: readonly string[], session: Session) {
  // Commander has the same code for the help of `help` and for the help without a command. Only the second is a mistake.
  if (exitCode === 0) return exitCodes.complete
  if (args.includes('--json')) session.printJson({ error: { code: 'USAGE', message } })
  return exitCodes.usage
}
