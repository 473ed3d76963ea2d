/**
 * Where to go after signing in: a path of this handler, or its status page if the text is none. It never leads to
 * another host.
 */
export function returnPath(text: string | null, basePath: string): string {
  const start = `${basePath}/`
  if (text === null || !URL.canParse(text, 'http://here')) return start
  const { host, protocol, pathname, search } = new URL(text, 'http://here')
  // `/..//host` becomes `//host`, which a browser takes for another host.
  const isHere = host === 'here' && protocol === 'http:' && !pathname.startsWith('//')
  return isHere && pathname.startsWith(start) ? pathname + search : start
}
