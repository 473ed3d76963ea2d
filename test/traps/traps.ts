import { associationTraps } from './mutants/associations.js'
import { backfillTraps } from './mutants/backfills.js'
import { callTraps } from './mutants/calls.js'
import { changeTraps } from './mutants/changes.js'
import { deletionTraps } from './mutants/deletions.js'
import { incompleteReadTraps } from './mutants/incomplete-reads.js'
import { nameTraps } from './mutants/names.js'
import { replyTraps } from './mutants/replies.js'
import { valueTraps } from './mutants/values.js'
import type { Modules, Mutant, Trap } from './trap.js'

/** The mistakes, in the order of docs/explain/traps.md, and for each the readers that make it. */
export const traps: readonly Trap[] = [
  ...backfillTraps,
  ...changeTraps,
  ...deletionTraps,
  ...incompleteReadTraps,
  ...associationTraps,
  ...replyTraps,
  ...callTraps,
  ...valueTraps,
  ...nameTraps,
].sort((one, other) => one.number - other.number)

/** All mutants by name: the trap's number, and a letter. */
export const mutants: ReadonlyMap<string, Mutant & { trap: number }> = new Map(
  traps.flatMap(({ number, mutants }) =>
    mutants.map((mutant, index) => [`${number}${'abcdefgh'[index]}`, { ...mutant, trap: number }]),
  ),
)

export function mutantNamed(name: string): Mutant {
  const found = mutants.get(name)
  if (!found) throw new Error(`Expected a mutant such as 5a, got "${name}"`)
  return found
}

/** Makes what stands in for an export. `Replacements` has held its type against the true one. */
type Make = (true_: never, module: never) => unknown

/** What the mutant of this name has in place of exports of a file, made of all that the file truly exports. */
export function replacedExports(
  name: string,
  file: string,
  module: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const replaced: Readonly<Record<string, Make | undefined>> =
    mutantNamed(name).replaces[file as keyof Modules] ?? {}
  return Object.fromEntries(
    Object.entries(replaced).map(([each, make]) => [
      each,
      make?.(module[each] as never, module as never),
    ]),
  )
}
