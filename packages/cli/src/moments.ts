/** `2026-06-01 08:00:00 UTC`, or a dash for never. */
export function momentText(moment: string | null): string {
  return moment === null ? '-' : `${moment.slice(0, 19).replace('T', ' ')} UTC`
}
