import { type ConstraintError, isConstraintError } from '../errors.js'

/** An item that a constraint refused. */
export type RefusedItem<Item> = [item: Item, error: ConstraintError]

/**
 * Commits items together. If a constraint of the user's refuses them, commits each half separately, down to single
 * items.
 *
 * @returns the items that are refused.
 * @throws whatever else `commit` throws.
 */
export async function commitInHalves<Item>(
  items: readonly Item[],
  commit: (items: readonly Item[]) => Promise<unknown>,
): Promise<RefusedItem<Item>[]> {
  const [item] = items
  if (item === undefined) return []
  try {
    await commit(items)
    return []
  } catch (error) {
    if (!isConstraintError(error)) throw error
    if (items.length === 1) return [[item, error]]
    const middle = Math.ceil(items.length / 2)
    const first = await commitInHalves(items.slice(0, middle), commit)
    return [...first, ...(await commitInHalves(items.slice(middle), commit))]
  }
}
