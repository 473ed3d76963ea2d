/** One place of core's source, and what a wrong reader has there. */
export interface Edit {
  /** The file, below `packages/core/src`. */
  file: string
  /** Text that occurs in it exactly once. */
  find: string
  replace: string
}

/** A reader that makes a mistake: the true source, wrong in one way. */
export interface Mutant {
  /** What it does, as a sentence about the reader. */
  does: string
  edits: readonly Edit[]
  /** The exact name of the scenario that notices. */
  caughtBy: string
  /** What the scenario then says: another failure would be a fault of the mutant's own making. */
  says: RegExp
}

/** A mistake of readers of HubSpot, and the mutants that make it. */
export interface Trap {
  number: number
  /** The mistake, as a heading. */
  mistake: string
  mutants: readonly Mutant[]
}
