import { existsSync, readFileSync } from 'node:fs'
import type { ObjectDefinition } from '@hubsync/core'
import { evaluate } from '../load-config.js'
import { UsageError } from '../usage-error.js'
import { schemaFile } from './schema-file-name.js'
import { optionsIn, type PullOptions } from './schema-text.js'

/** The file as it is. */
export interface SchemaBefore {
  /** Its text, with `\n` at the ends of lines. Undefined if there is no file. */
  text: string | undefined
  /** Its definitions. */
  objects: ObjectDefinition[]
  /** What it was written with. */
  options: PullOptions | undefined
}

/**
 * Reads the file: the names of its columns stay.
 *
 * @throws `UsageError` if it can't be loaded.
 */
export async function readSchemaFile(path: string): Promise<SchemaBefore> {
  if (!existsSync(path)) return { text: undefined, objects: [], options: undefined }
  const text = readFileSync(path, 'utf8').replaceAll('\r\n', '\n')
  const module = await evaluate(path, schemaFile).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(
      `${error.message}\nIts columns keep their names, so it must be readable. Restore it, or remove it to begin anew.`,
      { cause: error },
    )
  })
  const exported = Object.values((module ?? {}) as Record<string, unknown>)
  return { text, objects: exported.filter(isDefinition), options: optionsIn(text) }
}

/** Whether an export is the definition of an object. */
export function isDefinition(value: unknown): value is ObjectDefinition {
  const { type, name, columns, extend } = (value ?? {}) as Partial<ObjectDefinition>
  return (
    typeof type === 'string' &&
    typeof name === 'string' &&
    typeof columns === 'object' &&
    typeof extend === 'function'
  )
}
