/** Shorter ones are no secrets, and hiding them would make holes into every word. */
const SHORTEST = 4

/** What no output may show, however it came into a message. */
export class Secrets {
  readonly #words = new Set<string>()

  add(secret: string): void {
    const forms = [
      ...[secret, secret.trim(), JSON.stringify(secret).slice(1, -1)],
      encodeURIComponent(secret.trim().toWellFormed()),
    ]
    for (const word of forms) if (word.length >= SHORTEST) this.#words.add(word)
  }

  /** The password of a URL: as it stands there, decoded, and whatever stands in its place where the URL is malformed. */
  addUrl(url: string): void {
    const [, userInfo] = /^\w+:\/\/[^:/?#@]*:(.*)@/s.exec(url) ?? []
    if (userInfo !== undefined) this.#addEncoded(userInfo)
    if (!URL.canParse(url)) return
    const { password, searchParams } = new URL(url)
    this.#addEncoded(password)
    for (const name of ['password', 'sslpassword']) this.add(searchParams.get(name) ?? '')
  }

  /** A word that guards nothing: the token of an emulated portal. */
  forget(word: string): void {
    this.#words.delete(word)
  }

  hide(text: string): string {
    const longestFirst = [...this.#words].sort((one, other) => other.length - one.length)
    return longestFirst.reduce((shown, word) => shown.replaceAll(word, '***'), text)
  }

  #addEncoded(text: string): void {
    this.add(text)
    try {
      this.add(decodeURIComponent(text))
    } catch {
      // A stray % is what makes it malformed: it has no other form.
    }
  }
}
