import type { Guard, Right } from '../auth.js'

/** Whoever looks at a page. */
export interface Viewer {
  /** What they may do. */
  rights: Readonly<Record<Right, boolean>>
  /** Set if they have signed in: proves that a form comes from a page of theirs. */
  formToken: string | undefined
  /** Whether they can sign in to get more rights. */
  canSignIn: boolean
}

export async function viewerOf(guard: Guard, request: Request): Promise<Viewer> {
  const may = (right: Right) => guard.may(right, request)
  const [read, trigger, docs] = await Promise.all([may('read'), may('trigger'), may('docs')])
  const formToken = guard.session(request)?.formToken
  return {
    rights: { read, trigger, docs },
    formToken,
    canSignIn: formToken === undefined && guard.hasTokens,
  }
}
