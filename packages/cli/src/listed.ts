/** Adds what an option was given: one, or several with commas. */
export function listed(given: string, before: string[] = []): string[] {
  return [
    ...before,
    ...given
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean),
  ]
}
