/** The exit codes of the program. */
export const exitCodes = {
  /** Everything was done: the run is complete, or the mirror is equal. */
  complete: 0,
  /** A job failed, the command failed, or a verification found differences. */
  failed: 1,
  /** The command line, the configuration or the environment is wrong. Nothing was read or written. */
  usage: 2,
  /** It ended early, by a budget, a limit or Ctrl-C. The next run continues. */
  partial: 3,
  /** Another run does all the work already. */
  busy: 4,
  /** Ctrl-C was pressed twice. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
