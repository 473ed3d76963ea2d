import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createPortal } from '../src/index.js'

const PAGE = join(import.meta.dirname, '../../../docs/guide/testing-with-the-emulator.md')

/** The sections of the guide that are about curl. */
const SECTIONS = /^## From another language\n([\s\S]*?)^## Seeds$/m

interface Block {
  script: string
  output: string | undefined
}

/** Each block of the shell with the output that is shown for it. */
const blocks = (page: string): Block[] =>
  [
    ...(SECTIONS.exec(page)?.[1] ?? '').matchAll(
      /```sh\n([\s\S]*?)\n```(?:\n\n```json\n([\s\S]*?)\n```)?/g,
    ),
  ].map(([, script = '', output]) => ({ script, output }))

test('the guide’s calls by curl do what it says', async () => {
  const portal = createPortal()
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const env = { ...process.env, HUBSPOT_URL: server.url, HUBSPOT_TOKEN: portal.token }
  const shown = blocks(readFileSync(PAGE, 'utf8'))
  expect(shown.length).toBeGreaterThan(7)
  for (const { script, output } of shown) {
    // What is refused ends the script, and so the test.
    const strict = script.replaceAll('curl -s', 'curl --silent --show-error --fail-with-body')
    const { stdout } = await promisify(execFile)('sh', ['-ec', strict], { env })
    if (output !== undefined) expect(JSON.parse(stdout)).toEqual(JSON.parse(output))
  }
  expect(portal.record('contacts', 101)?.properties.associatedcompanyid).toBe('201')
  expect(portal.pipelines('deals').map(({ id }) => id)).toContain('renewals')
})
