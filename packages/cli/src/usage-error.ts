/** What the user typed, configured or set in the environment can't be used: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
