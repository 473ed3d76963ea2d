import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { expectedGot } from '@hubsync/core/store'
import type { Session } from './session.js'
import { UsageError } from './usage-error.js'

/** Reads the `.env` beside the configuration. Variables that are already set win. */
export function readEnvFile(session: Session, config: string | undefined): void {
  const { cwd } = session.surroundings
  const file = join(config === undefined ? cwd : dirname(resolve(cwd, config)), '.env')
  if (existsSync(file)) session.addVariables(parseEnv(checked(textOf(file), file)))
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (cause) {
    const { message } = cause as Error
    throw new UsageError(`Expected ${file} to be a file that can be read: ${message}.`, { cause })
  }
}

/**
 * Node.js silently skips a line that it can't read.
 *
 * @throws `UsageError` with the number of such a line. The line itself isn't shown: it may have a secret.
 */
function checked(text: string, file: string): string {
  if (/[\0\uFFFD]/.test(text))
    throw new UsageError(
      expectedGot(`${file} to be text in UTF-8`, 'another encoding', 'Save it as UTF-8.'),
    )
  // A value in quotes may have several lines. They become empty lines, so that the line numbers stay right.
  const unquoted = text.replaceAll(
    /^([ \t]*[^#\s][^=\n]*=[ \t]*)(["'`])[\s\S]*?\2/gm,
    (quoted, name) => `${name}${'\n'.repeat(quoted.split('\n').length - 1)}`,
  )
  for (const [index, line] of unquoted.split(/\r?\n/).entries()) {
    const where = `line ${index + 1} of ${file}`
    if (/^\s*(#.*)?$/.test(line)) continue
    if (!/^\s*(export\s+)?[\w.-]+\s*=/.test(line))
      throw new UsageError(expectedGot(`${where} to be NAME=value`, 'something else'))
    if (/^[^=]*=\s*["'`]/.test(line))
      throw new UsageError(expectedGot(`the quote in ${where} to be closed`, 'no end of it'))
  }
  return text
}
