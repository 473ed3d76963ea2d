/**
 * The script of the status page. It fetches the page again and replaces the parts that differ, but not while the page
 * is hidden. The focus and open details stay.
 */
export const statusPageScript = `'use strict'
const stale = document.getElementById('stale')

const replacePart = (part, fresh) => {
  if (part.innerHTML === fresh.innerHTML) return
  const focused = part.contains(document.activeElement) ? document.activeElement.id : ''
  const open = [...part.querySelectorAll('details[open]')].map(({ id }) => id)
  part.replaceChildren(...fresh.childNodes)
  for (const id of open) document.getElementById(id)?.setAttribute('open', '')
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
}

const refresh = async () => {
  const reply = await fetch(location.href, { headers: { accept: 'text/html' } })
  // The session has ended: the page to sign in comes instead.
  if (reply.status === 401) return location.reload()
  if (!reply.ok) throw new Error(String(reply.status))
  const page = new DOMParser().parseFromString(await reply.text(), 'text/html')
  for (const part of document.querySelectorAll('[data-part]')) {
    const fresh = page.querySelector('[data-part="' + part.dataset.part + '"]')
    if (fresh) replacePart(part, fresh)
  }
  document.title = page.title
  document.body.dataset.refresh = page.body.dataset.refresh
}

const waitAndRefresh = () => {
  setTimeout(async () => {
    if (!document.hidden)
      await refresh().then(
        () => { stale.hidden = true },
        () => { stale.hidden = false },
      )
    waitAndRefresh()
  }, Number(document.body.dataset.refresh) * 1000)
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh().catch(() => { stale.hidden = false })
})
waitAndRefresh()
`
