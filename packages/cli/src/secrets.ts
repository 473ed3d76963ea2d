/** Shorter texts are no secrets, and occur inside of words. */
const SHORTEST = 4

/** The texts that no output may show. */
export class Secrets {
  readonly #words = new Set<string>()

  add(secret: string): void {
    const forms = [
      secret,
      secret.trim(),
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.trim().toWellFormed()),
    ]
    for (const word of forms) if (word.length >= SHORTEST) this.#words.add(word)
  }

  /** Hides the password of a URL, encoded and decoded. Of a malformed URL it hides what stands in its place. */
  addUrl(url: string): void {
    const [, userInfo] = /^\w+:\/\/[^:/?#@]*:(.*)@/s.exec(url) ?? []
    if (userInfo !== undefined) this.#addEncoded(userInfo)
    if (!URL.canParse(url)) return
    const { password, searchParams } = new URL(url)
    this.#addEncoded(password)
    for (const name of ['password', 'sslpassword']) this.add(searchParams.get(name) ?? '')
  }

  /** Shows a word again: the token of an emulated portal is no secret. */
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
      // With a stray % it has no decoded form.
    }
  }
}
