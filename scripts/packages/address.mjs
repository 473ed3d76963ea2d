// The address of the repository: package.json of the root has it in `repository`, and nothing else does. Packages get it when they are
// packed, in their package.json and in the links of their README. Run as a program, this ends with 1 where it isn't filled in.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What is said as long as nobody has filled it in. */
export const missing =
  'The address of the repository is not filled in: set "repository" in package.json to it, such as "https://github.com/owner/hubsync". Packages are published with it.'

/** `https://host/owner/name`, or undefined where it isn't filled in. */
export function repositoryAddress() {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (repository === '') return undefined
  if (/^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+(?<!\.git)$/.test(repository)) return repository
  throw new Error(
    `Expected "repository" in package.json to be https://host/owner/name or empty, got ${JSON.stringify(repository)}.`,
  )
}

/** What a package.json says of where the package comes from. */
export function origin(folder, address) {
  return {
    repository: { type: 'git', url: `git+${address}.git`, directory: folder },
    homepage: `${address}/tree/HEAD/${folder}#readme`,
    bugs: `${address}/issues`,
  }
}

/** A README whose links into the repository work from elsewhere too. */
export function withAbsoluteLinks(text, folder, address) {
  const absolute = (link, kind) => {
    const [path, anchor] = link.split('#')
    const target = relative(root, join(root, folder, path))
    return `${address}/${kind}/HEAD/${target}${anchor === undefined ? '' : `#${anchor}`}`
  }
  const isRelative = (link) => !/^([a-z]+:|#)/.test(link)
  return text
    .replaceAll(/(!?)(\[[^\]]*\]\()([^)\s]+)/g, (whole, image, label, link) =>
      isRelative(link) ? `${image}${label}${absolute(link, image ? 'raw' : 'blob')}` : whole,
    )
    .replaceAll(/(src=")([^"]+)/g, (whole, start, link) =>
      isRelative(link) ? `${start}${absolute(link, 'raw')}` : whole,
    )
}

/** Writes the address into every package, and gives a function that puts back what was there. */
export function fillIn(address) {
  const files = readdirSync(join(root, 'packages')).flatMap((name) => {
    const folder = `packages/${name}`
    return [
      [`${folder}/package.json`, (text) => manifestOf(text, folder, address)],
      [`${folder}/README.md`, (text) => withAbsoluteLinks(text, folder, address)],
    ]
  })
  const before = files.map(([file]) => [file, readFileSync(join(root, file), 'utf8')])
  for (const [index, [file, fill]] of files.entries())
    writeFileSync(join(root, file), fill(before[index][1]))
  return () => {
    for (const [file, text] of before) writeFileSync(join(root, file), text)
  }
}

function manifestOf(text, folder, address) {
  return `${JSON.stringify({ ...JSON.parse(text), ...origin(folder, address) }, null, 2)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const address = repositoryAddress()
  if (address === undefined) {
    console.error(missing)
    process.exit(1)
  }
  // In the checkout of a release, which is thrown away afterwards.
  if (process.argv.includes('--fill-in')) fillIn(address)
}
