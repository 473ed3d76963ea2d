import type { Coverage } from './checkpoint-states.js'
import { columnsOf, namedBy } from './mapping.js'

/** Parts of a mirror: tables of objects and of pairs, by their names, and columns. */
export interface Parts {
  objects: readonly string[]
  pairs: readonly string[]
  columns: readonly { object: string; column: string }[]
  /** Names of objects whose history is meant, and not their rows. Default: none. */
  history?: readonly string[]
}

/** A coverage without these parts. It still has the properties of the columns, which `raw` keeps. */
export function withoutParts(coverage: Coverage, parts: Parts): Coverage {
  const { objects, pairs, columns } = parts
  const left = Object.entries(coverage.objects).filter(([name]) => !objects.includes(name))
  const types = Object.entries(coverage.types).filter(([name]) => !objects.includes(name))
  const { history: all = {}, ...rest } = coverage
  const unread = [...objects, ...(parts.history ?? [])]
  const history = Object.entries(all).filter(([name]) => !unread.includes(name))
  return {
    ...rest,
    ...(history.length > 0 ? { history: Object.fromEntries(history) } : {}),
    objects: Object.fromEntries(
      left.map(([name, mapping]) => {
        const gone = columns.filter(({ object }) => object === name).map(({ column }) => column)
        return [name, withoutColumns(mapping, gone)]
      }),
    ),
    types: Object.fromEntries(types),
    pairs: coverage.pairs.filter(({ name }) => !pairs.includes(name)),
  }
}

function withoutColumns(mapping: string[], gone: readonly string[]): string[] {
  const isGone = (entry: string) => columnsOf([entry]).some(({ name }) => gone.includes(name))
  const lost = mapping.filter(isGone)
  if (lost.length === 0) return mapping
  const kept = mapping.filter((entry) => !isGone(entry))
  return [...new Set([...kept, ...namedBy(lost).map((property) => `+${property}`)])].sort()
}
