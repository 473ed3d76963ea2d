import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { read, root } from './docs-pages.js'

interface AddressScript {
  missing: string
  repositoryAddress(): string | undefined
  origin(folder: string, address: string): object
  withAbsoluteLinks(text: string, folder: string, address: string): string
}

const { missing, origin, repositoryAddress, withAbsoluteLinks }: AddressScript = await import(
  join(root, 'scripts/packages/address.mjs')
)
const address = 'https://git.example/owner/hubsync'
const folders = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)

describe('once the address of the repository is known', () => {
  test.each(folders)(
    'the README of %s has no link that works only inside the repository',
    (folder) => {
      const text = withAbsoluteLinks(read(`${folder}/README.md`), folder, address)
      const links = [...text.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)].map(
        ([, link, src]) => link ?? src ?? '',
      )
      for (const link of links) expect(link).toMatch(/^(https:\/\/|#)/)
      const ours = links.filter((link) => link.startsWith(address))
      for (const link of ours) {
        const [, path = ''] = /\/(?:blob|raw)\/HEAD\/([^#]+)/.exec(link) ?? []
        expect(existsSync(join(root, path)), link).toBe(true)
      }
    },
  )

  test('links keep their anchors, and images are the files themselves', () => {
    const text = '[a](../../docs/x.md#y) ![b](../../docs/b.svg) [c](https://c.example) [d](#e)'
    expect(withAbsoluteLinks(text, 'packages/core', address)).toBe(
      `[a](${address}/blob/HEAD/docs/x.md#y) ![b](${address}/raw/HEAD/docs/b.svg) [c](https://c.example) [d](#e)`,
    )
  })

  test('each package.json names the repository, its page and where to report', () => {
    expect(origin('packages/core', address)).toEqual({
      repository: { type: 'git', url: `git+${address}.git`, directory: 'packages/core' },
      homepage: `${address}/tree/HEAD/packages/core#readme`,
      bugs: `${address}/issues`,
    })
  })
})

test.each(folders)('%s leaves it to the packing to say where it comes from', (folder) => {
  const manifest = JSON.parse(read(`${folder}/package.json`))
  expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['repository']))
  expect(manifest).toMatchObject({ license: 'MIT', description: expect.any(String) })
})

test('without the address the release workflow stops before anything is built, and says where to fill it in', () => {
  const workflow = read('.github/workflows/release.yml')
  const steps = [...workflow.matchAll(/^ {6}- (?:run|uses): (\S+.*)$/gm)].map(([, step]) => step)
  const step = 'node scripts/packages/address.mjs'
  expect(steps.indexOf(step)).toBeGreaterThan(0)
  expect(steps.indexOf(step)).toBeLessThan(steps.indexOf('.ci/run'))
  const { status, stderr } = spawnSync(process.execPath, step.split(' ').slice(1), {
    cwd: root,
    encoding: 'utf8',
  })
  if (repositoryAddress() === undefined) {
    expect(stderr.trim()).toBe(missing)
    expect(status).toBe(1)
  } else expect(status).toBe(0)
})
