import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { onTestFinished } from 'vitest'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
// Where HubSpot's client and pg are found.
const folder = path('../../../packages/core/node_modules/.cache')

/** What starts the process. */
type Start = (...given: string[]) => {
  running: Promise<unknown>
  /** Makes it close its mirror. Returns its exit code, or the signal that ended it. */
  close(): Promise<[code: number | null, signal: string | null]>
}

/**
 * Builds the script of a process that closes its mirror when it is told to. Its arguments are the address of HubSpot, a
 * token or `never`, and, unless its mirror is in memory, the address of a Postgres and a schema.
 */
export async function buildClosingProcess(name: string): Promise<Start> {
  await build({
    ...{ entry: { [name]: path('closing-process.ts') }, outDir: folder, format: 'esm' },
    ...{ target: 'node22', config: false, dts: false, silent: true, splitting: false },
    ...{ noExternal: [/^@hubsync\//, 'valibot'], tsconfig: path('../../../tsconfig.json') },
    external: [/^@hubspot\/api-client/, 'pg'],
  })
  return (...given) => {
    const child = fork(`${folder}/${name}.js`, given)
    onTestFinished(() => void child.kill('SIGKILL'))
    return {
      running: once(child, 'message'),
      async close() {
        child.send('close')
        const [code, signal] = await once(child, 'exit')
        return [code, signal]
      },
    }
  }
}
