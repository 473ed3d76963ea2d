/** The credentials of an OAuth app for a portal in which it is installed. */
export interface Installation {
  clientId: string
  clientSecret: string
  refreshToken: string
  /** The address of the token endpoint. Default: HubSpot's. */
  baseUrl?: string | undefined
}

/** Requests an access token from HubSpot. It expires after half an hour. The refresh token doesn't change. */
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
  // Without the body, which may contain the secret.
  if (!reply.ok) throw new Error(`Expected an access token, got ${reply.status} from HubSpot`)
  const { access_token } = (await reply.json()) as { access_token: string }
  return access_token
}
