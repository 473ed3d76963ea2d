import type { Mutant, Trap } from './trap.js'

export const traps: readonly Trap[] = [
  {
    number: 4,
    mistake: 'The wrong last-modified property on contacts',
    mutants: [
      {
        does: 'asks for contacts by `hs_lastmodifieddate`, as for every other object',
        edits: [
          {
            file: 'objects/contacts.ts',
            find: "modifiedProperty: 'lastmodifieddate'",
            replace: "modifiedProperty: 'hs_lastmodifieddate'",
          },
        ],
        caughtBy: 'a contact that changed arrives with the next run',
        says: /^contacts \d+: updatedAt/,
      },
    ],
  },
]

/** A mutant's name: the trap's number, and its own within the trap. */
export function mutantNamed(name: string): Mutant {
  const [trap, index] = name.split('.').map(Number)
  const found = traps.find(({ number }) => number === trap)?.mutants[(index ?? 0) - 1]
  if (!found) throw new Error(`Expected a mutant such as 5.1, got "${name}"`)
  return found
}
