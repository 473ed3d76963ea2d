import type { HttpHandler } from '@hubsync/http'

/** A reply to a browser. */
export interface Visit {
  status: number
  headers: Headers
  text: string
  /** What the reply does with the cookie. */
  setCookie: string | null
}

export const host = 'http://crm.example'

/** A browser, as far as requests show one: it asks for pages, keeps the cookie, and says where a form comes from. */
export function visitor(handler: Pick<HttpHandler, 'fetch'>, origin = host) {
  let cookie: string | undefined

  async function send(path: string, init: RequestInit): Promise<Visit> {
    const headers = new Headers({ accept: 'text/html,*/*;q=0.8' })
    if (cookie) headers.set('cookie', cookie)
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
    const response = await handler.fetch(new Request(`${origin}${path}`, { ...init, headers }))
    const setCookie = response.headers.get('set-cookie')
    if (setCookie) {
      const [pair = ''] = setCookie.split(';')
      cookie = pair.endsWith('=') ? undefined : pair
    }
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      setCookie,
    }
  }

  const browser = {
    get cookie() {
      return cookie
    },
    set cookie(value) {
      cookie = value
    },
    open: (path: string, headers: Record<string, string> = {}) => send(path, { headers }),
    post: (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      send(path, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { origin, host: new URL(origin).host, ...headers },
      }),
    signIn: (token: string, to = '/') => browser.post('/sign-in', { token, to }),
    /** Sends the form of a page that leads to this path, as a click on its button does. */
    async press(page: string, action: string, headers: Record<string, string> = {}) {
      const { text } = await browser.open(page)
      const [, fields = ''] =
        new RegExp(`action="[^"]*${action}">(.*?)</form>`, 's').exec(text) ?? []
      const inputs = [...fields.matchAll(/name="(\w+)" value="([^"]*)"/g)]
      return browser.post(
        action,
        Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value])),
        headers,
      )
    },
  }
  return browser
}
