import { associationTraps } from './mutants/associations.js'
import { backfillTraps } from './mutants/backfills.js'
import { callTraps } from './mutants/calls.js'
import { changeTraps } from './mutants/changes.js'
import { deletionTraps } from './mutants/deletions.js'
import { incompleteReadTraps } from './mutants/incomplete-reads.js'
import { nameTraps } from './mutants/names.js'
import { replyTraps } from './mutants/replies.js'
import { valueTraps } from './mutants/values.js'
import type { Mutant, Replacements, Trap } from './trap.js'

/** The mistakes in the order of docs/explain/traps.md, each with the readers that make it. */
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

/** All mutants by name: the number of the trap, and a letter. */
export const mutants: ReadonlyMap<string, Mutant & { trap: number }> = new Map(
  traps.flatMap(({ number, mutants }) =>
    mutants.map((mutant, index) => [`${number}${'abcdefgh'[index]}`, { ...mutant, trap: number }]),
  ),
)

/** The exports of core that a mutant replaces. */
export function replacementsOf(name: string): Replacements {
  const found = mutants.get(name)
  if (!found) throw new Error(`Expected a mutant such as 5a, got "${name}"`)
  return found.replaces
}
