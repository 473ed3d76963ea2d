import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const codegen = join(dirname(require.resolve('@hubspot/api-client')), 'codegen')

/** What reads the replies to a method of the official client. */
interface Processor {
  [method: string]: (response: object) => Promise<{ data: unknown }>
}

/** A method of the official client. */
export interface ClientOperation {
  /** The HTTP method and the path, with `{}` for every parameter. */
  readonly call: string
  /** Where it is: the file and the method. */
  readonly place: string
  /** Reads a reply as the client does: into its model, or into that of errors. */
  read(reply: { status: number; text: string; headers: object }): Promise<unknown>
}

const withoutNames = (path: string) => path.replaceAll(/\{\w+\}|:\w+/g, '{}').replace(/\/$/, '')

/** A call in the form in which those of the client are compared. */
export const callOf = (method: string, path: string): string => `${method} ${withoutNames(path)}`

/** The methods in one file: each builds its path and names its HTTP method. */
function operationsOf(file: string): ClientOperation[] {
  const source = readFileSync(join(codegen, file), 'utf8')
  const found = source.matchAll(
    /^ {4}(\w+)\([^)]*\) \{(?:(?!^ {4}\w+\()[\s\S])*?localVarPath = '([^']+)'(?:(?!^ {4}\w+\()[\s\S])*?HttpMethod\.([A-Z]+)\)/gm,
  )
  return [...found].map(([, name, path, method]) => ({
    call: callOf(method!, path!),
    place: `${file} ${name}`,
    async read({ status, text, headers }) {
      const exported: Record<string, new () => Processor> = require(join(codegen, file))
      const key = Object.keys(exported).find((one) => one.endsWith('ResponseProcessor'))!
      const response = {
        ...{ httpStatusCode: status, headers },
        body: { text: async () => text },
        getBodyAsAny: async () => text,
      }
      try {
        return (await new exported[key]!()[`${name}WithHttpInfo`]!(response)).data
      } catch (error) {
        if (!(error instanceof Error) || !('body' in error)) throw error
        return error.body
      }
    },
  }))
}

/** Every method of the official client about the CRM and tokens. */
export const clientOperations = (): ClientOperation[] =>
  ['crm', 'oauth'].flatMap((area) =>
    readdirSync(join(codegen, area), { recursive: true, encoding: 'utf8' })
      .filter((file) => /apis\/\w+Api\.js$/.test(file))
      .flatMap((file) => operationsOf(join(area, file))),
  )
