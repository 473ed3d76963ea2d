/** What an OAuth app has of a portal that it is installed in. */
export interface Installation {
  clientId: string
  clientSecret: string
  refreshToken: string
  /** Where the token endpoint is: HubSpot, unless something stands in for it. */
  baseUrl?: string | undefined
}

/** Asks HubSpot for an access token, which lives half an hour. The refresh token stays as it is. */
export async function oauthToken(installation: Installation): Promise<string> {
  const { clientId, clientSecret, refreshToken, baseUrl } = installation
  const reply = await fetch(new URL('/oauth/v3/token', baseUrl ?? 'https://api.hubapi.com'), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
    }),
    signal: AbortSignal.timeout(30_000),
  })
  // Its body may name the secret: the status is enough.
  if (!reply.ok) throw new Error(`Expected an access token, got ${reply.status} from HubSpot`)
  const { access_token } = (await reply.json()) as { access_token: string }
  return access_token
}
