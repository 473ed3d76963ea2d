import type { EventEmitter } from 'node:events'
import { styleText } from 'node:util'
import type { Clock } from '@hubsync/core'
import { type ExitCode, exitCodes } from './exit-codes.js'
import { Secrets } from './secrets.js'

/** What the program uses of its process. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  cwd: string
  stdin: NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  /** Emits `SIGINT` and `SIGTERM`. */
  signals: Pick<EventEmitter, 'on' | 'off'>
  clock: Clock
  /** Ends the process at once. */
  exit(code: number): void
}

type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'bold'

/** One run of the program. All output goes through it, without secrets. */
export class Session {
  readonly secrets = new Secrets()
  /** Called before the process ends at once. */
  readonly beforeExit = new Set<() => void>()
  exitCode: ExitCode = exitCodes.complete
  /** The address of the store, without a password. */
  store = 'that of the configuration'

  constructor(readonly surroundings: Surroundings) {
    this.#hideSecretsOf(surroundings.env)
  }

  /** How this program was called, so that a command in a message can be copied as it is. */
  get command(): string {
    const { npm_command, npm_package_name } = this.surroundings.env
    // A script of this repository: `npx hubsync` would ask the registry there.
    if (npm_package_name === 'hubsync') return 'npm run hubsync --'
    return npm_command === 'exec' ? 'npx hubsync' : 'hubsync'
  }

  /** Adds variables to the environment. One that is set already keeps its value. */
  addVariables(variables: NodeJS.Dict<string>): void {
    const { env } = this.surroundings
    for (const [name, value] of Object.entries(variables)) env[name] ??= value
    this.#hideSecretsOf(env)
  }

  #hideSecretsOf(env: NodeJS.ProcessEnv): void {
    const { HUBSPOT_ACCESS_TOKEN, HUBSPOT_BASE_URL, HUBSYNC_API_TOKEN, HUBSYNC_STORE, PGPASSWORD } =
      env
    for (const token of [HUBSPOT_ACCESS_TOKEN, HUBSYNC_API_TOKEN, PGPASSWORD])
      if (token) this.secrets.add(token)
    for (const url of [HUBSPOT_BASE_URL, HUBSYNC_STORE]) if (url) this.secrets.addUrl(url)
  }

  /** Prints an answer to standard output. */
  print(text: string): void {
    this.surroundings.stdout.write(`${this.secrets.hide(text)}\n`)
  }

  /** Prints an answer as a line of JSON. */
  printJson(value: unknown): void {
    this.print(JSON.stringify(value))
  }

  /** Prints progress or an error to standard error. */
  say(text: string): void {
    this.surroundings.stderr.write(`${this.secrets.hide(text)}\n`)
  }

  /** Whether a stream is a terminal with moving lines and colours. */
  isTerminal(stream: 'stdout' | 'stderr'): boolean {
    return this.surroundings[stream].isTTY === true && this.surroundings.env.TERM !== 'dumb'
  }

  /** Colours a text if the stream is a terminal and NO_COLOR isn't set. */
  paint(colour: Colour, text: string, stream: 'stdout' | 'stderr' = 'stdout'): string {
    const plain = this.surroundings.env.NO_COLOR || !this.isTerminal(stream)
    return plain ? text : styleText(colour, text, { validateStream: false })
  }

  end(code: ExitCode): void {
    for (const restore of this.beforeExit) restore()
    this.surroundings.exit(code)
  }
}
