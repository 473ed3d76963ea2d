// Compares the public interface of each package with its report, so that every change is visible in a review. Expects
// every member to be documented. With --update it writes the reports.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const root = fileURLToPath(new URL('../..', import.meta.url))
const update = process.argv.includes('--update')

/** The entries of packages with more than one, by folder. */
const entries = { core: ['index', 'store'] }

const folders = readdirSync(join(root, 'packages'))
const changed = folders.filter((folder) => {
  const asReported = entriesOf(folder).map((entry) => isAsReported(folder, entry))
  return asReported.includes(false)
})
if (changed.length > 0 && !update) {
  console.error(
    `Expected the public interface of ${changed.join(', ')} to be as in its .api.md. If the change is intended: pnpm run check:api --update`,
  )
  process.exitCode = 1
}
for (const folder of folders)
  for (const entry of entriesOf(folder)) {
    const members = undocumented(join(root, 'packages', folder, reportOf(folder, entry)))
    if (members.length === 0) continue
    console.error(
      `Expected every public member of ${folder} to be documented, got ${members.length} without a docstring:\n  ${members.join('\n  ')}`,
    )
    process.exitCode = 1
  }

function entriesOf(folder) {
  return entries[folder] ?? ['index']
}

function reportOf(folder, entry) {
  return `${entry === 'index' ? folder : `${folder}-${entry}`}.api.md`
}

/** The members of a report that have no docstring, each with its parent. */
function undocumented(report) {
  let of = ''
  const found = []
  const lines = readFileSync(report, 'utf8').split('\n')
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('export ')) of = line.replace(/^export /, '').replace(/ \{$/, '')
    if (line.includes('(undocumented)')) found.push(`${of}: ${lines[index + 1].trim()}`)
  }
  return found
}

function isAsReported(folder, entry) {
  const projectFolder = join(root, 'packages', folder)
  const packageJsonFullPath = join(projectFolder, 'package.json')
  const config = ExtractorConfig.prepare({
    packageJsonFullPath,
    packageJson: JSON.parse(readFileSync(packageJsonFullPath, 'utf8')),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, `dist/${entry}.d.ts`),
      compiler: { tsconfigFilePath: join(projectFolder, 'tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFileName: reportOf(folder, entry),
        reportFolder: projectFolder,
        reportTempFolder: join(root, '.cache/api'),
      },
      newlineKind: 'lf',
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'warning' } },
        // Names that aren't exported are visible in the report, and TypeDoc checks TSDoc.
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  })
  const { apiReportChanged, errorCount } = Extractor.invoke(config, {
    localBuild: update,
    messageCallback(message) {
      message.handled = true
      if (message.logLevel === 'error') console.error(`${folder}: ${message.text}`)
    },
  })
  return !apiReportChanged && errorCount === 0
}
