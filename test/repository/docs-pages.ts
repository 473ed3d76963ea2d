import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** A fenced block of a page. */
export interface Block {
  page: string
  /** The number of its first line of code, counted from 1. */
  line: number
  language: string
  code: string
  /** The reason why it isn't run, from a comment above it: `<!-- not run: … -->`. */
  notRun: string | undefined
  /** The database of a block of SQL, from a comment above it. Without one it is run on both. */
  database: string | undefined
  /** The file that this block is a part of, from a comment above it: `<!-- file: … -->`. */
  file: string | undefined
}

/** The pages whose blocks are run: the README, the docs, and the READMEs of packages. */
export const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...markdownIn('docs').filter((page) => !page.startsWith('docs/reference/')),
  ...readmesIn('packages'),
]

/** All Markdown that people read. */
export const markdown = [
  ...pages,
  ...readmesIn('examples'),
  'SECURITY.md',
  'bench/README.md',
  'bench/RESULTS.md',
  '.changeset/first-release.md',
]

/** The pages whose links are checked. */
export const linkedPages = [...markdown, 'llms.txt']

export function read(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

export function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  let open: (Block & { lines: string[] }) | undefined
  let above = ''
  for (const [index, text] of read(page).split('\n').entries()) {
    const fence = /^\s*```(.*)$/.exec(text)
    if (open && fence) {
      blocks.push({ ...open, code: open.lines.join('\n') })
      open = undefined
    } else if (open) {
      open.lines.push(text)
    } else if (fence) {
      const [, notRun] = /^<!-- not run: (\S.*) -->$/.exec(above) ?? []
      const [, database] = /^<!-- (sqlite|postgres) -->$/.exec(above) ?? []
      const [, file] = /^<!-- file: (\S+) -->$/.exec(above) ?? []
      const language = (fence[1] ?? '').trim()
      open = { page, line: index + 2, language, code: '', notRun, database, file, lines: [] }
    }
    if (text.trim() !== '') above = text.trim()
  }
  return blocks
}

/** A TypeScript file made of blocks: one with imports, and those after it that use its variables. */
export interface Program {
  page: string
  line: number
  code: string
  notRun: string | undefined
  /** Whether it registers tests, so that a test runner runs it. */
  isTest: boolean
}

/**
 * @param given - what a block may go on with where the block before it is a test, by page.
 */
export function programsOf(page: string, given: string | undefined): Program[] {
  const programs: Program[] = []
  for (const { line, language, code, notRun, file } of blocksOf(page)) {
    if (language !== 'ts' || file) continue
    const last = programs.at(-1)
    const starts = /^import /m.test(code)
    if (!starts && last && !last.isTest && last.notRun === notRun) {
      last.code += `\n${code}`
      continue
    }
    const start = starts ? '' : `${given ?? ''}\n`
    const isTest = /from 'vitest'/.test(code)
    programs.push({ page, line, code: `${start}${code}`, notRun, isTest })
  }
  return programs
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): string[] {
  const text = read(page).replaceAll(/^\s*```[\s\S]*?^\s*```/gm, '')
  const slugs = [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) =>
    slugOf(heading as string),
  )
  const seen = new Map<string, number>()
  return slugs.map((slug) => {
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
}

function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
}

/** The items of the lists of a page, each in one line. */
export function itemsOf(page: string): string[] {
  const items: string[] = []
  let isOpen = false
  for (const line of read(page).split('\n')) {
    if (line.startsWith('- ')) items.push(line.slice(2))
    else if (isOpen && /^ {2}\S/.test(line)) items.push(`${items.pop()} ${line.trim()}`)
    isOpen = line.startsWith('- ') || (isOpen && /^ {2}\S/.test(line))
  }
  return items
}

/** The text under a heading, up to the next one of its level, by its anchor. */
export function sectionOf(page: string, anchor: string): string {
  const parts = read(page).split(/^(?=## )/m)
  return parts.find((part) => slugOf(/^## +(.+)$/m.exec(part)?.[1] ?? '') === anchor) ?? ''
}

/** The links of a page into this repository, as files and anchors. */
export function linksOf(page: string): { link: string; file: string; anchor: string }[] {
  const text = read(page).replaceAll(/^\s*```[\s\S]*?^\s*```/gm, '')
  return [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)]
    .map(([, link, source]) => (link ?? source) as string)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path, anchor = ''] = link.split('#')
      const file = path ? relative(root, join(root, dirname(page), path)) : page
      return { link, file, anchor }
    })
}

function markdownIn(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .sort()
}

function readmesIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .map((name) => join(folder, name, 'README.md'))
    .filter((page) => existsSync(join(root, page)))
}
