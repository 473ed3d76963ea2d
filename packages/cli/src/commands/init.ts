import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type ConfigAnswers, configFile, offeredObjects } from '../config-file.js'
import { exitCodes } from '../exit-codes.js'
import type { Session } from '../session.js'
import { tokenAdvice } from '../token-advice.js'
import { UsageError } from '../usage-error.js'

const name = 'hubsync.config.ts'

const defaults: ConfigAnswers = {
  store: 'sqlite:hubspot.db',
  objects: ['contacts', 'companies', 'deals'],
  properties: 'mapped',
}

export function initCommand(program: Command, session: Session): void {
  program
    .command('init')
    .summary(`ask three questions and write ${name}`)
    .description(
      `Asks where the mirror is, which objects it has, and which of their properties. Then writes ${name} into the working directory.`,
    )
    .option('--force', `overwrite ${name}`)
    .option('--yes', 'ask nothing: take sqlite:hubspot.db, contacts, companies and deals')
    .action(async ({ force = false, yes = false }: { force?: boolean; yes?: boolean }) => {
      const { cwd, stdin, stdout } = session.surroundings
      const file = join(cwd, name)
      if (!force && existsSync(file))
        throw new UsageError(`${name} already exists. Pass --force to overwrite it.`)
      if (!yes && !(stdin.isTTY && stdout.isTTY))
        throw new UsageError('Expected a terminal to ask on. Pass --yes to be asked nothing.')
      const answers = yes ? defaults : await ask(session)
      if (answers === undefined) {
        session.exitCode = exitCodes.partial
        return
      }
      writeFileSync(file, configFile(answers), { flag: force ? 'w' : 'wx' })
      session.print(await nextSteps(session, answers))
    })
}

async function nextSteps(
  { command }: Session,
  { objects, properties }: ConfigAnswers,
): Promise<string> {
  const advice = await tokenAdvice({ objects: objects.map((type) => ({ type, properties })) })
  return `${name} is written. Next, get a token, if you have none yet.
${advice}
Put it into a file .env here, as HUBSPOT_ACCESS_TOKEN=pat-...
Keep that file out of version control. Then: ${command} sync
For a typed column for each property of the portal: ${command} pull`
}

/** Undefined if the user cancels. */
async function ask(session: Session) {
  const { stdin: input, stdout: output } = session.surroundings
  const { intro, isCancel, multiselect, outro, select, text, cancel } = await import(
    '@clack/prompts'
  )
  const streams = { input, output }
  intro('A mirror of HubSpot', streams)
  const store = await text({
    ...streams,
    message: 'Where does the mirror live? sqlite:FILE, or postgres://user@host:5432/database',
    initialValue: defaults.store,
    validate: (value) => problemOf(value ?? ''),
  })
  if (isCancel(store)) return cancelled()
  const objects = await multiselect({
    ...streams,
    message: 'Which objects does it hold?',
    options: offeredObjects.map((value) => ({ value, label: value })),
    initialValues: [...defaults.objects],
    required: true,
  })
  if (isCancel(objects)) return cancelled()
  const properties = await select<'mapped' | 'all'>({
    ...streams,
    message: 'Which of their properties?',
    options: [
      { value: 'mapped', label: 'those with a column' },
      { value: 'all', label: 'all', hint: 'in the column raw. Reading takes longer' },
    ],
  })
  if (isCancel(properties)) return cancelled()
  outro('Done', streams)
  return { store, objects, properties }

  function cancelled() {
    cancel('Nothing was written.', streams)
    return undefined
  }
}

/** Why this address of a store can't be in the file. */
function problemOf(url: string): string | undefined {
  if (/^sqlite:(?!\/\/)./.test(url)) return undefined
  if (!/^postgres(ql)?:\/\/./.test(url) || !URL.canParse(url))
    return 'Expected sqlite:FILE, or postgres://user@host:5432/database.'
  return new URL(url).password === ''
    ? undefined
    : 'Leave out the password. Set it in PGPASSWORD, or the whole address in HUBSYNC_STORE.'
}
