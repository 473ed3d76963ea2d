import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, totalmem } from 'node:os'

import type { Line, Table } from './benchmark.ts'
import { openSqlite } from './places.ts'

/** Prints the table as Markdown, for RESULTS.md. */
export function printTable({ title, lines, notes }: Table): void {
  console.log(`\n### ${title}\n`)
  const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))]
  const cells = [columns, ...lines.map((line) => columns.map((column) => cell(line, column)))]
  const widths = columns.map((_, index) =>
    Math.max(...cells.map((row) => (row[index] ?? '').length)),
  )
  const [head = [], ...body] = cells
  const row = (texts: string[]) =>
    `| ${texts.map((text, index) => text.padEnd(widths[index] ?? 0)).join(' | ')} |`
  console.log(row(head))
  console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
  for (const texts of body) console.log(row(texts))
  if (notes.length > 0) console.log('')
  for (const note of notes) console.log(`- ${note}`)
}

function cell(line: Line, column: string): string {
  const value = line[column] ?? ''
  if (column === 'ratio') return Number(value).toFixed(3)
  if (typeof value === 'string') return value
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 })
}

/** Prints the machine, the versions and the commit of the measurement. */
export function printMachine(postgres: string | undefined): void {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 1024 ** 3)
  const versions = {
    node: process.version,
    'better-sqlite3': createRequire(import.meta.url)('better-sqlite3/package.json').version,
    sqlite: sqliteVersion(),
    postgres: postgres ?? 'not used',
  }
  console.log(`\n${availableParallelism()} cores (${cpu?.model.trim()}), ${memory} GB`)
  console.log(
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  )
  console.log(`commit ${commit()}, ${new Date().toISOString().slice(0, 10)}`)
}

function sqliteVersion(): string {
  const database = openSqlite(':memory:', 'better-sqlite3')
  const { version } = database.prepare('SELECT sqlite_version() AS version').get() as {
    version: string
  }
  return version
}

function commit(): string {
  const git = (...given: string[]) => execFileSync('git', given, { encoding: 'utf8' }).trim()
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') ? ' and changes' : ''}`
  } catch {
    return 'unknown'
  }
}
