import { type Markup, markup } from '../pages/markup.js'

/** The form to sign in. */
export function signInMarkup({
  basePath,
  path,
  wrong,
}: {
  basePath: string
  /** Where to go afterwards. */
  path: string
  /** What was wrong with the last try. */
  wrong?: string
}): Markup {
  const message =
    wrong === undefined ? '' : markup`<p class="message" id="wrong" role="alert">${wrong}</p>`
  const described = wrong === undefined ? '' : markup`aria-invalid="true" aria-describedby="wrong"`
  return markup`<section ${wrong === undefined ? '' : markup`class="notice"`}>
${message}<form method="post" action="${basePath}/sign-in">
<input type="hidden" name="to" value="${path}">
<label class="field">Token <input type="password" name="token" required autocomplete="current-password" ${described}></label>
<p class="quiet">The token of this server, such as the one in HUBSYNC_API_TOKEN. You stay signed in for up to 12 hours.</p>
<p class="actions"><button>Sign in</button></p>
</form>
</section>`
}
