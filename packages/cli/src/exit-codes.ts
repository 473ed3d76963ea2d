/** How the program ends, for the shell. */
export const exitCodes = {
  /** All was done: a complete run, a mirror that is equal. */
  complete: 0,
  /** A job failed, nothing could be done at all, or a verification found differences. */
  failed: 1,
  /** The command line, the configuration or the environment can't be used. Nothing was read or written. */
  usage: 2,
  /** It ended early, by a budget, a limit or Ctrl-C: the next run goes on. */
  partial: 3,
  /** Another run is at all that was to be done. */
  busy: 4,
  /** It was told twice to end. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
