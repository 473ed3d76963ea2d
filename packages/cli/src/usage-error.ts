/** The command line, the configuration or the environment is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
